/**
 * One proportion at any number of looks: a beta mixture around each candidate rate, exact for finite samples.
 * Howard, Ramdas, McAuliffe, Sekhon 2021 (arXiv 1810.08240), Proposition 7; confseq, `bernoulli_confidence_interval`.
 */
import { lnBeta } from './distribution.ts';
import { mustBeLevel, mustBePositive } from './impossible.ts';
import { type Counts, mustBeCounts } from './moments.ts';
import { rhoFor } from './normal-mixture.ts';
import { edgeOf } from './root.ts';

export interface Tightest {
  /** The number of trials at which the interval is tightest. */
  readonly tOpt: number;
  /** The error level at which it is; default 0.05. */
  readonly alphaOpt?: number;
}

/** The weight of the mixture in pseudo-trials: max(tOpt/(2 ln(1/alphaOpt) + ln(1 + 2 ln(1/alphaOpt))) - 1, 0.001). */
export function mixtureWeight({ tOpt, alphaOpt = 0.05 }: Tightest): number {
  return Math.max(rhoFor({ vOpt: tOpt, alpha: alphaOpt, sided: 2 }) - 1, 0.001);
}

/**
 * ln E against "the rate is p0", k pseudo-trials in the mixture:
 * lnB(k p0 + S, k(1-p0) + F) - lnB(k p0, k(1-p0)) - S ln p0 - F ln(1-p0), S successes and F failures. Convex in S.
 * Infinite when p0 is 0 or 1 and the data contradict it. Throws StatisticsError on impossible counts and p0 outside [0, 1].
 */
export function proportionLogE(counts: Counts, p0: number, k: number): number {
  const { n, successes } = mustBeCounts(counts);
  mustBePositive(k, 'the weight of the mixture');
  const failures = n - successes;
  if (p0 === 0 || p0 === 1) return (p0 === 0 ? successes : failures) === 0 ? 0 : Infinity;
  mustBeLevel(p0, 'p0');
  const [a, b] = [k * p0, k * (1 - p0)];
  return lnBeta(a + successes, b + failures) - lnBeta(a, b) - successes * Math.log(p0) - failures * Math.log1p(-p0);
}

/**
 * The rates that were never rejected at error level `alpha`, pointwise at these counts; [0, 1] without data.
 * Throws StatisticsError on impossible counts and levels.
 */
export function proportionInterval(
  counts: Counts,
  { alpha, ...tightest }: Tightest & { readonly alpha: number },
): { readonly lower: number; readonly upper: number } {
  const { n, successes } = mustBeCounts(counts);
  const need = -Math.log(mustBeLevel(alpha, 'alpha'));
  const k = mixtureWeight(tightest);
  if (n === 0) return { lower: 0, upper: 1 };
  const holds = (p: number): boolean => proportionLogE(counts, p, k) < need;
  // One event never excludes a rate near 0: there its E tends to k/(k + n - 1). Likewise one failure and a rate near 1.
  return {
    lower: successes <= 1 ? 0 : edgeOf(holds, successes / n, 0),
    upper: n - successes <= 1 ? 1 : edgeOf(holds, successes / n, 1),
  };
}
