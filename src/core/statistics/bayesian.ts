/** A Gaussian posterior for an effect: the share of belief that the treatment is better, and what a wrong choice costs. */
import { normalCdf, normalPdf, normalQuantile } from './distribution.ts';
import type { Difference, Effect } from './effect.ts';
import { mustBeFinite, mustBeLevel, mustBePositive } from './impossible.ts';

/** A normal prior, on the scale of the effect. Absent: flat. */
export interface Prior {
  readonly mean: number;
  readonly variance: number;
}

export interface LiftPosterior {
  readonly mean: number;
  readonly standardDeviation: number;
  /** The credible interval of 1 - alpha. */
  readonly lower: number;
  readonly upper: number;
  /** P(effect > 0). */
  readonly chanceToWin: number;
  /** The expected loss of keeping the control, and of taking the treatment, in the effect's unit. */
  readonly riskControl: number;
  readonly riskTreatment: number;
}

/**
 * The posterior of an effect: precision 1/SE^2 + 1/priorVariance, mean weighted by precision; chance to win Phi(mean/sd).
 * Assumes an estimate that is about normal. Not made for repeated looks. Throws StatisticsError on an alpha outside (0, 1) or
 * variances that are not above 0. Source: GrowthBook's gbstats, bayesian tests.
 */
export function liftPosterior(
  effect: Effect,
  { alpha, prior }: { readonly alpha: number; readonly prior?: Prior | undefined },
): LiftPosterior {
  mustBeLevel(alpha, 'alpha');
  const precision = 1 / mustBePositive(effect.standardError, 'the standard error') ** 2;
  const known = prior === undefined ? 0 : 1 / mustBePositive(prior.variance, 'the variance of the prior');
  const variance = 1 / (precision + known);
  const mean = variance * (precision * effect.estimate + known * (prior?.mean ?? 0));
  const standardDeviation = Math.sqrt(variance);
  const half = -normalQuantile(alpha / 2) * standardDeviation;
  const [riskControl, riskTreatment] = riskOf(mean, standardDeviation);
  return {
    mean,
    standardDeviation,
    lower: mean - half,
    upper: mean + half,
    chanceToWin: normalCdf(mean / standardDeviation),
    riskControl,
    riskTreatment,
  };
}

/** Beyond so many standard deviations the density underflows and the loss is the mean itself. */
const CERTAIN = 37;

/**
 * The expected losses of keeping the control, E max(X, 0) = mean Phi(mean/sd) + sd phi(mean/sd), and of taking the treatment,
 * E max(-X, 0), of X normal. Throws StatisticsError on a standard deviation that is not above 0.
 */
export function riskOf(mean: number, standardDeviation: number): readonly [control: number, treatment: number] {
  mustBeFinite(mean, 'the mean');
  const ratio = mean / mustBePositive(standardDeviation, 'the standard deviation');
  if (Math.abs(ratio) > CERTAIN) return [Math.max(mean, 0), Math.max(-mean, 0)];
  const density = standardDeviation * normalPdf(ratio);
  // Each by its own tail: one minus the other would cancel.
  return [mean * normalCdf(ratio) + density, density - mean * normalCdf(-ratio)];
}

export interface Rescaling {
  /** The scale the prior is given on. */
  readonly from: Difference;
  /** The scale of the effect. */
  readonly to: Difference;
  readonly controlMean: number;
}
/**
 * A prior given on one scale as one on the other: relative is absolute divided by |mean of the control|.
 * `undefined` where that mean is 0 and the scales differ.
 */
export function rescalePrior(prior: Prior, { from, to, controlMean }: Rescaling): Prior | undefined {
  if (from === to) return prior;
  const unit = Math.abs(mustBeFinite(controlMean, 'the mean of the control'));
  if (unit === 0) return undefined;
  const factor = to === 'relative' ? 1 / unit : unit;
  return { mean: prior.mean * factor, variance: prior.variance * factor * factor };
}
