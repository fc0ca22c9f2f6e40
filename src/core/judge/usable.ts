/** Which answers of a source can be believed: what cannot be is no answer, so that it never gets into a sum. */
import type { Evidence, Sample } from '../model/metric.ts';

/** Squares and sums of so large numbers are still finite. */
const LARGEST = 1e100;
const LARGEST_SQUARES = 1e200;
/** What a source extrapolates (`increase()` of two series) may give a little more bad events than events. */
const OVER = 1.1;
const ONE_MORE = 1;
/** And a little less of squares than a mean that large must have. */
const UNDER = 0.9;

/** What is wrong with a sample, in words; undefined where nothing is. Fractions of events are fine. */
export function whyUnusable(sample: Sample): string | undefined {
  switch (sample.kind) {
    case 'proportion':
      return whyNotProportion(sample.bad, sample.total);
    case 'count':
      return isAmount(sample.count) ? undefined : `a count of ${sample.count}`;
    case 'mean':
      return whyNotMean(sample);
    case 'histogram':
      return whyNotHistogram(sample);
    case 'value':
      return isNumber(sample.value) ? undefined : `a value of ${sample.value}`;
  }
}

function isNumber(value: number): boolean {
  return Math.abs(value) <= LARGEST;
}

function isAmount(value: number): boolean {
  return value >= 0 && value <= LARGEST;
}

function whyNotProportion(bad: number, total: number): string | undefined {
  if (!isAmount(bad) || !isAmount(total)) return `${bad} bad of ${total}`;
  return bad > OVER * total + ONE_MORE ? `${bad} bad of only ${total}` : undefined;
}

function whyNotMean({ sum, n, sumSquares }: Extract<Sample, { kind: 'mean' }>): string | undefined {
  if (!isAmount(n) || !(Math.abs(sum) <= LARGEST * Math.min(n, 1))) return `a sum of ${sum} over ${n}`;
  if (sumSquares === undefined) return undefined;
  const fits = sumSquares >= 0 && sumSquares <= LARGEST_SQUARES && sumSquares * n >= UNDER * sum * sum;
  return fits ? undefined : `a sum of squares of ${sumSquares}, which the sum ${sum} over ${n} cannot have`;
}

function whyNotHistogram({ bounds, counts, sum }: Extract<Sample, { kind: 'histogram' }>): string | undefined {
  if (counts.length !== bounds.length + 1 || bounds.length === 0)
    return `${counts.length} buckets for ${bounds.length} boundaries`;
  const rise = bounds.every((bound, at) => isNumber(bound) && (at === 0 || bound > (bounds[at - 1] ?? bound)));
  if (!rise) return 'boundaries that do not rise';
  const odd = counts.find((count) => !isAmount(count));
  if (odd !== undefined) return `a bucket of ${odd}`;
  return sum === undefined || isNumber(sum) ? undefined : `a sum of ${sum}`;
}

/** Whether two samples can be added: histograms must have the same boundaries. */
export function sameBounds(one: Sample | null, other: Sample | null): boolean {
  if (one?.kind !== 'histogram' || other?.kind !== 'histogram') return true;
  const { bounds } = one;
  if (bounds === other.bounds) return true;
  return bounds.length === other.bounds.length && bounds.every((bound, at) => bound === other.bounds[at]);
}

/** Windows of a stage whose answer could not be used, and what the last one was. */
export interface Unusable {
  readonly windows: number;
  readonly because: string;
}

const KEY = 'unusable';

export function unusableOf({ extra }: Pick<Evidence, 'extra'>): Unusable | undefined {
  const found = extra?.[KEY];
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return undefined;
  const { windows, because } = found as Readonly<Record<string, unknown>>;
  return typeof windows === 'number' && typeof because === 'string' ? { windows, because } : undefined;
}

export function withUnusable(extra: Evidence['extra'], unusable: Unusable): NonNullable<Evidence['extra']> {
  return { ...extra, [KEY]: { ...unusable } };
}

/** `2 windows could not be used: 50 bad of only 20`. */
export function unusableWords({ windows, because }: Unusable): string {
  return `${windows === 1 ? 'a window' : `${windows} windows`} could not be used: ${because}`;
}
