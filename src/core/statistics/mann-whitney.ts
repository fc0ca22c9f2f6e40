/** The Mann-Whitney test as Kayenta's judge runs it: an interval of the shift, and a class. */
import { brentRoot } from './brent.ts';
import { commonLanguage, meanRatio, sorted } from './descriptive.ts';
import { normalQuantile } from './distribution.ts';
import { mustBeLevel } from './impossible.ts';
import { type Ranked, wilcoxon } from './wilcoxon.ts';

/** How far the experiment lies above the control, with its confidence interval. */
export interface Shift {
  readonly lower: number;
  readonly upper: number;
  /** The Hodges-Lehmann estimate. */
  readonly estimate: number;
}

/** R's wilcox.test and Kayenta search so closely. */
const TOLERANCE = 1e-4;

/**
 * The shift between two samples: with z = Phi^-1(1 - (1 - confidence)/2), `lower` solves W = z, `upper` W = -z and `estimate` W = 0 on
 * [min x - max y, max x - min y]; where the low end already has W <= z (the high end W >= -z) that end is the answer.
 * W is a step function, so its ends are jumps, to 1e-4. `undefined` for an empty arm or where both arms are constant.
 * Assumes one shape of both distributions and independent points; made for one look. Throws StatisticsError on values that are not
 * finite or a confidence outside (0, 1). Source: R's wilcox.test; kayenta-mannwhitney.
 */
export function mannWhitney(
  experiment: readonly number[],
  control: readonly number[],
  { confidence }: { readonly confidence: number },
): Shift | undefined {
  const z = -normalQuantile((1 - mustBeLevel(confidence, 'the confidence')) / 2);
  const arms: Ranked = { x: sorted(experiment), y: sorted(control) };
  const [n, m] = [arms.x.length, arms.y.length];
  if (n === 0 || m === 0) return undefined;
  const from = (arms.x[0] as number) - (arms.y[m - 1] as number);
  const to = (arms.x[n - 1] as number) - (arms.y[0] as number);
  const [atFrom, atTo] = [wilcoxon(arms, from), wilcoxon(arms, to)];
  if (atFrom === undefined || atTo === undefined) return undefined;
  const solve = (level: number): number => {
    if (atFrom <= level) return from;
    if (atTo >= level) return to;
    return brentRoot((mu) => (wilcoxon(arms, mu) ?? 0) - level, { from, to, tolerance: TOLERANCE }) ?? from;
  };
  return { lower: solve(z), upper: solve(-z), estimate: solve(0) };
}

export type EffectSizeMeasure = 'meanRatio' | 'cles';

/** The ratio of means, or the common language effect size; `undefined` where it has no value (Kayenta's NaN). */
export function effectSize(
  experiment: readonly number[],
  control: readonly number[],
  measure: EffectSizeMeasure,
): number | undefined {
  return measure === 'cles' ? commonLanguage(experiment, control) : meanRatio(experiment, control);
}

/** Bounds of the effect size, by side. */
export interface SideBounds {
  readonly decrease: number;
  readonly increase: number;
}

export type ShiftClass = 'Pass' | 'High' | 'Low';

export interface ClassifyOptions {
  readonly shift: Shift;
  readonly effect: number | undefined;
  /** The share of |estimate| that is let pass. */
  readonly tolerance: number;
  /** The side on which a change is bad. */
  readonly direction: 'increase' | 'decrease' | 'either';
  /** Only an effect at or beyond these is a change. */
  readonly allowed: SideBounds;
}

/**
 * High: the interval lies above tolerance |estimate|, the direction is increase or either, and the effect is at least
 * `allowed.increase`. Low: the mirror image. An effect without a value is beyond every bound. Otherwise Pass.
 * The band is a share of the estimated shift, not of the control: it is a per-look level, no practical significance.
 * Source: Kayenta's MannWhitneyClassifier.
 */
export function classify({ shift, effect, tolerance, direction, allowed }: ClassifyOptions): ShiftClass {
  const band = tolerance * Math.abs(shift.estimate);
  const isBeyond = (side: keyof SideBounds): boolean => isPast(effect, { bounds: allowed, side });
  if (direction !== 'decrease' && shift.lower > band && isBeyond('increase')) return 'High';
  if (direction !== 'increase' && shift.upper < -band && isBeyond('decrease')) return 'Low';
  return 'Pass';
}

/** Whether an effect size lies at or beyond a bound; one without a value does. */
export function isPast(
  effect: number | undefined,
  { bounds, side }: { readonly bounds: SideBounds; readonly side: keyof SideBounds },
): boolean {
  if (effect === undefined) return true;
  return side === 'increase' ? effect >= bounds.increase : effect <= bounds.decrease;
}
