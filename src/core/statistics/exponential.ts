/** Exponential histograms, as OpenTelemetry and the native ones of Prometheus: made of values, merged by the coarser scale, read. */
import type { BucketHistogram } from './buckets.ts';
import { impossible } from './impossible.ts';

/** Bucket i counts values in (base^i, base^(i+1)]; `counts[k]` belongs to i = offset + k; no empty ones at the ends. */
export interface ExponentialBuckets {
  readonly offset: number;
  readonly counts: readonly number[];
}

/** base = 2^(2^-scale): at scale 3 a bucket is 9 % wide. `negative` counts by the absolute value. */
export interface ExponentialHistogram {
  readonly scale: number;
  readonly zeros: number;
  readonly positive: ExponentialBuckets;
  readonly negative: ExponentialBuckets;
}

/** OpenTelemetry's limits: the most buckets of a sign, and the finest scale (a bucket is 7e-7 wide). */
const MAX_BUCKETS = 160;
const MAX_SCALE = 20;

export interface Limits {
  /** The finest scale to begin with. */
  readonly scale?: number;
  readonly maxBuckets?: number;
}

const NONE: ExponentialBuckets = { offset: 0, counts: [] };

/**
 * The histogram of values, at the finest scale at which each sign fits into `maxBuckets` (160).
 * Throws StatisticsError on a value that is not finite. Source: OpenTelemetry, metrics data model, ExponentialHistogram.
 */
export function exponentialOf(values: readonly number[], limits: Limits = {}): ExponentialHistogram {
  if (values.some((value) => !Number.isFinite(value))) impossible('a value is not finite');
  const scale = limits.scale ?? MAX_SCALE;
  const zeros = values.filter((value) => value === 0).length;
  const positive = gather(values.filter((value) => value > 0).map((value) => indexOf(value, scale)));
  const negative = gather(values.filter((value) => value < 0).map((value) => indexOf(-value, scale)));
  return fit({ scale, zeros, positive, negative }, limits.maxBuckets ?? MAX_BUCKETS);
}

/** The bucket of a positive value: ceil(log2(value) 2^scale) - 1, as buckets end at their upper bound. */
function indexOf(value: number, scale: number): number {
  return Math.ceil(Math.log2(Math.max(value, LEAST_NORMAL)) * 2 ** scale) - 1;
}

/** Smaller numbers have too few bits for a fine scale; OpenTelemetry counts them with this one. */
const LEAST_NORMAL = 2 ** -1022;

/** base^index, as far as numbers go. */
function boundAt(index: number, scale: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(Number.MIN_VALUE, 2 ** (index * 2 ** -scale)));
}

/** Buckets by index while they are few; a list of counts could be millions long at a fine scale. */
type Sparse = ReadonlyMap<number, number>;
interface SparseHistogram {
  readonly scale: number;
  readonly zeros: number;
  readonly positive: Sparse;
  readonly negative: Sparse;
}

function gather(indexes: readonly number[]): Sparse {
  const counts = new Map<number, number>();
  for (const index of indexes) counts.set(index, (counts.get(index) ?? 0) + 1);
  return counts;
}

function spread(of: Sparse): number {
  let [low, high] = [Infinity, -Infinity];
  for (const index of of.keys()) [low, high] = [Math.min(low, index), Math.max(high, index)];
  return of.size === 0 ? 0 : high - low + 1;
}

/** Halves the resolution until both signs fit; two neighbours (2i, 2i+1) become i. */
function fit(histogram: SparseHistogram, maxBuckets: number): ExponentialHistogram {
  if (!(maxBuckets >= 2)) impossible(`a histogram needs room for 2 buckets, found ${maxBuckets}`);
  let at = histogram;
  while (Math.max(spread(at.positive), spread(at.negative)) > maxBuckets) at = coarser(at, 1);
  return { scale: at.scale, zeros: at.zeros, positive: dense(at.positive), negative: dense(at.negative) };
}

function coarser({ scale, zeros, positive, negative }: SparseHistogram, by: number): SparseHistogram {
  const shift = (of: Sparse): Sparse => {
    const counts = new Map<number, number>();
    for (const [index, count] of of) {
      const wider = Math.floor(index / 2 ** by);
      counts.set(wider, (counts.get(wider) ?? 0) + count);
    }
    return counts;
  };
  return { scale: scale - by, zeros, positive: shift(positive), negative: shift(negative) };
}

function dense(of: Sparse): ExponentialBuckets {
  if (of.size === 0) return NONE;
  const offset = Math.min(...of.keys());
  return { offset, counts: Array.from({ length: spread(of) }, (_, index) => of.get(offset + index) ?? 0) };
}

function sparse({ scale, zeros, positive, negative }: ExponentialHistogram): SparseHistogram {
  const of = ({ offset, counts }: ExponentialBuckets): Sparse =>
    new Map(counts.flatMap((count, index) => (count > 0 ? [[offset + index, count] as const] : [])));
  return { scale, zeros, positive: of(positive), negative: of(negative) };
}

/** The histogram at a coarser scale: exact, as two buckets become one. Throws StatisticsError on a finer one. */
export function downscale(histogram: ExponentialHistogram, scale: number): ExponentialHistogram {
  if (!(scale <= histogram.scale)) impossible(`scale ${histogram.scale} cannot be made finer, ${scale} was asked`);
  return fit(coarser(sparse(histogram), histogram.scale - scale), Infinity);
}

/**
 * Both as one, at the coarser of their scales, coarser still until `maxBuckets` (160) are enough: OpenTelemetry's merge.
 * In any order the same histogram.
 */
export function mergeExponential(
  one: ExponentialHistogram,
  other: ExponentialHistogram,
  { maxBuckets = MAX_BUCKETS }: Limits = {},
): ExponentialHistogram {
  const scale = Math.min(one.scale, other.scale);
  const a = coarser(sparse(one), one.scale - scale);
  const b = coarser(sparse(other), other.scale - scale);
  const positive = addSparse(a.positive, b.positive);
  return fit({ scale, zeros: a.zeros + b.zeros, positive, negative: addSparse(a.negative, b.negative) }, maxBuckets);
}

function addSparse(one: Sparse, other: Sparse): Sparse {
  const counts = new Map(one);
  for (const [index, count] of other) counts.set(index, (counts.get(index) ?? 0) + count);
  return counts;
}

/**
 * With plain buckets: each of its bounds is kept, with 0 for the zeros. A value that lies exactly on the bound of a negative bucket
 * counts to the bucket below it.
 */
export function bucketsOfExponential({ scale, zeros, positive, negative }: ExponentialHistogram): BucketHistogram {
  const bound = (index: number): number => boundAt(index, scale);
  const bounds: number[] = [];
  const counts: number[] = [];
  const push = (upper: number, count: number): void => {
    bounds.push(upper);
    counts.push(count);
  };
  if (negative.counts.length > 0) push(-bound(negative.offset + negative.counts.length), 0);
  for (const [index, count] of [...negative.counts.entries()].toReversed())
    push(-bound(negative.offset + index), count);
  if (zeros > 0) push(0, zeros);
  if (positive.counts.length > 0) push(bound(positive.offset), 0);
  positive.counts.forEach((count, index) => push(bound(positive.offset + index + 1), count));
  return { bounds, counts: [...counts, 0] };
}

/** The value at a rank: geometric in its bucket, as all values of a bucket are about the same relative distance away. */
export function exponentialQuantile({ scale, zeros, positive, negative }: ExponentialHistogram, rank: number): number {
  const [below, above] = [total(negative.counts), total(positive.counts)];
  if (below > 0 && (rank < below || zeros + above === 0)) return -within(negative, { scale, rank: below - rank });
  if (above === 0 || (zeros > 0 && rank <= below + zeros)) return 0;
  return within(positive, { scale, rank: rank - below - zeros });
}

function within({ offset, counts }: ExponentialBuckets, { scale, rank }: { scale: number; rank: number }): number {
  let before = 0;
  const found = counts.findIndex((count, index) => {
    if (count > 0 && (before + count >= rank || index === counts.length - 1)) return true;
    before += count;
    return false;
  });
  const share = Math.min(1, Math.max(0, (rank - before) / (counts[found] ?? 1)));
  return boundAt(offset + found + share, scale);
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** How many observations it has. */
export function countOfExponential({ zeros, positive, negative }: ExponentialHistogram): number {
  return zeros + total(positive.counts) + total(negative.counts);
}
