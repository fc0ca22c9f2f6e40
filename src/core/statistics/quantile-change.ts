/** How far a quantile of two arms lies apart, from histograms, at any number of looks: interval and p by one inversion. */
import { type Cumulative, mustShareBounds } from './cumulative.ts';
import { mustBeLevel } from './impossible.ts';
import { bucketEvidence, type QuantileOptions } from './quantile.ts';
import { pOf } from './running.ts';

interface Ends {
  readonly lower: number;
  readonly upper: number;
}

export interface QuantileChange {
  /** Of equal quantiles: below alpha just where the difference, and the ratio, leave equality out. */
  readonly p: number;
  /** Quantile of b less that of a, in the values' unit. */
  readonly difference: Ends;
  /** Quantile of b over that of a; absent where that of a may be below 0. */
  readonly ratio?: Ends;
}

/**
 * {x, y: ln E_a(x) + ln E_b(y) < ln(1/alpha)}, E the beta-binomial mixtures of the ranks at x and y: a product of two e-processes, so
 * that the pair of true quantiles is left out at any look with probability alpha at most; each end holds at alpha for one side too.
 * Buckets are (bound before, bound], of which the ends are taken: two that touch hold equality. Values are taken as 0 at least where the
 * first bound is above 0. Throws StatisticsError on histograms that do not compare.
 */
export function quantileChange(
  a: Cumulative,
  b: Cumulative,
  { alpha, ...options }: QuantileOptions & { readonly alpha: number },
): QuantileChange {
  mustShareBounds(a, b);
  const need = -Math.log(mustBeLevel(alpha, 'alpha'));
  const [ofA, ofB] = [bucketEvidence(a, options), bucketEvidence(b, options)];
  const near = ofA.map((value, at) => value + Math.min(...ofB.slice(Math.max(0, at - 1), at + 2)));
  const pairs = ofA.flatMap((value, at) => {
    const holds = (other: number): boolean => value + other < need;
    const [first, last] = [ofB.findIndex(holds), ofB.findLastIndex(holds)];
    return first < 0 ? [] : [{ of: bucketAt(a, at), from: bucketAt(b, first), to: bucketAt(b, last) }];
  });
  const difference = hull(
    pairs.map(({ of, from, to }) => ({ lower: from.lower - of.upper, upper: to.upper - of.lower })),
  );
  const p = pOf(Math.min(...near));
  if (pairs.length === 0 || pairs.some(({ of }) => of.lower < 0)) return { p, difference };
  const ratios = pairs.map(({ of, from, to }) => ({
    lower: Math.max(0, from.lower) / of.upper,
    upper: of.lower > 0 ? Math.max(0, to.upper) / of.lower : Infinity,
  }));
  return { p, difference, ratio: hull(ratios) };
}

function bucketAt({ bounds }: Cumulative, at: number): Ends {
  const least = (bounds[0] ?? 0) > 0 ? 0 : -Infinity;
  return { lower: bounds[at - 1] ?? least, upper: bounds[at] ?? Infinity };
}

/** All of them; of nothing everything. */
function hull(all: readonly Ends[]): Ends {
  if (all.length === 0) return { lower: -Infinity, upper: Infinity };
  return {
    lower: all.reduce((least, { lower }) => Math.min(least, lower), Infinity),
    upper: all.reduce((most, { upper }) => Math.max(most, upper), -Infinity),
  };
}
