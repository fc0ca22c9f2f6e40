/**
 * Bands around a whole distribution at any number of looks: time-uniform Dvoretzky, Kiefer, Wolfowitz.
 * Howard, Ramdas 2022 (arXiv 1906.09712), Theorem 2; confseq, src/confseq/uniform_boundaries.h.
 */
import { type Cumulative, mustShareBounds } from './cumulative.ts';
import { impossible, mustBeLevel, mustBePositive, mustCount } from './impossible.ts';
import { edgeBeyond, lowestOf } from './root.ts';

/** The factor of the paper; larger ones give smaller constants C. */
const A = 0.85;

export interface DkwOptions {
  /** The first sample size at which the band holds. */
  readonly m: number;
  readonly alpha: number;
}

/** Observations of an arm and how many lie at or below a bound. */
export interface Share {
  readonly n: number;
  readonly atOrBelow: number;
}

export interface DifferenceBand {
  readonly difference: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * The constant C: min over eta in (1, 2A^2) of 4 exp(-g C)(1 + 1/((g-1) ln eta)) = alpha with
 * g = (2/eta)(A - sqrt(2(eta-1)/C))^2 > 1. Throws StatisticsError on an alpha outside (0, 1).
 */
export function dkwConstant(alpha: number): number {
  mustBeLevel(alpha, 'alpha');
  return edgeBeyond((c) => errorAt(c) > alpha, 0, 1);
}

/** The best bound on the error for a constant; infinite for those that bound nothing. */
function errorAt(c: number): number {
  const error = (eta: number): number => {
    const root = A - Math.sqrt((2 * (eta - 1)) / c);
    const g = root > 0 ? (2 / eta) * root * root : 0;
    return g > 1 ? 4 * Math.exp(-g * c) * (1 + 1 / ((g - 1) * Math.log(eta))) : Infinity;
  };
  // g falls in eta, so that the etas with g > 1 are an interval from 1 on; there the error has one valley.
  const last = edgeBelow((eta) => error(eta) < Infinity, c);
  return last === undefined ? Infinity : lowestOf(error, [1, last]);
}

/** The largest eta that still bounds something: sqrt(eta/2) + sqrt(2(eta-1)/c) = A, whose left side grows. */
function edgeBelow(bounds: (eta: number) => boolean, c: number): number | undefined {
  const first = 1 + 1e-9 * Math.min(1, c);
  if (!bounds(first)) return undefined;
  return edgeBeyond(bounds, first, 2 * A * A - 1);
}

/**
 * How far an empirical distribution function of t observations may lie from the true one, anywhere and at any t >= m:
 * 0.85 sqrt((ln(1 + ln(t/m)) + C)/t); infinite before m.
 */
export function dkwWidth({ t, m, alpha }: DkwOptions & { readonly t: number }): number {
  mustCount(t, 't');
  mustBePositive(m, 'm');
  const constant = dkwConstant(alpha);
  return t < m ? Infinity : widthAt(t, m, constant);
}

function widthAt(t: number, m: number, constant: number): number {
  return A * Math.sqrt((Math.log1p(Math.log(t / m)) + constant) / t);
}

/**
 * F_a - F_b at one bound: above 0 when b has more of the large values (a slower candidate). Both bands at alpha/2, widths add;
 * ends cut to [-1, 1]. `undefined` for an empty arm. Throws StatisticsError on more observations below the bound than there are.
 */
export function cdfDifference(a: Share, b: Share, options: DkwOptions): DifferenceBand | undefined {
  const one = (share: Share): Cumulative => ({ n: share.n, bounds: [0], atOrBelow: [share.atOrBelow] });
  return cdfDifferences(one(a), one(b), options)?.[0];
}

/** {@link cdfDifference} at every bound of two histograms with the same bounds; the bands hold at all of them together. */
export function cdfDifferences(
  a: Cumulative,
  b: Cumulative,
  { m, alpha }: DkwOptions,
): readonly DifferenceBand[] | undefined {
  mustShareBounds(a, b);
  mustBePositive(m, 'm');
  const constant = dkwConstant(mustBeLevel(alpha, 'alpha') / 2);
  if (a.n === 0 || b.n === 0) return undefined;
  const width = Math.min(a.n, b.n) < m ? Infinity : widthAt(a.n, m, constant) + widthAt(b.n, m, constant);
  return a.atOrBelow.map((count, index) => {
    const difference = count / a.n - (b.atOrBelow[index] ?? 0) / b.n;
    return { difference, lower: Math.max(-1, difference - width), upper: Math.min(1, difference + width) };
  });
}

/**
 * The values that quantile q may have: from the smallest x with F_n(x) + width >= q to the smallest with F_n(x) - width >= q, infinite
 * where there is none. Holds for all q and all looks together. Throws StatisticsError on values that are not finite.
 */
export function quantileBand(
  values: readonly number[],
  { q, ...options }: DkwOptions & { readonly q: number },
): { readonly lower: number; readonly upper: number } {
  mustBeLevel(q, 'q');
  if (values.some((value) => !Number.isFinite(value))) impossible('a value must be a finite number');
  const n = values.length;
  const width = dkwWidth({ t: n, ...options });
  if (width === Infinity) return { lower: -Infinity, upper: Infinity };
  const sorted = values.toSorted((x, y) => x - y);
  const rank = (share: number): number => Math.ceil(roundedDown(share * n));
  const first = rank(q - width);
  return {
    lower: first <= 0 ? -Infinity : (sorted[first - 1] ?? Infinity),
    upper: q + width > 1 ? Infinity : (sorted[rank(q + width) - 1] ?? Infinity),
  };
}

/** 0.3 * 10 is 3, not the fourth rank. */
function roundedDown(rank: number): number {
  const nearest = Math.round(rank);
  return Math.abs(rank - nearest) < 1e-9 ? nearest : rank;
}
