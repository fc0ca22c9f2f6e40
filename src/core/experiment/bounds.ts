/** What is known of a metric's effect at any number of looks, for every kind, also where one variant or both show nothing. */
import type { MetricSums } from '../model/experiment.ts';
import { type SequentialTesting, sequentialTest } from '../statistics/asymptotic.ts';
import { countRatioInterval, countRatioTest } from '../statistics/count-ratio.ts';
import type { Cumulative } from '../statistics/cumulative.ts';
import { type Arm, type Effect, meanArm, ratioArm } from '../statistics/effect.ts';
import { alikeUnits, flooredEffect, isWithinNoise } from '../statistics/floored.ts';
import { quantileOf } from '../statistics/histogram.ts';
import type { Counts } from '../statistics/moments.ts';
import { quantileChange } from '../statistics/quantile-change.ts';
import { riskRatio } from '../statistics/risk-ratio.ts';
import { type Asked, type Bounds, momentsOf, type Pair, relativeEffect } from './measure.ts';

/** The effect at this look; undefined where there are no numbers: nobody there, or fewer than two users of a variant. */
export function boundsOf(pair: Pair, asked: Asked): Bounds | undefined {
  const { control, treatment } = pair;
  if (control.kind === 'proportion' && treatment.kind === 'proportion') return shareBounds(pair, asked);
  if (control.kind === 'quantile' && treatment.kind === 'quantile')
    return quantileBounds(
      pair.metric.q ?? 0.5,
      { control: cumulative(control), treatment: cumulative(treatment) },
      asked,
    );
  const arms = armsOf(pair);
  if (arms) return valueBounds(pair, arms, asked);
  if (control.kind === 'count' && treatment.kind === 'count')
    return countBounds(pair, [control.count, treatment.count], asked.alpha);
  return undefined;
}

/** Nothing differs: of shares of 0 the ratio could be anything, of constants there is no other value. */
const SAME = { estimate: 0, p: 1, isSame: true } as const;

/** With fewer successes, or failures, in a variant the normal approximation is not taken. */
const EXACT = 20;

function shareBounds(pair: Pair, { alpha, alternative, tuning }: Asked): Bounds | undefined {
  const { control, treatment } = pair;
  if (control.kind !== 'proportion' || treatment.kind !== 'proportion') return undefined;
  if (control.n === 0 || treatment.n === 0) return undefined;
  const least = Math.min(rarerOf(control), rarerOf(treatment));
  const effect = least < EXACT ? undefined : relativeEffect(pair);
  if (effect) return ratioBounds(effect, { alpha, alternative, tuning, n: control.n + treatment.n });
  const { estimate, lower, upper, p } = riskRatio(control, treatment, { alpha, tOpt: tuning / 2 });
  const isSame = estimate === undefined || (control.successes === control.n && treatment.successes === treatment.n);
  return {
    ...(isSame ? SAME : { estimate: estimate - 1, p }),
    lower: lower - 1,
    upper: upper - 1,
    isExact: true,
  };
}

function rarerOf({ n, successes }: Counts): number {
  return Math.min(successes, n - successes);
}

/** Both variants as means of units; undefined where the kind has none, or nobody is there. */
function armsOf({ control, treatment }: Pair): readonly [Arm, Arm] | undefined {
  if (control.kind === 'ratio' && treatment.kind === 'ratio') {
    const isNone = control.denominator.sum === 0 || treatment.denominator.sum === 0;
    return isNone ? undefined : [ratioArm(control), ratioArm(treatment)];
  }
  const [a, b] = [momentsOf(control), momentsOf(treatment)];
  return a && b && [meanArm(a), meanArm(b)];
}

/** Relative where that says anything, else the difference in the metric's own unit. */
function valueBounds(pair: Pair, [a, b]: readonly [Arm, Arm], asked: Asked): Bounds | undefined {
  if (a.n < 2 || b.n < 2) return undefined;
  const testing = { ...asked, n: a.n + b.n };
  const alike = alikeIn(pair);
  const effect = isWithinNoise(a) ? undefined : relativeEffect(pair);
  if (effect) return { ...ratioBounds(effect, testing), alike };
  const difference = flooredEffect(a, b);
  if (!difference) return { ...SAME, lower: 0, upper: 0, scale: 'absolute' };
  const { estimate, lower, upper, p } = sequentialTest(difference, testing);
  return { estimate, lower, upper, p, scale: 'absolute', alike };
}

/** Of both variants together: without an effect their values are of one kind. */
function alikeIn({ control, treatment }: Pair): number {
  if (control.kind === 'ratio' && treatment.kind === 'ratio')
    return Math.min(
      alikeUnits(control.numerator, treatment.numerator),
      alikeUnits(control.denominator, treatment.denominator),
    );
  return alikeUnits(...[control, treatment].flatMap((sums) => momentsOf(sums) ?? []));
}

/**
 * On the scale of ln(treatment/control), with the standard error SE/(1 + effect) there: (b - a)/a itself is skewed, and at small counts
 * its test takes chance for harm (40 against 20 of 5,000: z = 3.6 instead of 2.5). Values of two signs have no such scale.
 */
function ratioBounds(effect: Effect, testing: SequentialTesting): Bounds {
  const { estimate, standardError } = effect;
  const ratio = 1 + estimate;
  const isRatio = ratio > 0;
  const { lower, upper, p } = isRatio
    ? sequentialTest({ estimate: Math.log(ratio), standardError: standardError / ratio }, testing)
    : sequentialTest(effect, testing);
  return isRatio ? { estimate, lower: Math.expm1(lower), upper: Math.expm1(upper), p } : { estimate, lower, upper, p };
}

/** The prior's weight in events, as the authors' package has it: tuned for small effects. */
const COUNT_PRIOR = 100;

/** Summed events without their users: the rate ratio less 1, exact for Poisson counts. The interval at alpha holds for one side too. */
function countBounds({ shares }: Pair, counts: readonly [number, number], alpha: number): Bounds {
  const options = { counts, rho: shares, k: COUNT_PRIOR };
  const { estimate, lower, upper } = countRatioInterval({ ...options, alpha });
  const ends = { lower: Math.expm1(lower), upper: Math.expm1(upper) };
  if (estimate === undefined) return { ...SAME, ...ends };
  return { estimate: Math.expm1(estimate), ...ends, p: countRatioTest(options).p };
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

/** The ratio of both quantiles; their difference where the control's is not shown to be above 0. */
function quantileBounds(q: number, { control, treatment }: Histograms, { alpha, tuning }: Asked): Bounds | undefined {
  const [from, to] = [control, treatment].map((one) => quantileOf(bucketsOf(one), q));
  if (from === undefined || to === undefined) return undefined;
  const { p, ratio, difference } = quantileChange(control, treatment, { q, tOpt: tuning / 2, alphaOpt: alpha, alpha });
  if (from <= 0 || !ratio) return { estimate: to - from, ...difference, p, scale: 'absolute', isExact: true };
  return { estimate: to / from - 1, lower: ratio.lower - 1, upper: ratio.upper - 1, p, isExact: true };
}

function bucketsOf({ n, bounds, atOrBelow }: Cumulative): {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
} {
  const counts = [...atOrBelow, n].map((count, index) => count - (index === 0 ? 0 : (atOrBelow[index - 1] ?? 0)));
  return { bounds, counts };
}
