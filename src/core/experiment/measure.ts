/** One metric in two variants: value, relative effect and what is known of it, for every kind of metric. */
import type { ExperimentsConfig } from '../model/config.ts';
import type { ExperimentMetric, MetricSums } from '../model/experiment.ts';
import type { Weight } from '../model/weight.ts';
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
import { countsAsMoments, type Moments } from '../statistics/moments.ts';

/** The sums of one metric in both variants, and the shares that were set for them. */
export interface Pair {
  readonly metric: ExperimentMetric;
  readonly control: MetricSums;
  readonly treatment: MetricSums;
  readonly shares: readonly [control: Weight, treatment: Weight];
}

/** A relative effect (0.1: 10 % more than the control) with an interval that holds at any number of looks. */
export interface Bounds {
  /** Infinite where the control has nothing and the treatment has. */
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
  readonly p: number;
  /** `absolute`: in the metric's own unit, where the control is 0 or within its noise. Absent: relative. */
  readonly scale?: 'absolute';
  /** Both variants show nothing at all, or the same constant: neither is worse, and no interval can be had. */
  readonly isSame?: true;
  /** It holds for few users too: no large samples are taken for granted. */
  readonly isExact?: true;
  /** Of how many alike users the sums could be (Kish); only of sums that few large values can carry. */
  readonly alike?: number;
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

/** What a unit shows, or of a count whose users are not known the whole variant; undefined of nobody. */
export function valueOf({ q = 0.5 }: ExperimentMetric, sums: MetricSums): number | undefined {
  switch (sums.kind) {
    case 'proportion':
      return sums.n === 0 ? undefined : sums.successes / sums.n;
    case 'mean':
      return sums.n === 0 ? undefined : sums.sum / sums.n;
    case 'ratio':
      return sums.denominator.sum === 0 ? undefined : sums.numerator.sum / sums.denominator.sum;
    case 'count':
      return sums.n === undefined ? sums.count : sums.n === 0 ? undefined : sums.count / sums.n;
    default:
      return quantileOf(sums, q);
  }
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
  const [a, b] = [momentsOf(control), momentsOf(treatment)];
  if (a && b) return meanEffect(a, b, difference);
  if (control.kind === 'ratio' && treatment.kind === 'ratio') return ratioEffect(control, treatment, difference);
  return undefined;
}

/** The moments of users' values, of a mean or of a count whose users are known. */
export function momentsOf(sums: MetricSums): Moments | undefined {
  if (sums.kind === 'mean') return sums;
  if (sums.kind !== 'count' || sums.n === undefined || sums.sumSquares === undefined) return undefined;
  return { n: sums.n, sum: sums.count, sumSquares: sums.sumSquares };
}

/** How many users have a number of the metric; undefined where that is not known. */
export function unitsOf(sums: MetricSums): number | undefined {
  if (sums.kind === 'quantile') return sums.counts.reduce((sum, count) => sum + count, 0);
  return sums.n;
}
