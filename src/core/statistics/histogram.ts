/**
 * Histograms that merge: of windows, instances, releases. Plain buckets as Prometheus has them, and exponential ones as
 * OpenTelemetry and Prometheus' native histograms have them. Merging is associative and commutative.
 */
import { type BucketHistogram, bucketQuantile, mergeBuckets } from './buckets.ts';
import {
  type ExponentialHistogram,
  type Limits,
  bucketsOfExponential,
  countOfExponential,
  exponentialQuantile,
  mergeExponential,
} from './exponential.ts';
import { impossible } from './impossible.ts';

export { type BucketHistogram, bucketsFromCumulative, bucketsOf } from './buckets.ts';
export { type ExponentialHistogram, exponentialOf } from './exponential.ts';

export type Histogram = BucketHistogram | ExponentialHistogram;

export function isExponential(histogram: Histogram): histogram is ExponentialHistogram {
  return 'scale' in histogram;
}

/** How many observations a histogram has. */
export function countOf(histogram: Histogram): number {
  return isExponential(histogram)
    ? countOfExponential(histogram)
    : histogram.counts.reduce((sum, count) => sum + count, 0);
}

/**
 * Both as one: exponential ones at the coarser of their scales, coarser still until `maxBuckets` are enough (OpenTelemetry's merge);
 * plain ones by the bounds they share; one of each as plain ones. In any order the same histogram.
 * Throws StatisticsError on impossible buckets.
 */
export function merge(one: Histogram, other: Histogram, limits: Limits = {}): Histogram {
  if (isExponential(one) && isExponential(other)) return mergeExponential(one, other, limits);
  return mergeBuckets(toBuckets(one), toBuckets(other));
}

/** The histogram with plain buckets; the bounds of an exponential one are all kept. */
export function toBuckets(histogram: Histogram): BucketHistogram {
  return isExponential(histogram) ? bucketsOfExponential(histogram) : histogram;
}

/**
 * The value below which the share `q` of the observations lies. In a plain bucket it goes up linearly, from 0 in a first bucket that
 * ends above 0; above the last bound it is that bound (Prometheus' histogram_quantile). In an exponential one it goes up geometrically.
 * `undefined` of no observations. Throws StatisticsError on q outside [0, 1]. The error is at most the bucket's width.
 */
export function quantileOf(histogram: Histogram, q: number): number | undefined {
  if (!(q >= 0 && q <= 1)) impossible(`a quantile must lie in 0 to 1, found ${q}`);
  const size = countOf(histogram);
  if (size === 0) return undefined;
  return isExponential(histogram) ? exponentialQuantile(histogram, q * size) : bucketQuantile(histogram, q * size);
}
