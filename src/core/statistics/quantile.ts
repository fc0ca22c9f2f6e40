/**
 * One quantile (a median, a p95) at any number of looks, from values or from a histogram's buckets.
 * Howard, Ramdas 2022 (arXiv 1906.09712); confseq, src/confseq/quantiles.
 */
import { mixtureWeight, proportionLogE, type Tightest } from './beta-binomial.ts';
import { stitch } from './boundaries.ts';
import { type Cumulative, mustBeCumulative, mustShareBounds } from './cumulative.ts';
import { zeta } from './distribution.ts';
import { impossible, mustBeLevel, mustBePositive, mustCount } from './impossible.ts';
import { edgeOf } from './root.ts';
import { pOf } from './running.ts';

/** The paper's choices: grid width delta, the power s of the stitching, the ratio eta of its epochs. */
const [DELTA, POWER, ETA] = [0.5, 1.4, 2];

/**
 * f(p, t): the share of values at or below quantile p differs from p by at most f/t, for all p and all t together, with
 * T = max(t, m), m = `tOpt`: r = p for p >= 1/2, else min(1/2, expit(logit p + 2 d sqrt(m eta/T))); v = r(1-r);
 * j = sqrt(T/m)|logit p|/(2d) + 1; l = s ln ln(eta T/m) + s ln j + ln(2z(2z+1)/(alpha ln^s eta)), z = zeta(s);
 * f = d sqrt(eta T v/m) + sqrt(k1^2 v T l + (k2 c l)^2) + k2 c l, c = (1-2p)/3.
 */
export function doubleStitching(options: {
  readonly p: number;
  readonly t: number;
  readonly alpha: number;
  readonly tOpt: number;
}): number {
  const { alpha, tOpt: m } = options;
  const p = mustBeLevel(options.p, 'p');
  const t = Math.max(mustCount(options.t, 't'), mustBePositive(m, 'tOpt'));
  const logit = Math.log(p) - Math.log1p(-p);
  const raised = 1 / (1 + Math.exp(-logit - 2 * DELTA * Math.sqrt((m * ETA) / t)));
  const r = p >= 0.5 ? p : Math.min(0.5, raised);
  const variance = r * (1 - r) * t;
  const j = (Math.sqrt(t / m) * Math.abs(logit)) / (2 * DELTA) + 1;
  const z = zeta(POWER);
  const spent = Math.log(2 * z * (2 * z + 1)) - Math.log(mustBeLevel(alpha, 'alpha')) - POWER * Math.log(Math.log(ETA));
  const cost = POWER * (Math.log(Math.log((ETA * t) / m)) + Math.log(j)) + spent;
  return DELTA * Math.sqrt((ETA * variance) / m) + stitch({ variance, cost, c: (1 - 2 * p) / 3, eta: ETA });
}

export interface QuantileOptions extends Tightest {
  readonly q: number;
}

/**
 * Where quantile q lies, as the buckets show it: the beta-binomial mixture gives the ranks that q may have; the ends are the outer bounds
 * of the buckets with those ranks, infinite beyond the first and last bound. Never narrower than the interval from the values themselves.
 * Throws StatisticsError on counts that are not cumulative.
 */
export function quantileInterval(
  histogram: Cumulative,
  { q, alpha, ...tightest }: QuantileOptions & { readonly alpha: number },
): { readonly lower: number; readonly upper: number } {
  const { n, bounds, atOrBelow } = histogram;
  mustBeCumulative(histogram);
  const need = -Math.log(mustBeLevel(alpha, 'alpha'));
  const k = mixtureWeight(tightest);
  const holds = (successes: number): boolean => proportionLogE({ n, successes }, mustBeLevel(q, 'q'), k) < need;
  const middle = likeliestRank(n, q, k);
  // The quantile is at least the value of the first rank that is not rejected, at most the one after the last.
  const first = Math.ceil(edgeOf(holds, middle, 0));
  const after = Math.floor(edgeOf(holds, middle, n)) + 1;
  const bucketOf = (rank: number): number => atOrBelow.findIndex((count) => count >= rank);
  const [from, to] = [bucketOf(first), after > n ? -1 : bucketOf(after)];
  const below = from === -1 ? bounds.length - 1 : from - 1;
  return {
    lower: first <= 0 ? -Infinity : (bounds[below] ?? -Infinity),
    upper: to === -1 ? Infinity : (bounds[to] ?? Infinity),
  };
}

/** Two arms have the same quantile q: p = min(1, exp(-min over x of G_a(x) + G_b(x))), G the beta-binomial mixture of the ranks at x. */
export function quantileTest(a: readonly number[], b: readonly number[], options: QuantileOptions): number {
  const [sortedA, sortedB] = [sorted(a), sorted(b)];
  const places = [...new Set([...sortedA, ...sortedB])].map((x) => ({
    a: [countBelow(sortedA, x, false), countBelow(sortedA, x, true)] as const,
    b: [countBelow(sortedB, x, false), countBelow(sortedB, x, true)] as const,
  }));
  return sameQuantile(places, { ...options, nA: a.length, nB: b.length });
}

/** {@link quantileTest} of two histograms with the same bounds; inside a bucket the ranks most in favour of equality are taken. */
export function quantileTestOfBuckets(a: Cumulative, b: Cumulative, options: QuantileOptions): number {
  mustShareBounds(a, b);
  const ranks = ({ n, atOrBelow }: Cumulative, bucket: number): Ranks => [
    atOrBelow[bucket - 1] ?? 0,
    atOrBelow[bucket] ?? n,
  ];
  const places = Array.from({ length: a.bounds.length + 1 }, (_, bucket) => ({
    a: ranks(a, bucket),
    b: ranks(b, bucket),
  }));
  return sameQuantile(places, { ...options, nA: a.n, nB: b.n });
}

/** Values below a point, and values at or below it. */
type Ranks = readonly [below: number, atOrBelow: number];

interface Place {
  readonly a: Ranks;
  readonly b: Ranks;
}

function sameQuantile(
  places: readonly Place[],
  of: QuantileOptions & { readonly nA: number; readonly nB: number },
): number {
  const q = mustBeLevel(of.q, 'q');
  const k = mixtureWeight(of);
  const [a, b] = [armOf(of.nA, q, k), armOf(of.nB, q, k)];
  const lowest = places.reduce((least, place) => Math.min(least, a(place.a) + b(place.b)), Infinity);
  return places.length === 0 ? 1 : pOf(lowest);
}

/** For each bucket, the one beyond the last bound too, the least ln E of the ranks that quantile q has when it lies in the bucket. */
export function bucketEvidence(histogram: Cumulative, { q, ...tightest }: QuantileOptions): readonly number[] {
  const { n, bounds, atOrBelow } = histogram;
  mustBeCumulative(histogram);
  const arm = armOf(n, mustBeLevel(q, 'q'), mixtureWeight(tightest));
  return Array.from({ length: bounds.length + 1 }, (_, at) => arm([atOrBelow[at - 1] ?? 0, atOrBelow[at] ?? n]));
}

/** The least ln E of an arm whose quantile has a rank in a range: convex in the rank, so the range's point nearest to the valley. */
function armOf(n: number, q: number, k: number): (ranks: Ranks) => number {
  const valley = likeliestRank(n, q, k);
  return ([below, atOrBelow]) => proportionLogE({ n, successes: Math.min(Math.max(valley, below), atOrBelow) }, q, k);
}

/** The rank that speaks most for "this is quantile q"; near q n, found where the convex ln E stops falling. */
function likeliestRank(n: number, q: number, k: number): number {
  const step = n * 1e-6;
  const logE = (successes: number): number => proportionLogE({ n, successes }, q, k);
  return n === 0 ? 0 : Math.min(n, edgeOf((x) => logE(Math.min(n, x + step)) < logE(x), 0, n) + step / 2);
}

function sorted(values: readonly number[]): readonly number[] {
  if (values.some((value) => !Number.isFinite(value))) impossible('a value must be a finite number');
  return values.toSorted((x, y) => x - y);
}

/** How many of the ascending values lie below x, or at or below it. */
function countBelow(values: readonly number[], x: number, orAt: boolean): number {
  let [from, to] = [0, values.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const value = values[middle] ?? Infinity;
    if (value < x || (orAt && value === x)) from = middle + 1;
    else to = middle;
  }
  return from;
}
