/** One metric in two variants: value, relative effect and what is known of it, for every kind of metric. */
import type { ExperimentsConfig } from '../model/config.ts';
import type { ExperimentMetric, MetricSums } from '../model/experiment.ts';
import type { Weight } from '../model/weight.ts';
import { type SequentialTesting, sequentialTest } from '../statistics/asymptotic.ts';
import { countRatioInterval, countRatioTest } from '../statistics/count-ratio.ts';
import type { Cumulative } from '../statistics/cumulative.ts';
import {
  cupedEffect,
  type Difference,
  type Effect,
  meanEffect,
  proportionEffect,
  ratioEffect,
} from '../statistics/effect.ts';
import type { Alternative } from '../statistics/fixed.ts';
import { quantileOf } from '../statistics/histogram.ts';
import { countsAsMoments } from '../statistics/moments.ts';
import { quantileInterval, quantileTestOfBuckets } from '../statistics/quantile.ts';

/** The sums of one metric in both variants, and the shares that were set for them. */
export interface Pair {
  readonly metric: ExperimentMetric;
  readonly control: MetricSums;
  readonly treatment: MetricSums;
  readonly shares: readonly [control: Weight, treatment: Weight];
}

/** A relative effect (0.1: 10 % more than the control) with an interval that holds at any number of looks. */
export interface Bounds {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
  readonly p: number;
}

export interface Asked {
  readonly alpha: number;
  readonly alternative: Alternative;
  /** Users of both variants at which intervals are tightest. */
  readonly tuning: number;
}

/** Users of two variants at which intervals are tightest, at least: what most products of the kind take. */
const TUNING = 5_000;

export function tuningOf({ minUsers }: Pick<ExperimentsConfig, 'minUsers'>): number {
  return Math.max(TUNING, 2 * minUsers);
}

/** What a unit, or for counts the whole variant, shows; undefined of nobody. */
export function valueOf({ q = 0.5 }: ExperimentMetric, sums: MetricSums): number | undefined {
  switch (sums.kind) {
    case 'proportion':
      return sums.n === 0 ? undefined : sums.successes / sums.n;
    case 'mean':
      return sums.n === 0 ? undefined : sums.sum / sums.n;
    case 'ratio':
      return sums.denominator.sum === 0 ? undefined : sums.numerator.sum / sums.denominator.sum;
    case 'count':
      return sums.count;
    default:
      return quantileOf(sums, q);
  }
}

/** The relative effect at this look; undefined where it cannot be said: nobody there, no variance, a control of 0. */
export function boundsOf(pair: Pair, asked: Asked): Bounds | undefined {
  const { control, treatment } = pair;
  if (control.kind === 'count' && treatment.kind === 'count')
    return countBounds(pair, [control.count, treatment.count], asked.alpha);
  if (control.kind === 'quantile' && treatment.kind === 'quantile')
    return quantileBounds(
      pair.metric.q ?? 0.5,
      { control: cumulative(control), treatment: cumulative(treatment) },
      asked,
    );
  const effect = relativeEffect(pair);
  const n = unitsOf(control) + unitsOf(treatment);
  return effect && n > 0 ? ratioBounds(effect, { ...asked, n }) : undefined;
}

/**
 * On the scale of ln(treatment/control), with the standard error SE/(1 + effect) there: (b - a)/a itself is skewed, and at small counts
 * its test takes chance for harm (40 against 20 of 5,000: z = 3.6 instead of 2.5). Values of two signs have no such scale.
 */
function ratioBounds(effect: Effect, testing: SequentialTesting): Bounds {
  const { estimate, standardError } = effect;
  const ratio = 1 + estimate;
  if (ratio <= 0) return sequentialTest(effect, testing);
  const { lower, upper, p } = sequentialTest(
    { estimate: Math.log(ratio), standardError: standardError / ratio },
    testing,
  );
  return { estimate, lower: Math.expm1(lower), upper: Math.expm1(upper), p };
}

function unitsOf(sums: MetricSums): number {
  return 'n' in sums ? sums.n : 0;
}

/** The estimate with its standard error, by the delta method; CUPED where both variants have a covariate. Undefined for other kinds. */
export function relativeEffect(pair: Pair): (Effect & { readonly theta?: number }) | undefined {
  const { control, treatment } = pair;
  if (control.kind === 'mean' && treatment.kind === 'mean' && control.covariate && treatment.covariate) {
    return cupedEffect(
      { n: control.n, post: control, pre: control.covariate, sumOfProducts: control.covariate.sumOfProducts },
      { n: treatment.n, post: treatment, pre: treatment.covariate, sumOfProducts: treatment.covariate.sumOfProducts },
      'relative',
    );
  }
  return plainEffect(pair, 'relative');
}

/** The unadjusted effect of units, as Welch has it. */
export function plainEffect({ control, treatment }: Pair, difference: Difference): Effect | undefined {
  if (control.kind === 'proportion' && treatment.kind === 'proportion')
    return difference === 'relative'
      ? proportionEffect(control, treatment, difference)
      : meanEffect(countsAsMoments(control), countsAsMoments(treatment), difference);
  if (control.kind === 'mean' && treatment.kind === 'mean') return meanEffect(control, treatment, difference);
  if (control.kind === 'ratio' && treatment.kind === 'ratio') return ratioEffect(control, treatment, difference);
  return undefined;
}

/** The prior's weight in events, as the authors' package has it: tuned for small effects. */
const COUNT_PRIOR = 100;

/** The rate ratio less 1. The interval at alpha holds for one side too, a little wide. */
function countBounds({ shares }: Pair, counts: readonly [number, number], alpha: number): Bounds | undefined {
  const options = { counts, rho: shares, k: COUNT_PRIOR };
  const { estimate, lower, upper } = countRatioInterval({ ...options, alpha });
  if (estimate === undefined || !Number.isFinite(estimate)) return undefined;
  return {
    estimate: Math.expm1(estimate),
    lower: Math.expm1(lower),
    upper: Math.expm1(upper),
    p: countRatioTest(options).p,
  };
}

function cumulative({ bounds, counts }: Extract<MetricSums, { kind: 'quantile' }>): Cumulative {
  let sum = 0;
  const atOrBelow = bounds.map((_, index) => (sum += counts[index] ?? 0));
  return { n: sum + (counts.at(-1) ?? 0), bounds, atOrBelow };
}

interface Histograms {
  readonly control: Cumulative;
  readonly treatment: Cumulative;
}

/** Each variant's quantile at alpha/2: the ratio of opposite ends holds at alpha. Values below 0 have no relative effect. */
function quantileBounds(q: number, { control, treatment }: Histograms, { alpha, tuning }: Asked): Bounds | undefined {
  const tightest = { q, tOpt: tuning / 2, alphaOpt: alpha / 2 };
  const [a, b] = [control, treatment].map((one) => quantileInterval(one, { ...tightest, alpha: alpha / 2 }));
  const [from, to] = [control, treatment].map((one) => quantileOf(bucketsOf(one), q));
  if (!a || !b || from === undefined || to === undefined || from <= 0) return undefined;
  return {
    estimate: to / from - 1,
    lower: Math.max(0, b.lower) / a.upper - 1,
    upper: a.lower > 0 ? b.upper / a.lower - 1 : Infinity,
    p: quantileTestOfBuckets(control, treatment, tightest),
  };
}

function bucketsOf({ n, bounds, atOrBelow }: Cumulative): {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
} {
  const counts = [...atOrBelow, n].map((count, index) => count - (index === 0 ? 0 : (atOrBelow[index - 1] ?? 0)));
  return { bounds, counts };
}
