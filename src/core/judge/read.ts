/** How a metric's numbers are read: `rate`, `success`, `mean`, `p95`. */
import type { JudgeSpec, MetricKind, Sample } from '../model/metric.ts';
import { SECOND, type Milliseconds } from '../model/time.ts';

type Histogram = Extract<Sample, { kind: 'histogram' }>;

const QUANTILE = /^p(\d{1,2}(?:\.\d+)?)$/;

/** What is read where the configuration names only the metric. */
const USUAL_READ: Readonly<Record<MetricKind, string>> = {
  proportion: 'rate',
  count: 'rate',
  mean: 'mean',
  histogram: 'p95',
  value: 'value',
};

const READS: Readonly<Record<MetricKind, readonly string[]>> = {
  proportion: ['rate', 'success'],
  count: ['rate', 'count'],
  mean: ['mean'],
  histogram: ['mean'],
  value: ['value', 'mean'],
};

/** Whether numbers of a kind can be read like that. */
export function canRead(kind: MetricKind, read: string | undefined): boolean {
  if (read === undefined || READS[kind].includes(read)) return true;
  return kind === 'histogram' && QUANTILE.test(read);
}

/**
 * A sample as one number in the metric's own unit (rates as fractions, counts per second), null where there was nothing to read.
 * `span` is the time the sample covers, in ms; only counts need it.
 */
export function readSample(sample: Sample | null, read: string | undefined, span: Milliseconds): number | null {
  if (!sample) return null;
  switch (sample.kind) {
    case 'proportion':
      return readProportion(sample.bad, sample.total, read);
    case 'count':
      if (read === 'count') return sample.count;
      return span > 0 ? (sample.count * SECOND) / span : null;
    case 'mean':
      return sample.n > 0 ? sample.sum / sample.n : null;
    case 'histogram':
      return readHistogram(sample, read ?? USUAL_READ.histogram);
    case 'value':
      return sample.value;
  }
}

function readProportion(bad: number, total: number, read: string | undefined): number | null {
  if (total <= 0) return null;
  return read === 'success' ? 1 - bad / total : bad / total;
}

function readHistogram(histogram: Histogram, read: string): number | null {
  if (read === 'mean') return histogramMean(histogram);
  const match = QUANTILE.exec(read);
  return match ? quantile(histogram, Number(match[1]) / 100) : null;
}

/**
 * The q-quantile by linear interpolation inside its bucket, as Prometheus' `histogram_quantile` does: the first bucket begins
 * at 0 (at its bound where that is not positive), and what lies beyond every bound is read as the last bound.
 */
export function quantile({ bounds, counts }: Histogram, q: number): number | null {
  const rank = q * total(counts);
  if (!(rank > 0)) return null;
  let below = 0;
  for (let index = 0; index < bounds.length; index++) {
    const inside = counts[index] ?? 0;
    if (inside > 0 && below + inside >= rank) {
      const upper = bounds[index] ?? 0;
      const lower = index === 0 ? Math.min(0, upper) : (bounds[index - 1] ?? 0);
      return lower + (upper - lower) * ((rank - below) / inside);
    }
    below += inside;
  }
  return bounds.at(-1) ?? null;
}

/** By the exact sum where the source gives one, else every observation at the middle of its bucket. */
function histogramMean({ bounds, counts, sum }: Histogram): number | null {
  const n = total(counts);
  if (n <= 0) return null;
  if (sum !== undefined) return sum / n;
  let guess = 0;
  counts.forEach((count, index) => {
    const upper = bounds[index] ?? bounds.at(-1) ?? 0;
    const lower = index === 0 ? Math.min(0, upper) : (bounds[index - 1] ?? upper);
    guess += (count * (lower + upper)) / 2;
  });
  return guess / n;
}

/** Events behind a sample, which `min-samples` counts; of kinds that do not count any: null. */
export function sizeOf(sample: Sample | null): number | null {
  if (!sample) return 0;
  if (sample.kind === 'proportion') return sample.total;
  if (sample.kind === 'mean') return sample.n;
  return sample.kind === 'histogram' ? total(sample.counts) : null;
}

function total(counts: readonly number[]): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}

/** Which direction of what is read is good: `success` is the other side of a rate of bad events. */
export function betterOf({ better, read }: Pick<JudgeSpec, 'better' | 'read'>): 'lower' | 'higher' {
  if (read !== 'success') return better;
  return better === 'lower' ? 'higher' : 'lower';
}
