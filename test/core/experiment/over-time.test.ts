import { expect, it } from 'vitest';
import { eventReader } from '../../../src/core/experiment/numbers/events.ts';
import type { ExperimentData } from '../../../src/core/model/experiment.ts';
import { DAY, toInstant } from '../../../src/core/model/time.ts';
import { START, session } from './given.ts';

/** Each day `users` users of each variant are exposed; of 100 in the treatment 20 buy, in the control 10. */
function reader(days: number, users: number) {
  const s = session();
  s.say('experiment create checkout --goal conversion');
  s.say('experiment start checkout');
  const read = eventReader(s.experiment());
  for (let day = 0; day < days; day++) {
    const at = toInstant(START + day * DAY + 1);
    for (const [variant, bought] of [
      ['control', 10],
      ['treatment', 20],
    ] as const) {
      for (let index = 0; index < users; index++) {
        const event = { user: `${variant}-${day}-${index}`, value: 1, at, generation: s.experiment().generation };
        read.line(JSON.stringify({ ...event, metric: 'exposure', variant }));
        if (index % 100 < bought) read.line(JSON.stringify({ ...event, metric: 'conversion' }));
      }
    }
  }
  return { s, read };
}

function usersOf({ variants }: ExperimentData): number {
  return Object.values(variants).reduce((sum, { users }) => sum + users, 0);
}

it('R-602 events say what was known at the end of each day that has ended', () => {
  const { read } = reader(4, 100);
  expect(read.days().map((data) => [data.until, usersOf(data)])).toEqual([
    ['2026-11-02T00:00:00.000Z', 200],
    ['2026-11-03T00:00:00.000Z', 400],
    ['2026-11-04T00:00:00.000Z', 600],
  ]);
});

it('R-602 an event that came late counts from then on, and changes no day that is over', () => {
  const { read, s } = reader(3, 100);
  const before = read.days();
  const late = { user: 'late', value: 1, at: toInstant(START), generation: s.experiment().generation };
  read.line(JSON.stringify({ ...late, metric: 'exposure', variant: 'control' }));
  expect(read.days()).toEqual(before);
  read.line(
    JSON.stringify({ ...late, user: 'next', at: toInstant(START + 3 * DAY), metric: 'exposure', variant: 'control' }),
  );
  expect(read.days().map(usersOf)).toEqual([200, 400, 601]);
});

it('R-602 R-603 show and analyze draw the effect with its interval over days, which narrows as users come', () => {
  const { read, s } = reader(6, 400);
  const days = read.days();
  const now = days.at(-1);
  if (!now) throw new Error('no day');
  s.now = START + 6 * DAY;
  s.data = { checkout: now };
  s.days = { checkout: days };
  for (const command of ['experiment show checkout', 'experiment analyze checkout']) {
    const { outcome } = s.say(command);
    const chart = outcome.report?.blocks.find(({ type }) => type === 'chart');
    if (chart?.type !== 'chart') throw new Error('no chart');
    expect(chart.title).toBe('conversion of treatment, as it was known day by day');
    const [upper, effect, lower] = chart.series.map(({ points }) => points.map(([, value]) => value));
    expect(effect).toHaveLength(days.length);
    expect(effect?.every((value) => Math.abs(value - 100) < 1)).toBe(true);
    const widths = (upper ?? []).map((value, index) => value - (lower?.[index] ?? 0));
    expect(widths).toEqual(widths.toSorted((one, other) => other - one));
    expect(JSON.stringify(outcome.details)).toContain(
      '"overTime":[{"metric":"conversion","variant":"treatment","days":[{',
    );
  }
  s.days = { checkout: days.slice(0, 1) };
  expect(s.say('experiment analyze checkout').outcome.report?.blocks.some(({ type }) => type === 'chart')).toBe(false);
});

it('R-603 R-605 the last day of the chart is what the table says, also of one goal among several', () => {
  const { read, s } = reader(3, 400);
  const days = read.days();
  const now = days.at(-1);
  if (!now) throw new Error('no day');
  const two = session();
  two.say('experiment create checkout --goal conversion --goal clicks --guardrail errors');
  two.say('experiment start checkout');
  two.now = s.now + 6 * DAY;
  two.data = { checkout: now };
  two.days = { checkout: days };
  const { details } = two.say('experiment analyze checkout').outcome;
  const { metrics, overTime } = details as unknown as {
    readonly metrics: readonly { readonly treatments: readonly { readonly sequential: object }[] }[];
    readonly overTime: readonly { readonly metric: string; readonly days: readonly object[] }[];
  };
  expect(overTime.map(({ metric }) => metric)).toEqual(['conversion']);
  const last = overTime[0]?.days.at(-1);
  expect(Object.keys(last ?? {})).toEqual(['until', 'effect', 'lower', 'upper']);
  expect({ ...metrics[0]?.treatments[0]?.sequential, until: now.until }).toMatchObject(last ?? {});
});
