import { describe, expect, it } from 'vitest';
import { printFault } from '../../../src/core/simulate/records.ts';
import { type Series, readSeries, readTime } from '../../../src/core/simulate/series.ts';
import { samplesIn } from '../../../src/core/simulate/answers.ts';

const METRICS = {
  'error-rate': { kind: 'proportion' },
  latency: { kind: 'histogram' },
  size: { kind: 'mean' },
  jobs: { kind: 'count' },
  cpu: { kind: 'value' },
} as const;

const read = (text: string, labels = {}): ReturnType<typeof readSeries> =>
  readSeries(text, { metrics: METRICS, labels });
/** The first fault as a person sees it. */
function fault(text: string): string {
  const found = read(text);
  return found.ok ? '' : printFault(found.fault, 's.csv');
}
function good(text: string, labels = {}): Series {
  const found = read(text, labels);
  if (!found.ok) throw new Error(printFault(found.fault, 's.csv'));
  return found.series;
}

const HEAD = 'time,metric,arm,bad,total\n';

describe('a series as a file', () => {
  it('reads each kind by its columns', () => {
    const series = good(
      [
        'time,metric,arm,bad,total,count,sum,n,sum-squares,value,le:0.1,le:0.5,le:+Inf',
        '2026-11-21T10:00:00Z,error-rate,candidate,1,100,,,,,,,,',
        '2026-11-21T10:00:00Z,jobs,candidate,,,7,,,,,,,',
        '2026-11-21T10:00:00Z,size,candidate,,,,50,10,260,,,,',
        '2026-11-21T10:00:00Z,size,stable,,,,50,10,,,,,',
        '2026-11-21T10:00:00Z,cpu,candidate,,,,,,,0.5,,,',
        '2026-11-21T10:00:00Z,latency,candidate,,,,,,,,60,90,100',
      ].join('\n'),
    );
    const sample = (metric: string, arm: 'candidate' | 'stable' = 'candidate'): unknown =>
      series.metrics[metric]?.[arm]?.points[0]?.sample;
    expect(sample('error-rate')).toEqual({ kind: 'proportion', bad: 1, total: 100 });
    expect(sample('jobs')).toEqual({ kind: 'count', count: 7 });
    expect(sample('size')).toEqual({ kind: 'mean', sum: 50, n: 10, sumSquares: 260 });
    expect(sample('size', 'stable')).toEqual({ kind: 'mean', sum: 50, n: 10 });
    expect(sample('cpu')).toEqual({ kind: 'value', value: 0.5 });
    expect(sample('latency')).toEqual({ kind: 'histogram', bounds: [0.1, 0.5], counts: [60, 30, 10] });
  });

  it('reads the same records as JSON, and labels of versions as arms', () => {
    const json = JSON.stringify([
      { time: 1_795_255_200, metric: 'error-rate', arm: '1.4.0', bad: 1, total: 100 },
      { time: 1_795_255_210, metric: 'error-rate', arm: '1.4.0', bad: null, total: null },
      { time: 1_795_255_200_000, metric: 'size', arm: '1.3.2', sum: 5, n: 10 },
    ]);
    const labels = { candidate: '1.4.0', stable: '1.3.2' };
    const csv = `${HEAD}1795255200,error-rate,"1.4.0",1,100\r\n1795255210,error-rate,1.4.0,,\r\n`;
    const [fromJson, fromCsv] = [good(json, labels), good(csv, labels)];
    expect(fromJson.metrics['error-rate']).toEqual(fromCsv.metrics['error-rate']);
    expect(fromJson.metrics['error-rate']?.candidate?.points[1]?.sample).toBeNull();
    expect(fromJson.metrics['size']?.stable?.points).toHaveLength(1);
  });

  it.each([
    ['2026-11-21T10:00:00Z', '2026-11-21T10:00:00.000Z'],
    ['2026-11-21 10:00', '2026-11-21T10:00:00.000Z'],
    ['2026-11-21T12:00:00+02:00', '2026-11-21T10:00:00.000Z'],
    ['1795255200', '2026-11-21T10:00:00.000Z'],
    ['1795255200.5', '2026-11-21T10:00:00.500Z'],
    ['1795255200000', '2026-11-21T10:00:00.000Z'],
  ])('takes %s for a time, in UTC', (text, expected) => {
    expect(new Date(readTime(text) ?? Number.NaN).toISOString()).toBe(expected);
  });

  it.each([
    [
      'an unknown column',
      'time,metric,arm,bad,totl\n',
      's.csv:1:21 `totl` is no column of a series: did you mean `total`?',
    ],
    ['a column twice', 'time,metric,arm,bad,bad\n', 's.csv:1:21 the column `bad` stands there twice'],
    ['no arm', 'time,metric,bad,total\n', 's.csv:1:1 there is no column `arm`'],
    [
      'an unknown metric',
      `${HEAD}1795255200,eror-rate,stable,1,2`,
      's.csv:2:12 the configuration has no metric `eror-rate`: did you mean `error-rate`?',
    ],
    [
      'an empty arm',
      `${HEAD}1795255200,error-rate,,1,2`,
      's.csv:2:23 `` is neither `candidate` nor `stable`: name the versions with --candidate and --stable',
    ],
    [
      'no time',
      `${HEAD}yesterday,error-rate,stable,1,2`,
      's.csv:2:1 `yesterday` is no time: 2026-11-21T10:00:00Z, or seconds since 1970',
    ],
    [
      'a time twice',
      `${HEAD}1795255200,error-rate,stable,1,2\n1795255200,error-rate,stable,1,2`,
      's.csv:3:1 error-rate of stable stands there twice at 2026-11-21T10:00:00.000Z',
    ],
    [
      'a time out of order',
      `${HEAD}1795255200,error-rate,stable,1,2\n1795255190,error-rate,stable,1,2`,
      's.csv:3:1 error-rate of stable goes back in time, from 2026-11-21T10:00:00.000Z to 2026-11-21T09:59:50.000Z: sort the lines by time',
    ],
    ['a number that is none', `${HEAD}1795255200,error-rate,stable,few,2`, 's.csv:2:30 `few` is no number'],
    ['a number that is missing', `${HEAD}1795255200,error-rate,stable,1,`, 's.csv:2:32 a number belongs into `total`'],
    [
      'more bad ones than there are',
      `${HEAD}1795255200,error-rate,stable,3,2`,
      's.csv:2:30 3 bad ones are more than 2 in all',
    ],
    ['less than nothing', `${HEAD}1795255200,error-rate,stable,-3,2`, 's.csv:2:30 -3 is below 0'],
    [
      'buckets that are not cumulative',
      'time,metric,arm,le:1,le:2\n1795255200,latency,stable,5,4',
      's.csv:2:29 buckets are cumulative: 4 is less than 5 before it',
    ],
    ['a line that is too short', `${HEAD}1795255200,error-rate`, 's.csv:2:12 2 fields, the header has 5'],
    ['nothing at all', '', 's.csv:1:1 there are no numbers in it'],
    ['a list of no records', '[1]', 's.csv: record 1 is no object such as {"time": ..., "metric": ..., "arm": ...}'],
    [
      'a bad record',
      '[{"time":1,"metric":"error-rate","arm":"x"}]',
      's.csv record 1: `x` is neither `candidate` nor `stable`: name the versions with --candidate and --stable',
    ],
  ])('says where there is %s', (_, text, said) => {
    expect(fault(text)).toBe(said);
  });

  it('remarks gaps, in which a source would have been silent', () => {
    const line = (at: number): string => `${1_795_255_200 + at},error-rate,stable,1,2`;
    expect(good(`${HEAD}${[0, 10, 20, 50, 60, 90].map(line).join('\n')}`).remarks).toEqual([
      'error-rate of stable has no numbers from 2026-11-21T10:00:30.000Z to 2026-11-21T10:00:50.000Z, and 1 more: there a source would have been silent',
    ]);
  });

  it('sums finer numbers into windows, keeps the last of a gauge, and leaves empty windows empty', () => {
    const lines = [0, 5, 10, 30].map((at) => `${1_795_255_200 + at},error-rate,stable,1,10`);
    const gauges = [0, 5].map((at) => `${1_795_255_200 + at},cpu,stable,${at}`);
    const start = 1_795_255_200_000;
    const { metrics } = good(`${HEAD}${lines.join('\n')}`);
    const own = metrics['error-rate']?.stable ?? { points: [] };
    expect(samplesIn(own, { start, width: 20_000, count: 3 })).toEqual([
      { kind: 'proportion', bad: 3, total: 30 },
      { kind: 'proportion', bad: 1, total: 10 },
      null,
    ]);
    expect(samplesIn(own, { start: start - 10_000, width: 10_000, count: 2 })[0]).toBeNull();
    const cpu = good(`time,metric,arm,value\n${gauges.join('\n')}`).metrics['cpu']?.stable ?? { points: [] };
    expect(samplesIn(cpu, { start, width: 10_000, count: 1 })).toEqual([{ kind: 'value', value: 5 }]);
  });
});
