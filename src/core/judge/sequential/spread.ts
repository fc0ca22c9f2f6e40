/** Mean and variance of an arm's observations. */
import type { Sample } from '../../model/metric.ts';

export interface Spread {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}

/** Undefined without a sum of squares or with fewer than two observations. */
export function spreadOf(sample: Sample | null): Spread | undefined {
  if (sample?.kind === 'histogram') return spreadOfBuckets(sample);
  if (sample?.kind !== 'mean' || sample.sumSquares === undefined || sample.n < 2) return undefined;
  const { n, sum, sumSquares } = sample;
  return { n, mean: sum / n, variance: Math.max(0, (sumSquares - (sum * sum) / n) / (n - 1)) };
}

/**
 * Observations are at most their bucket's upper bound (twice the last where they exceed every bound), so the variance is rather too
 * large than too small. The mean is exact where the source gives the sum, else by the buckets' middles.
 */
function spreadOfBuckets({ bounds, counts, sum }: Extract<Sample, { kind: 'histogram' }>): Spread | undefined {
  let n = 0;
  let middles = 0;
  let squares = 0;
  for (let index = 0; index < counts.length; index++) {
    const count = counts[index] ?? 0;
    const last = bounds.at(-1) ?? 0;
    const upper = bounds[index] ?? 2 * last;
    const lower = index === 0 ? Math.min(0, upper) : (bounds[index - 1] ?? last);
    n += count;
    middles += (count * (lower + upper)) / 2;
    squares += count * Math.max(lower * lower, upper * upper);
  }
  if (n < 2) return undefined;
  const mean = (sum ?? middles) / n;
  return { n, mean, variance: Math.max(0, (squares - n * mean * mean) / (n - 1)) };
}
