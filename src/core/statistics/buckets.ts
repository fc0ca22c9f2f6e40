/** Histograms with fixed bounds, as Prometheus keeps them: from cumulative counts, of values, merged, read. */
import { impossible, mustCount } from './impossible.ts';

/** `counts[i]` observations <= `bounds[i]` and > the bound before; the last count lies above every bound. */
export interface BucketHistogram {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

/**
 * Plain buckets from cumulative ones, `[le, observations <= le]` in any order; one with le Infinity has all of them (Prometheus).
 * Throws StatisticsError where that one is missing or counts fall.
 */
export function bucketsFromCumulative(cumulative: readonly (readonly [le: number, count: number])[]): BucketHistogram {
  const rising = cumulative.toSorted(([one], [other]) => one - other);
  if (rising.at(-1)?.[0] !== Infinity) impossible('cumulative buckets need one for Infinity');
  const counts = rising.map(([, count], index) => mustCount(count - (rising[index - 1]?.[1] ?? 0), 'a bucket'));
  return { bounds: rising.slice(0, -1).map(([le]) => le), counts };
}

/** Returns the histogram. Throws StatisticsError on bounds that do not rise, a wrong number of counts, or a negative one. */
function mustBeBuckets(histogram: BucketHistogram): BucketHistogram {
  const { bounds, counts } = histogram;
  if (counts.length !== bounds.length + 1)
    impossible(`${bounds.length} bounds need one count more, found ${counts.length}`);
  bounds.forEach((bound, index) => {
    const before = bounds[index - 1];
    if (!Number.isFinite(bound) || (before !== undefined && bound <= before)) impossible('bounds must rise');
  });
  counts.forEach((count) => mustCount(count, 'a bucket'));
  return histogram;
}

/** A histogram of single values. Throws StatisticsError on a NaN. */
export function bucketsOf(values: readonly number[], bounds: readonly number[]): BucketHistogram {
  const counts = Array.from({ length: bounds.length + 1 }, () => 0);
  for (const value of values) {
    if (Number.isNaN(value)) impossible('a value is NaN');
    const index = bounds.findIndex((bound) => value <= bound);
    const bucket = index < 0 ? bounds.length : index;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return mustBeBuckets({ bounds, counts });
}

/**
 * Both as one. Plain buckets with other bounds are read by the bounds they share, so nothing is guessed about where in a bucket its
 * observations lie. Throws StatisticsError on impossible buckets.
 */
export function mergeBuckets(one: BucketHistogram, other: BucketHistogram): BucketHistogram {
  mustBeBuckets(one);
  mustBeBuckets(other);
  const known = new Set(other.bounds);
  const bounds = one.bounds.filter((bound) => known.has(bound));
  const counts = coarsen(one, bounds).map((count, index) => count + (coarsen(other, bounds)[index] ?? 0));
  return { bounds, counts };
}

/** The counts by fewer bounds, each of which the histogram has. */
function coarsen({ bounds, counts }: BucketHistogram, fewer: readonly number[]): readonly number[] {
  const sums = Array.from({ length: fewer.length + 1 }, () => 0);
  let target = 0;
  counts.forEach((count, index) => {
    while (target < fewer.length && (bounds[index] ?? Infinity) > (fewer[target] as number)) target++;
    sums[target] = (sums[target] ?? 0) + count;
  });
  return sums;
}

/**
 * The value at a rank: linear in its bucket, from 0 in a first bucket that ends above 0; above the last bound it is that bound.
 * `undefined` where there are no bounds. Source: Prometheus, histogram_quantile.
 */
export function bucketQuantile(histogram: BucketHistogram, rank: number): number | undefined {
  const { bounds, counts } = mustBeBuckets(histogram);
  let before = 0;
  const found = counts.findIndex((count) => {
    if (count > 0 && before + count >= rank) return true;
    before += count;
    return false;
  });
  const upper = bounds[found];
  if (upper === undefined) return bounds.at(-1);
  const lower = bounds[found - 1] ?? (upper > 0 ? 0 : upper);
  return lower + (upper - lower) * Math.max(0, (rank - before) / (counts[found] ?? 1));
}
