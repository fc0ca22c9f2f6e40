/** A recorded series: what two versions showed over time, checked line by line. */
import { didYouMean } from '../config/nearest.ts';
import type { MetricConfig, Sample } from '../model/metric.ts';
import { type Milliseconds, SECOND, toInstant } from '../model/time.ts';
import { type Fault, type RecordFault, type SeriesRecord, readRecords } from './records.ts';
import { COLUMNS, isBucket, sampleOf } from './sample.ts';

export const ARMS = ['candidate', 'stable'] as const;
export type Arm = (typeof ARMS)[number];

/** `at` is the beginning of the interval that the numbers are of; null: the source said nothing. */
export interface Point {
  readonly at: Milliseconds;
  readonly sample: Sample | null;
}

/** One metric of one arm, in order of time. */
export interface ArmSeries {
  readonly points: readonly Point[];
  /** The usual distance of two points, in ms. */
  readonly step: Milliseconds;
}

export interface Series {
  readonly metrics: Readonly<Record<string, Readonly<Partial<Record<Arm, ArmSeries>>>>>;
  readonly from: Milliseconds;
  /** The end of the last interval. */
  readonly until: Milliseconds;
  /** Worth knowing and no fault: gaps, mostly. */
  readonly remarks: readonly string[];
}

export interface SeriesOptions {
  readonly metrics: Readonly<Record<string, Pick<MetricConfig, 'kind'>>>;
  /** Labels that stand in `arm` for the two versions, where the words themselves do not. */
  readonly labels?: Readonly<Partial<Record<Arm, string>>>;
}

export type SeriesRead = { readonly ok: true; readonly series: Series } | { readonly ok: false; readonly fault: Fault };

/**
 * Reads CSV or JSON. Times are ISO, or seconds or milliseconds since 1970; of one metric and arm they rise strictly. The first
 * fault ends it: an unknown column, metric or arm, a number that is none, a time out of order or doubled.
 */
export function readSeries(text: string, options: SeriesOptions): SeriesRead {
  const found: Found = new Map();
  const fault = readRecords(text, {
    names: faultOfNames,
    record(record) {
      const line = lineOf(record, options);
      return 'message' in line ? line : add(found, line);
    },
  });
  if (fault) return { ok: false, fault };
  if (found.size === 0) return { ok: false, fault: { line: 1, column: 1, message: 'there are no numbers in it' } };
  return { ok: true, series: seriesOf(found) };
}

type Found = Map<string, Map<Arm, Point[]>>;

function faultOfNames(columns: readonly string[]): RecordFault | undefined {
  const unknown = columns.find((name) => !COLUMNS.includes(name) && !isBucket(name));
  if (unknown !== undefined)
    return { name: unknown, message: `\`${unknown}\` is no column of a series${didYouMean(unknown, COLUMNS)}` };
  const missing = ['time', 'metric', 'arm'].find((name) => !columns.includes(name));
  return missing === undefined ? undefined : { name: missing, message: `there is no column \`${missing}\`` };
}

interface Line extends Point {
  readonly metric: string;
  readonly arm: Arm;
}

function lineOf(record: SeriesRecord, { metrics, labels = {} }: SeriesOptions): Line | RecordFault {
  const { time = '', metric = '', arm: named = '' } = record;
  const at = readTime(time);
  if (at === undefined)
    return { name: 'time', message: `\`${time}\` is no time: 2026-11-21T10:00:00Z, or seconds since 1970` };
  const kind = Object.hasOwn(metrics, metric) ? metrics[metric]?.kind : undefined;
  if (!kind) {
    const meant = didYouMean(metric, Object.keys(metrics));
    return { name: 'metric', message: `the configuration has no metric \`${metric}\`${meant}` };
  }
  const arm = ARMS.find((one) => one === named || (labels[one] !== undefined && labels[one] === named));
  if (!arm) {
    const message = `\`${named}\` is neither \`candidate\` nor \`stable\`: name the versions with --candidate and --stable`;
    return { name: 'arm', message };
  }
  const sample = sampleOf(record, kind);
  return sample && 'message' in sample ? sample : { at, metric, arm, sample };
}

/** ISO 8601 (UTC where it names no zone), or seconds or milliseconds since 1970; undefined: none of them. */
export function readTime(text: string): Milliseconds | undefined {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) {
    const number = Number(trimmed);
    // From 1e11 on it can only be milliseconds: as seconds that is the year 5138.
    return Math.round(number >= 1e11 ? number : number * SECOND);
  }
  if (!/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(trimmed)) return undefined;
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/.test(trimmed.slice(10)) || trimmed.length === 10 ? trimmed : `${trimmed}Z`;
  const at = Date.parse(zoned.replace(' ', 'T'));
  return Number.isNaN(at) ? undefined : at;
}

function add(found: Found, { metric, arm, at, sample }: Line): RecordFault | undefined {
  const arms = found.get(metric) ?? new Map<Arm, Point[]>();
  found.set(metric, arms);
  const points = arms.get(arm) ?? [];
  arms.set(arm, points);
  const last = points.at(-1);
  if (last && at <= last.at) return { name: 'time', message: outOfOrder({ metric, arm, at, last: last.at }) };
  const message = sample && differs(points, sample);
  if (message) return { name: 'metric', message };
  points.push({ at, sample });
  return undefined;
}

interface Order {
  readonly metric: string;
  readonly arm: Arm;
  readonly at: Milliseconds;
  readonly last: Milliseconds;
}
function outOfOrder({ metric, arm, at, last }: Order): string {
  return at === last
    ? `${metric} of ${arm} stands there twice at ${toInstant(at)}`
    : `${metric} of ${arm} goes back in time, from ${toInstant(last)} to ${toInstant(at)}: sort the lines by time`;
}

/** Sums of histograms need the same bounds throughout. */
function differs(points: readonly Point[], sample: Sample): string | undefined {
  const before = points.findLast((point) => point.sample !== null)?.sample;
  if (sample.kind !== 'histogram' || before?.kind !== 'histogram') return undefined;
  const same = String(before.bounds) === String(sample.bounds);
  return same ? undefined : `its buckets are not those of the lines before (le: ${before.bounds.join(', ')})`;
}

function seriesOf(found: ReadonlyMap<string, ReadonlyMap<Arm, readonly Point[]>>): Series {
  const remarks: string[] = [];
  let from = Number.POSITIVE_INFINITY;
  let until = Number.NEGATIVE_INFINITY;
  const metrics: Record<string, Partial<Record<Arm, ArmSeries>>> = {};
  for (const [metric, arms] of found) {
    const own: Partial<Record<Arm, ArmSeries>> = {};
    for (const [arm, points] of arms) {
      const step = stepOf(points);
      own[arm] = { points, step };
      from = Math.min(from, points[0]?.at ?? from);
      until = Math.max(until, (points.at(-1)?.at ?? until) + step);
      remarks.push(...gapsOf(`${metric} of ${arm}`, points, step));
    }
    metrics[metric] = own;
  }
  remarks.push(...endsOf(metrics, until));
  return { metrics, from, until, remarks };
}

/** Of arms that break off before the others. */
function endsOf(metrics: Series['metrics'], until: Milliseconds): readonly string[] {
  return Object.entries(metrics).flatMap(([metric, arms]) =>
    ARMS.flatMap((arm) => {
      const own = arms[arm];
      const end = (own?.points.at(-1)?.at ?? until) + (own?.step ?? 0);
      return own && until - end >= 2 * own.step
        ? [`${metric} of ${arm} has no numbers from ${toInstant(end)} on: there a source would have been silent`]
        : [];
    }),
  );
}

/** The distance that most neighbours have (their median); of a single point a minute. */
function stepOf(points: readonly Point[]): Milliseconds {
  const distances = points.slice(1).map(({ at }, index) => at - (points[index]?.at ?? at));
  return distances.toSorted((a, b) => a - b)[Math.floor((distances.length - 1) / 2)] ?? 60 * SECOND;
}

function gapsOf(name: string, points: readonly Point[], step: Milliseconds): readonly string[] {
  const gaps = points.flatMap(({ at }, index) => {
    const before = points[index - 1];
    return before && at - before.at >= 2 * step ? [[before.at + step, at] as const] : [];
  });
  const [first] = gaps;
  if (!first) return [];
  const more = gaps.length > 1 ? `, and ${gaps.length - 1} more` : '';
  return [
    `${name} has no numbers from ${toInstant(first[0])} to ${toInstant(first[1])}${more}: there a source would have been silent`,
  ];
}
