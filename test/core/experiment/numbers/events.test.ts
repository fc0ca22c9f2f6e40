import { describe, expect, it } from 'vitest';
import { acceptEvent, type ExperimentEvent, SentEvent } from '../../../../src/core/experiment/numbers/event.ts';
import { eventReader } from '../../../../src/core/experiment/numbers/events.ts';
import { dataReader } from '../../../../src/core/experiment/numbers/read.ts';
import type { Experiment, ExperimentData } from '../../../../src/core/model/experiment.ts';
import { CLICKS, CONVERSION, ERRORS, experimentWith, LATENCY, REVENUE } from './experiment.ts';

const UNTIL = '2026-11-09T00:00:00.000Z';
const AT = '2026-11-03T10:00:00.000Z';

function event(user: string, metric: string, rest: Partial<ExperimentEvent> = {}): ExperimentEvent {
  return { user, metric, value: 1, at: AT, generation: 1, ...rest };
}

function exposed(user: string, variant: string): ExperimentEvent {
  return event(user, 'exposure', { variant });
}

function read(experiment: Experiment, events: readonly (ExperimentEvent | string)[]): ExperimentData | undefined {
  const reader = eventReader(experiment);
  for (const one of events) reader.line(typeof one === 'string' ? one : JSON.stringify(one));
  return reader.end(UNTIL);
}

const ALL = experimentWith([CONVERSION, REVENUE, CLICKS, ERRORS, LATENCY]);

describe('events', () => {
  it('R-602 come to the same sums as a file with a row for each user', () => {
    const events = [
      exposed('a', 'control'),
      exposed('b', 'control'),
      exposed('c', 'treatment'),
      event('a', 'conversion'),
      event('a', 'revenue', { value: 10 }),
      event('a', 'revenue', { value: 5 }),
      event('a', 'revenue.before', { value: 4 }),
      event('b', 'revenue', { value: 2 }),
      event('b', 'clicks', { value: 1 }),
      event('b', 'clicks.of', { value: 4 }),
      event('c', 'errors'),
      event('c', 'errors', { value: 2 }),
      event('c', 'latency', { value: 0.25 }),
      event('c', 'latency', { value: 90 }),
    ];
    const file = dataReader(ALL);
    file.push('user,variant,conversion,revenue,revenue.before,clicks,clicks.of,errors,latency\n');
    file.push('a,control,1,15,4,0,0,0,\nb,control,0,2,0,1,4,0,\nc,treatment,0,0,0,0,0,3,0.25\n');
    const same = file.end({ from: 'events', until: UNTIL });
    expect(read(ALL, events)).toEqual(same.ok && same.data);
  });

  it('of users that nothing says were exposed are left out', () => {
    const data = read(ALL, [exposed('a', 'control'), event('b', 'conversion')]);
    expect(data?.variants['control']).toMatchObject({ users: 1, metrics: { conversion: { n: 1, successes: 0 } } });
    expect(read(ALL, [event('b', 'conversion')])).toBeUndefined();
  });

  it.each([1e300, -1e300, 1e16])('one value of %d, written by another hand, silences no experiment', (value) => {
    const data = read(ALL, [
      exposed('a', 'control'),
      event('a', 'revenue', { value: 5 }),
      event('a', 'revenue', { value }),
    ]);
    expect(data?.variants['control']?.metrics['revenue']).toMatchObject({ n: 1, sum: 5, sumSquares: 25 });
    expect(data?.from).toBe(
      `events (1 left out; line 3: revenue ${value} is larger than 1000000000000000, the most that a value may be)`,
    );
  });

  it('an event of no moment, written by another hand, is left out', () => {
    const data = read(ALL, [exposed('a', 'control'), { ...exposed('b', 'control'), at: 'yesterday' }]);
    expect(data).toMatchObject({ from: 'events (1 torn line left out)', variants: { control: { users: 1 } } });
  });

  it('R-605 a user exposed to two variants is crossed', () => {
    expect(read(ALL, [exposed('a', 'control'), exposed('a', 'treatment'), exposed('a', 'control')])).toMatchObject({
      crossed: 1,
      variants: { control: { users: 0 }, treatment: { users: 0 } },
    });
  });

  it('with one id count once, however often they were sent', () => {
    const twice = event('a', 'revenue', { value: 10, id: 'order-1' });
    const data = read(ALL, [exposed('a', 'control'), twice, twice, { ...twice, id: 'order-2' }]);
    expect(data?.variants['control']?.metrics['revenue']).toMatchObject({ sum: 20 });
  });

  it('torn off by a crash are passed over and said', () => {
    const data = read(ALL, [exposed('a', 'control'), '{"user":"b","metric":"expos', exposed('c', 'treatment')]);
    expect(data).toMatchObject({ from: 'events (1 torn line left out)', variants: { treatment: { users: 1 } } });
  });

  it('of an earlier assignment, and from after the stop, are not counted', () => {
    const stopped = { ...ALL, stopped: '2026-11-03T12:00:00.000Z' };
    const late = { ...exposed('b', 'control'), at: '2026-11-03T12:00:00.001Z' };
    const data = read(stopped, [exposed('a', 'control'), { ...exposed('c', 'control'), generation: 0 }, late]);
    expect(data?.variants['control']?.users).toBe(1);
  });
});

describe('an event that is sent', () => {
  const now = Date.parse('2026-11-04T00:00:00.000Z');
  const accept = (sent: Record<string, unknown>): ReturnType<typeof acceptEvent> =>
    acceptEvent(ALL, SentEvent.parse({ experiment: 'checkout', user: 'a', ...sent }), now);

  it('is kept with its moment and the assignment it belongs to', () => {
    expect(accept({ metric: 'conversion', at: '2026-11-03T12:00:00+02:00', id: 'x' })).toEqual({
      event: { user: 'a', metric: 'conversion', value: 1, id: 'x', at: '2026-11-03T10:00:00.000Z', generation: 1 },
    });
  });

  it.each([
    [{ metric: 'sales' }, 'metric: sales is none of exposure, conversion, revenue, clicks, errors, latency'],
    [
      { metric: 'conversion.of' },
      'metric: conversion.of is none of exposure, conversion, revenue, clicks, errors, latency',
    ],
    [{ metric: 'exposure', variant: 'x' }, 'variant: x is none of control, treatment'],
    [{ metric: 'conversion', value: 3 }, 'value: 3 is neither 0 nor 1, as a proportion asks for'],
    [{ metric: 'errors', value: -3 }, 'value: -3 is below 0, which a count cannot be'],
    [{ metric: 'revenue' }, 'value: missing'],
    [{ metric: 'conversion', at: '2026-11-04T00:06:00Z' }, 'at: 2026-11-04T00:06:00Z lies in the future'],
    [
      { metric: 'conversion', at: '2026-11-01T00:00:00Z' },
      "at: 2026-11-01T00:00:00Z lies before the experiment's start, 2026-11-02T00:00:00.000Z",
    ],
  ])('R-801 %j is refused: %s', (sent, refused) => {
    expect(accept(sent)).toEqual({ refused });
  });
});
