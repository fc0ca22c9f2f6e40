import { impossible, mustCount } from './impossible.ts';

/** A histogram as cumulative counts: observations at or below each of some ascending bounds, `n` in all. */
export interface Cumulative {
  readonly n: number;
  readonly bounds: readonly number[];
  readonly atOrBelow: readonly number[];
}

/** Throws StatisticsError when the counts fall or exceed n, the bounds do not grow, or one has no count. */
export function mustBeCumulative({ n, bounds, atOrBelow }: Cumulative): void {
  mustCount(n, 'n');
  if (bounds.length !== atOrBelow.length) impossible('a histogram has one count for each bound');
  atOrBelow.forEach((count, index) => {
    mustCount(count, 'a count');
    if (count > n || count < (atOrBelow[index - 1] ?? 0)) impossible('cumulative counts grow up to n');
    if (!((bounds[index] ?? NaN) > (bounds[index - 1] ?? -Infinity))) impossible('the bounds of a histogram grow');
  });
}

/** Throws StatisticsError when one of two histograms is none, or when their bounds differ. */
export function mustShareBounds(a: Cumulative, b: Cumulative): void {
  mustBeCumulative(a);
  mustBeCumulative(b);
  if (a.bounds.length !== b.bounds.length || a.bounds.some((bound, index) => bound !== b.bounds[index]))
    impossible('two histograms compare only at the same bounds');
}
