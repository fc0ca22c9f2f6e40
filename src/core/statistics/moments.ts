import { impossible, mustBeFinite, mustCount } from './impossible.ts';

/** What a mean and a variance need, and all that is kept of an arm: sums add up over windows, stages and processes. */
export interface Moments {
  readonly n: number;
  readonly sum: number;
  readonly sumSquares: number;
}

/** Trials and how many of them had the event. */
export interface Counts {
  readonly n: number;
  readonly successes: number;
}

/** Returns the counts. Throws StatisticsError on negative ones and on more successes than trials. */
export function mustBeCounts(counts: Counts): Counts {
  mustCount(counts.n, 'n');
  mustCount(counts.successes, 'successes');
  if (counts.successes > counts.n) impossible(`${counts.successes} successes cannot come from ${counts.n} trials`);
  return counts;
}

/** Returns the moments. Throws StatisticsError when no numbers have them: n below 0, a sum without observations, sumSquares below 0. */
function mustBeMoments(moments: Moments): Moments {
  mustCount(moments.n, 'n');
  mustBeFinite(moments.sum, 'sum');
  mustCount(moments.sumSquares, 'sumSquares');
  if (moments.n === 0 && (moments.sum !== 0 || moments.sumSquares !== 0)) impossible('a sum without observations');
  return moments;
}

/** The arithmetic mean; `undefined` of no observations. Throws StatisticsError on impossible moments. */
export function meanOf(moments: Moments): number | undefined {
  const { n, sum } = mustBeMoments(moments);
  return n === 0 ? undefined : sum / n;
}

/**
 * The sample variance (sumSquares - sum^2/n)/(n-1); `undefined` of fewer than two observations. What rounding puts below 0 is 0.
 * Throws StatisticsError on impossible moments.
 */
export function varianceOf(moments: Moments): number | undefined {
  const { n, sum, sumSquares } = mustBeMoments(moments);
  return n < 2 ? undefined : Math.max(0, (sumSquares - (sum / n) * sum) / (n - 1));
}

/** The moments of single values. Throws StatisticsError on a value that is not finite. */
export function momentsOf(values: readonly number[]): Moments {
  let sum = 0;
  let sumSquares = 0;
  for (const value of values) {
    sum += mustBeFinite(value, 'a value');
    sumSquares += value * value;
  }
  return { n: values.length, sum, sumSquares };
}

/** Successes as ones and the rest as zeros: the moments of those values. Throws StatisticsError on impossible counts. */
export function countsAsMoments(counts: Counts): Moments {
  const { n, successes } = mustBeCounts(counts);
  return { n, sum: successes, sumSquares: successes };
}
