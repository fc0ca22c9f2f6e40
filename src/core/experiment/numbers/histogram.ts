/**
 * Exponential buckets with a relative error of 1 % (DDSketch, Masson et al. 2019): bucket i holds (g^(i-1), g^i] with
 * g = 1.01 / 0.99. Two histograms made so share their bounds and may be added up.
 */

const GROWTH = 1.01 / 0.99;
const LOG_GROWTH = Math.log(GROWTH);
/** What lies closer to 0 counts as 0. */
const SMALLEST = 1e-9;

/** Observations by bucket; mutable while rows come in. Keys: i for positive values, mirrored below 0. */
export type Buckets = Map<number, number>;

const ZERO = 0;
/** Keeps the exponents of positive values above 0 and those of negative ones below. */
const SHIFT = 100_000;

export function observe(buckets: Buckets, value: number): void {
  const key = keyOf(value);
  buckets.set(key, (buckets.get(key) ?? 0) + 1);
}

function keyOf(value: number): number {
  const size = Math.abs(value);
  if (size <= SMALLEST) return ZERO;
  const exponent = Math.log(size) / LOG_GROWTH;
  // The upper bound belongs to a bucket: of negative values that is the one nearer to 0.
  return value > 0 ? Math.ceil(exponent - 1e-9) + SHIFT : -(Math.floor(exponent + 1e-9) + SHIFT);
}

function upperBound(key: number): number {
  if (key === ZERO) return 0;
  const bound = key > 0 ? GROWTH ** (key - SHIFT) : -(GROWTH ** (-key - SHIFT));
  return Number(bound.toPrecision(9));
}

function lowerBound(key: number): number {
  if (key === ZERO) return -SMALLEST;
  return upperBound(key - 1 === ZERO ? ZERO : key - 1);
}

/** The same bounds for all of them: only buckets that one of them has used, and what lies between. The last count is 0. */
export function withSharedBounds(
  all: readonly Buckets[],
): readonly { readonly bounds: readonly number[]; readonly counts: readonly number[] }[] {
  const keys = [...new Set(all.flatMap((buckets) => [...buckets.keys()]))].toSorted((a, b) => a - b);
  const bounds: number[] = [];
  const at = new Map<number, number>();
  for (const key of keys) {
    const lower = lowerBound(key);
    if (bounds.length === 0 || (bounds.at(-1) ?? 0) < lower) bounds.push(lower);
    at.set(key, bounds.push(upperBound(key)) - 1);
  }
  return all.map((buckets) => {
    const counts = Array.from({ length: bounds.length + 1 }, () => 0);
    for (const [key, count] of buckets) counts[at.get(key) ?? 0] = count;
    return { bounds, counts };
  });
}
