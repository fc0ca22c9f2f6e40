/**
 * Counts of events in arms with fixed traffic shares (errors, crashes, sign-ups): whose event comes next does not depend on how the base
 * rate moves over the day. Also a test of the shares themselves. Exact at any number of looks.
 * Lindon, Malek 2020 (arXiv 2011.03567); Lindon, Sanden, Shirikian 2022 (arXiv 2205.14762); Python package savvi.
 */
import { lnBeta } from './distribution.ts';
import { impossible, mustBeLevel, mustBePositive, mustCount } from './impossible.ts';
import { edgeBeyond, edgeOf } from './root.ts';
import { keepBest, type Look, pOf } from './running.ts';

/** At odds of e^60 to 1 the smaller share changes nothing in 1e9 events: where to begin when an arm has none. */
const FAR = 60;

export interface Evidence {
  readonly logE: number;
  readonly p: number;
}

export interface RatioOptions {
  /** Events of control and candidate. */
  readonly counts: readonly [number, number];
  /** Traffic shares of control and candidate; only their proportion counts. */
  readonly rho: readonly [number, number];
  /** The weight of the Dirichlet prior in events; larger is tuned for smaller effects. */
  readonly k: number;
}

export interface RatioInterval {
  /** ln(rate of the candidate / rate of control); infinite when one arm has no events, absent when none has. */
  readonly estimate: number | undefined;
  readonly lower: number;
  readonly upper: number;
}

/**
 * Shares are theta: prior a = k theta, ln E = lnB(a + S) - lnB(a) - sum S_i ln theta_i, B the multivariate beta function.
 * An event in an arm whose share is 0 is impossible under the null: E is infinite.
 * Throws StatisticsError on negative counts or shares, or lists of different lengths.
 */
export function multinomialTest(options: {
  readonly counts: readonly number[];
  readonly theta: readonly number[];
  readonly k: number;
}): Evidence {
  const { counts, k } = options;
  const theta = sharesOf(options.theta, counts);
  mustBePositive(k, 'k');
  if (counts.some((count, arm) => count > 0 && theta[arm] === 0)) return { logE: Infinity, p: 0 };
  const logE = counts.reduce(
    (sum, count, arm) => (count === 0 ? sum : sum - count * Math.log(theta[arm] ?? NaN)),
    priorToPosterior({ counts, theta, k }),
  );
  return { logE, p: pOf(logE) };
}

/** {@link multinomialTest} of two arms: no difference in rates means that events fall as traffic does. */
export function countRatioTest({ counts, rho, k }: RatioOptions): Evidence {
  return multinomialTest({ counts, theta: rho, k });
}

/**
 * All d = ln(rate ratio) with lnB(a + S) - lnB(a) - S0 ln theta0(d) - S1 ln theta1(d) <= ln(1/alpha),
 * theta1 = rho1 e^d/(rho0 + rho1 e^d), the prior held at the shares. An arm without events makes its end infinite.
 */
export function countRatioInterval(options: RatioOptions & { readonly alpha: number }): RatioInterval {
  const { counts, rho, k, alpha } = options;
  const need = -Math.log(mustBeLevel(alpha, 'alpha'));
  const theta = sharesOf(rho, counts);
  const [share0 = 0, share1 = 0] = theta;
  if (share0 === 0 || share1 === 0) impossible('a rate ratio needs traffic in both arms');
  const constant = priorToPosterior({ counts, theta, k: mustBePositive(k, 'k') });
  const [s0, s1] = counts;
  if (s0 === 0 && s1 === 0) return { estimate: undefined, lower: -Infinity, upper: Infinity };
  const holds = (x: number): boolean => constant + s0 * softPlus(x) + s1 * softPlus(-x) <= need;
  const odds = Math.log(share1) - Math.log(share0);
  const best = Math.log(s1) - Math.log(s0);
  return {
    estimate: best - odds,
    lower: s1 === 0 ? -Infinity : edgeBeyond(holds, Math.min(best, FAR), -1) - odds,
    upper: s0 === 0 ? Infinity : edgeBeyond(holds, Math.max(best, -FAR), 1) - odds,
  };
}

/** Test and interval after each look at cumulative counts, as they are and as kept over all looks so far. */
export function countRatioSequence(
  looks: readonly (readonly [number, number])[],
  options: Omit<RatioOptions, 'counts'> & { readonly alpha: number },
): readonly { readonly now: Look; readonly running: Look }[] {
  let running: Look | undefined;
  return looks.map((counts) => {
    const { lower, upper } = countRatioInterval({ ...options, counts });
    const now = { p: countRatioTest({ ...options, counts }).p, lower, upper };
    running = keepBest(running, now);
    return { now, running };
  });
}

/**
 * The shares of each arm that are not rejected, the others' proportions at their most likely:
 * lnB(a + S) - lnB(a) - S_i ln t - (n - S_i) ln(1 - t) - sum over j<>i of S_j ln(S_j/(n - S_i)) <= ln(1/alpha).
 */
export function multinomialIntervals(options: {
  readonly counts: readonly number[];
  readonly theta: readonly number[];
  readonly k: number;
  readonly alpha: number;
}): readonly (readonly [lower: number, upper: number])[] {
  const { counts, k, alpha } = options;
  const need = -Math.log(mustBeLevel(alpha, 'alpha'));
  const theta = sharesOf(options.theta, counts);
  if (theta.includes(0)) impossible('an interval needs a share above 0 for every arm');
  const constant = priorToPosterior({ counts, theta, k: mustBePositive(k, 'k') });
  const n = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count, arm) => {
    if (n === 0) return [0, 1];
    const rest = n - count;
    const others = counts.reduce((sum, other, index) => sum + (index === arm ? 0 : timesLog(other, other / rest)), 0);
    const holds = (t: number): boolean => constant - others - timesLog(count, t) - timesLog(rest, 1 - t) <= need;
    return [count === 0 ? 0 : edgeOf(holds, count / n, 0), rest === 0 ? 1 : edgeOf(holds, count / n, 1)];
  });
}

/** Shares that sum to 1. */
function sharesOf(weights: readonly number[], counts: readonly number[]): readonly number[] {
  if (weights.length !== counts.length || weights.length < 2) impossible('each arm has one count and one share');
  for (const count of counts) mustCount(count, 'a count');
  const sum = mustBePositive(
    weights.reduce((total, weight) => total + mustCount(weight, 'a share'), 0),
    'the sum of the shares',
  );
  return weights.map((weight) => weight / sum);
}

/** lnB(a + S) - lnB(a) as a chain of two-arm beta functions, which loses no digits where gamma functions of sums would. */
function priorToPosterior({ counts, theta, k }: Parameters<typeof multinomialTest>[0]): number {
  let result = 0;
  let [restCount, restWeight] = [0, 0];
  counts.forEach((count, arm) => {
    const weight = k * (theta[arm] ?? 0);
    if (weight === 0) return;
    if (restWeight > 0) result += lnBeta(weight + count, restWeight + restCount) - lnBeta(weight, restWeight);
    restCount += count;
    restWeight += weight;
  });
  return result;
}

/** x ln y, 0 when x is. */
function timesLog(x: number, y: number): number {
  return x === 0 ? 0 : x * Math.log(y);
}

/** ln(1 + e^x) without overflow. */
function softPlus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}
