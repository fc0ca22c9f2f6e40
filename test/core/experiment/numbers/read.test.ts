import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DataRead, dataReader } from '../../../../src/core/experiment/numbers/read.ts';
import type { Experiment } from '../../../../src/core/model/experiment.ts';
import { CLICKS, CONVERSION, ERRORS, experimentWith, LATENCY, REVENUE } from './experiment.ts';

const UNTIL = '2026-11-09T00:00:00.000Z';

function read(experiment: Experiment, ...pieces: readonly string[]): DataRead {
  const reader = dataReader(experiment);
  for (const piece of pieces) {
    const problem = reader.push(piece);
    if (problem) return { ok: false, problem };
  }
  return reader.end({ from: 'file x.csv', until: UNTIL });
}

function problemOf(experiment: Experiment, text: string): string {
  const found = read(experiment, text);
  return found.ok ? 'none' : `${found.problem.line}:${found.problem.column} ${found.problem.message}`;
}

const ALL = experimentWith([CONVERSION, REVENUE, CLICKS, ERRORS, LATENCY]);
const HEADER = 'user,variant,conversion,revenue,revenue.before,clicks,clicks.of,errors,latency';

describe('rows of users', () => {
  it('R-602 are summed by variant and metric, each kind to what its analysis needs', () => {
    const found = read(
      ALL,
      `${HEADER}\na,control,1,10,4,2,5,0,0.5\nb,control,0,2,1,1,4,3,\nc,treatment,1,7,3,0,1,1,0.25\n`,
    );
    expect(found).toEqual({
      ok: true,
      data: {
        from: 'file x.csv',
        until: UNTIL,
        crossed: 0,
        variants: {
          control: {
            users: 2,
            metrics: {
              conversion: { kind: 'proportion', n: 2, successes: 1 },
              revenue: {
                kind: 'mean',
                n: 2,
                sum: 12,
                sumSquares: 104,
                covariate: { sum: 5, sumSquares: 17, sumOfProducts: 42 },
              },
              clicks: {
                kind: 'ratio',
                n: 2,
                numerator: { sum: 3, sumSquares: 5 },
                denominator: { sum: 9, sumSquares: 41 },
                sumOfProducts: 14,
              },
              errors: { kind: 'count', count: 3, n: 2, sumSquares: 9 },
              latency: { kind: 'quantile', bounds: expect.any(Array), counts: expect.any(Array) },
            },
          },
          treatment: { users: 1, metrics: expect.any(Object) },
        },
      },
    });
  });

  it('R-605 who stands in two variants is left out of all sums and counted', () => {
    const found = read(
      experimentWith([CONVERSION]),
      'user,variant,conversion\na,control,1\nb,control,1\na,treatment,0\na,control,1\nc,treatment,1\n',
    );
    expect(found.ok && found.data).toMatchObject({
      crossed: 1,
      variants: {
        control: { users: 1, metrics: { conversion: { n: 1, successes: 1 } } },
        treatment: { users: 1, metrics: { conversion: { n: 1, successes: 1 } } },
      },
    });
  });

  it('who was exposed before the start is not counted', () => {
    const text =
      'user,variant,exposed,conversion\na,control,2026-11-01T10:00:00Z,1\nb,control,2026-11-03T10:00:00Z,1\n';
    const found = read(experimentWith([CONVERSION]), text);
    expect(found).toMatchObject({
      data: { from: 'file x.csv (1 row from before the start left out)', variants: { control: { users: 1 } } },
    });
  });

  it.each(['2026-11-03T10:00:00Z', '2026-11-03T12:00:00+02:00', '2026-11-03T10:00:00.123Z'])(
    'R-801 %s is a moment',
    (exposed) => {
      const found = read(experimentWith([CONVERSION]), `user,variant,exposed,conversion\na,control,${exposed},1\n`);
      expect(found).toMatchObject({ ok: true, data: { variants: { control: { users: 1 } } } });
    },
  );

  it.each(['2026-11-03', '2026-11-03T10:00:00', '2026-02-30T10:00:00Z', '3', 'Nov 3 2026', '1762164000'])(
    'R-801 %s is no moment that means the same everywhere, and is refused with its place',
    (exposed) => {
      const text = `user,variant,exposed,conversion\na,control,${exposed},1\n`;
      expect(problemOf(experimentWith([CONVERSION]), text)).toBe(
        `2:11 exposed: \`${exposed}\` is no time like 2026-11-05T10:00:00Z or 2026-11-05T12:00:00+02:00 (ISO 8601, with its offset)`,
      );
    },
  );

  it.each([
    [
      [REVENUE],
      'user,variant,revenue\na,control,1e300\n',
      '2:11 revenue: `1e300` is larger than 1000000000000000, the most that a value may be',
    ],
    [
      [REVENUE],
      'variant,metric,users,sum,sum-squares\ncontrol,revenue,2,3,1e300\n',
      '2:21 sum-squares: 1e+300 is larger than any sum may be, 1e+38',
    ],
  ])('R-801 a number that sums could not hold is refused with its place', (metrics, text, problem) => {
    expect(problemOf(experimentWith(metrics), text)).toBe(problem);
  });

  it('R-801 an empty cell of a value from before says what to write there', () => {
    const revenue = experimentWith([{ name: 'revenue', role: 'goal', kind: 'mean', better: 'higher' }]);
    expect(problemOf(revenue, 'user,variant,revenue,revenue.before\na,control,1,\n')).toBe(
      '2:13 revenue.before: nothing stands there: write 0 for users who were not there before',
    );
  });

  const one = experimentWith([CONVERSION]);
  it.each([
    ['user,variant\na,control\n', '1:1 the column conversion is missing'],
    ['user,variant,conversion,conversion\n', '1:1 the column conversion stands twice'],
    [
      'when,variant,conversion\n1,control,1\n',
      '1:1 the header has neither `user` (a row a user) nor `metric` (a row a sum)',
    ],
    [
      'user,variant,conversion\na,contrl,1\n',
      '2:3 variant: `contrl` is no variant of the experiment: control, treatment',
    ],
    ['user,variant,conversion\na,control,yes\n', '2:11 conversion: `yes` is no number'],
    ['user,variant,conversion\na,control,\n', '2:11 conversion: nothing stands there: write 0 for who has none'],
    ['user,variant,conversion\na,control,0x1\n', '2:11 conversion: `0x1` is no number'],
    ['user,variant,conversion\na,control,2\n', '2:11 conversion: `2` is neither 0 nor 1, as a proportion asks for'],
    ['user,variant,conversion\n,control,1\n', '2:1 user: nothing stands there'],
    ['user,variant,conversion\na,control,1\na,control,1\n', '3:1 user: a stands twice in control: one row a user'],
    ['user,variant,conversion\na,control\n', '2:3 2 fields, the header has 3'],
    ['user,variant,conversion\na,control,1,5\n', '2:11 4 fields, the header has 3'],
    ['user,variant,conversion\n"a,control,1\n', '2:1 a quote is opened here and never closed'],
    ['user,variant,conversion\na"b,control,1\n', '2:2 a quote inside a field: quote the whole field'],
    ['user,variant,conversion\n"a"b,control,1\n', '2:4 a comma is expected after a closing quote'],
    [
      'user,variant,conversion\n"a\nb",contrl,1\n',
      '3:4 variant: `contrl` is no variant of the experiment: control, treatment',
    ],
    ['', '1:1 there are no rows'],
    ['user,variant,conversion\n', '1:1 there are no rows'],
  ])('R-801 %j is refused with its place: %s', (text, problem) => {
    expect(problemOf(one, text)).toBe(problem);
  });

  it('a count below zero or broken is refused', () => {
    const errors = experimentWith([ERRORS]);
    expect(problemOf(errors, 'user,variant,errors\na,control,-1\n')).toBe(
      '2:11 errors: `-1` is below 0, which a count cannot be',
    );
    expect(problemOf(errors, 'user,variant,errors\na,control,1.5\n')).toBe(
      '2:11 errors: `1.5` is no whole number, as a count asks for',
    );
  });

  it('quotes, CRLF, empty lines and a byte order mark are read as RFC 4180 has them', () => {
    const text = '\uFEFFuser,variant,conversion\r\n"a ""x"", y",control,1\r\n\r\n"b\r\nc",treatment,"0"\r\n';
    const found = read(one, text);
    expect(found.ok && found.data.variants).toMatchObject({ control: { users: 1 }, treatment: { users: 1 } });
  });

  it('where a text is cut into pieces changes nothing', () => {
    const rows = Array.from(
      { length: 40 },
      (_, i) => `"u,${i}",${i % 2 ? 'control' : 'treatment'},${i % 3 === 0 ? 1 : 0}`,
    );
    const csv = `user,variant,conversion\r\n${rows.join('\r\n')}\r\n`;
    const json = JSON.stringify(
      rows.map((_, i) => ({ user: `u,${i}`, variant: i % 2 ? 'control' : 'treatment', conversion: i % 3 === 0 })),
      null,
      1,
    );
    const whole = read(one, csv);
    expect(whole.ok).toBe(true);
    expect(read(one, json)).toEqual(whole);
    fc.assert(
      fc.property(
        fc.constantFrom(csv, json),
        fc.array(fc.integer({ min: 1, max: 1_000 }), { maxLength: 8 }),
        (text, cuts) => {
          const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
          const pieces = places.slice(1).map((end, index) => text.slice(places[index], end));
          expect(read(one, ...pieces)).toEqual(whole);
        },
      ),
    );
  });
});

describe('rows as JSON', () => {
  const one = experimentWith([CONVERSION]);
  it.each([
    ['[{"user":"a","variant":"control","conversion":true},{"user":"b","variant":"treatment","conversion":0}]'],
    ['{"user":"a","variant":"control","conversion":1}\n{"user":"b","variant":"treatment","conversion":"0"}\n'],
  ])('%s is read as the same rows in CSV', (text) => {
    expect(read(one, text)).toEqual(read(one, 'user,variant,conversion\na,control,1\nb,treatment,0\n'));
  });

  it.each([
    [
      '[{"user":"a","variant":"control","conversion":1},\n  {"user":"b","variant":"x","conversion":1}]',
      '2:3 variant: `x` is no variant of the experiment: control, treatment',
    ],
    ['[{"user":"a","variant":"control","conversion":1}', '1:1 the list is never closed'],
    ['[{"user":"a","variant":"control","conversion":1}{}]', '1:49 a comma is expected'],
    ['{"user":"a"', '1:1 the object that begins here is never closed'],
    ['{"user":"a","variant":"control","conversion":1}\nnull\n', '2:1 an object `{...}` is expected: one row'],
    [
      '{"user":"a","variant":"control","conversion":1}\n{"user":"b","variant":"control","convrsion":1}\n',
      '2:1 the row has `convrsion`, which the first row has not',
    ],
    [
      '{"user":"a","variant":"control","conversion":1}\n{"user":"b","variant":"control"}\n',
      '2:1 conversion: nothing stands there: write 0 for who has none',
    ],
  ])('R-801 %s is refused with its place', (text, problem) => {
    expect(problemOf(one, text)).toBe(problem);
  });
});

describe('rows of sums', () => {
  it('say the same as the users they were summed from', () => {
    const users = `${HEADER}\na,control,1,10,4,2,5,0,\nb,control,0,2,1,1,4,3,\nc,treatment,1,7,3,0,1,1,\n`;
    const four = experimentWith([CONVERSION, REVENUE, CLICKS, ERRORS]);
    const sums = `variant,metric,users,sum,sum-squares,before-sum,before-sum-squares,of-sum,of-sum-squares,sum-products
control,conversion,2,1,,,,,,
control,revenue,2,12,104,5,17,,,42
control,clicks,2,3,5,,,9,41,14
control,errors,2,3,9,,,,,
treatment,conversion,1,1,,,,,,
treatment,revenue,1,7,49,3,9,,,21
treatment,clicks,1,0,0,,,1,1,0
treatment,errors,1,1,1,,,,,
`;
    expect(read(four, sums)).toEqual(read(four, users));
  });

  it('a histogram is a list of bounds and one of counts', () => {
    const latency = experimentWith([LATENCY]);
    const csv = read(
      latency,
      'variant,metric,users,bounds,counts\ncontrol,latency,15,0.1;0.5,10;4;1\ntreatment,latency,9,0.1;0.5,9;0;0\n',
    );
    expect(csv.ok && csv.data.variants['control']).toEqual({
      users: 15,
      metrics: { latency: { kind: 'quantile', bounds: [0.1, 0.5], counts: [10, 4, 1] } },
    });
    const json = [
      { variant: 'control', metric: 'latency', users: 15, bounds: [0.1, 0.5], counts: [10, 4, 1] },
      { variant: 'treatment', metric: 'latency', users: 9, bounds: [0.1, 0.5], counts: [9, 0, 0] },
    ];
    expect(read(latency, JSON.stringify(json))).toEqual(csv);
    expect(problemOf(latency, 'variant,metric,users,bounds,counts\ncontrol,latency,15,0.1;0.5,10;4\n')).toBe(
      '2:28 counts: 3 are expected for 2 bounds, not 2',
    );
  });

  const two = experimentWith([CONVERSION, ERRORS]);
  it.each([
    ['variant,metric,users,sum\ncontrol,conversion,10,11\n', '2:23 sum: 11 of 10 users'],
    ['variant,metric,users,sum\ncontrol,conversion,-1,0\n', '2:20 users: -1 is below 0'],
    ['variant,metric,users,sum\ncontrol,conversion,10,\n', '2:23 sum: missing'],
    ['variant,metric,users,sum\ncontrol,sales,10,1\n', '2:9 metric: the experiment has no sales'],
    ['variant,metric,users,sum\ncontrol,errors,10,-1\n', '2:19 sum: -1 is below 0'],
    [
      'variant,metric,users,sum\ncontrol,conversion,10,1\ncontrol,errors,12,1\n',
      '3:16 users: 12, and conversion has 10: give a row with the metric exposure',
    ],
    [
      'variant,metric,users,sum\ncontrol,conversion,10,1\ncontrol,conversion,10,1\n',
      '3:9 metric: conversion stands twice for this variant',
    ],
  ])('R-801 %j is refused with its place', (text, problem) => {
    expect(problemOf(two, text)).toBe(problem);
  });

  it('a row exposure says how many users there were', () => {
    const found = read(
      two,
      'variant,metric,users,sum\ncontrol,conversion,10,1\ncontrol,exposure,14,\ncontrol,errors,12,1\n',
    );
    expect(found.ok && found.data.variants['control']?.users).toBe(14);
  });
});

it('a quantile of the buckets is within 1 % of the values', () => {
  const latency = experimentWith([LATENCY]);
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 }),
      (values) => {
        const rows = values.map((value, index) => `u${index},control,${value}`);
        const found = read(latency, `user,variant,latency\n${rows.join('\n')}\n`);
        const sums = found.ok ? found.data.variants['control']?.metrics['latency'] : undefined;
        if (sums?.kind !== 'quantile') throw new Error('no histogram');
        expect(sums.counts.reduce((all, count) => all + count, 0)).toBe(values.length);
        const sorted = values.toSorted((a, b) => a - b);
        const median = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
        let before = 0;
        const index = sums.counts.findIndex((count) => (before += count) >= Math.ceil(values.length / 2));
        const upper = sums.bounds[index] ?? Number.NaN;
        const lower = sums.bounds[index - 1] ?? upper;
        const slack = 1e-6 * Math.abs(median) + 1e-8;
        expect(median).toBeGreaterThanOrEqual(lower - slack);
        expect(median).toBeLessThanOrEqual(upper + slack);
        expect(upper - lower).toBeLessThanOrEqual(0.0203 * Math.abs(median) + 2e-8);
      },
    ),
  );
});
