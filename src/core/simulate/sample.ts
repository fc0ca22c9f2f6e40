/** A line's numbers as a sample of its metric's kind. */
import type { MetricKind, Sample } from '../model/metric.ts';
import type { RecordFault, SeriesRecord } from './records.ts';

/** What a line needs, by the kind of its metric; buckets (`le:0.5`) are cumulative, as Prometheus counts them. */
const NEEDED: Readonly<Record<MetricKind, readonly string[]>> = {
  proportion: ['bad', 'total'],
  count: ['count'],
  mean: ['sum', 'n'],
  histogram: [],
  value: ['value'],
};

const BUCKET = /^le:(\+?inf|\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

/** Every column that means something, buckets aside. */
export const COLUMNS: readonly string[] = [
  'time',
  'metric',
  'arm',
  'bad',
  'total',
  'count',
  'sum',
  'n',
  'sum-squares',
  'value',
];

export function isBucket(column: string): boolean {
  return BUCKET.test(column);
}

/** The sample; null where every cell is empty (the source said nothing); else what is wrong with a cell. */
export function sampleOf(record: SeriesRecord, kind: MetricKind): Sample | null | RecordFault {
  if (kind === 'histogram') return histogramOf(record);
  const names = NEEDED[kind];
  if (names.every((name) => textOf(record, name) === '')) return null;
  const numbers: Record<string, number> = {};
  for (const name of names) {
    const read = numberOf(record, name);
    if (typeof read !== 'number') return read;
    numbers[name] = read;
  }
  return made(record, kind, numbers);
}

function made(
  record: SeriesRecord,
  kind: Exclude<MetricKind, 'histogram'>,
  numbers: Readonly<Record<string, number>>,
): Sample | RecordFault {
  const { bad = 0, total = 0, count = 0, sum = 0, n = 0, value = 0 } = numbers;
  const negative = kind === 'value' || kind === 'mean' ? undefined : negativeOf(numbers);
  if (negative) return negative;
  if (kind === 'proportion')
    return bad > total
      ? fault('bad', `${bad} bad ones are more than ${total} in all`)
      : { kind: 'proportion', bad, total };
  if (kind === 'count') return { kind: 'count', count };
  if (kind === 'value') return { kind: 'value', value };
  if (n < 0) return fault('n', `${n} is below 0`);
  if (textOf(record, 'sum-squares') === '') return { kind: 'mean', sum, n };
  const sumSquares = numberOf(record, 'sum-squares');
  return typeof sumSquares === 'number' ? { kind: 'mean', sum, n, sumSquares } : sumSquares;
}

function negativeOf(numbers: Readonly<Record<string, number>>): RecordFault | undefined {
  const name = Object.keys(numbers).find((one) => (numbers[one] ?? 0) < 0);
  return name === undefined ? undefined : fault(name, `${numbers[name] ?? ''} is below 0`);
}

function textOf(record: SeriesRecord, name: string): string {
  return record[name] ?? '';
}

function fault(name: string, message: string): RecordFault {
  return { name, message };
}

function numberOf(record: SeriesRecord, name: string): number | RecordFault {
  const text = textOf(record, name);
  if (text === '') return fault(name, `a number belongs into \`${name}\``);
  const number = Number(text);
  return Number.isFinite(number) ? number : fault(name, `\`${text}\` is no number`);
}

/** Cumulative counts by rising bound become counts between the bounds; what lies above the last is `le:inf` minus it. */
function histogramOf(record: SeriesRecord): Sample | null | RecordFault {
  const buckets = Object.keys(record)
    .filter((name) => isBucket(name) && textOf(record, name) !== '')
    .map((name) => ({ name, bound: /inf/.test(name) ? Number.POSITIVE_INFINITY : Number(name.slice(3)) }))
    .toSorted((one, other) => one.bound - other.bound);
  if (buckets.length === 0) return null;
  const bounds = buckets.filter(({ bound }) => Number.isFinite(bound)).map(({ bound }) => bound);
  if (bounds.length === 0) return fault('le:inf', 'a bucket with a bound belongs beside it, such as `le:0.5`');
  const counts: number[] = [];
  let below = 0;
  for (const { name } of buckets) {
    const read = numberOf(record, name);
    if (typeof read !== 'number') return read;
    if (read < below) return fault(name, `buckets are cumulative: ${read} is less than ${below} before it`);
    counts.push(read - below);
    below = read;
  }
  if (counts.length === bounds.length) counts.push(0);
  const sum = textOf(record, 'sum') === '' ? undefined : numberOf(record, 'sum');
  if (sum !== undefined && typeof sum !== 'number') return sum;
  return { kind: 'histogram', bounds, counts, ...(sum !== undefined && { sum }) };
}
