import { describe, expect, it } from 'vitest';
import type { TriggerConfig } from '../../../src/core/model/config.ts';
import { MINUTE, SECOND } from '../../../src/core/model/time.ts';
import type { TriggerObservation } from '../../../src/core/watch/observation.ts';
import { type TriggerVerdict, judgeTrigger } from '../../../src/core/watch/trigger.ts';
import { NOW, bound, dependency, health, probes, requests, slices, spike, times, value } from './given.ts';

const look = (trigger: TriggerConfig, observation: TriggerObservation | undefined): TriggerVerdict =>
  judgeTrigger(trigger, observation, { now: NOW });

describe('metric triggers', () => {
  it('R-306 error rate 5 % for 2 min: fires when every slice of the two minutes is above it', () => {
    expect(look(bound(), slices(times(12, requests(6, 100))))).toMatchObject({
      state: 'firing',
      action: 'rollback',
      because: 'errors 6%, limit 5% for 2 min',
      quiet: false,
    });
    const late = [requests(1, 100), ...times(11, requests(6, 100))];
    expect(look(bound(), slices(late)).state).toBe('breaching');
    expect(look(bound(), slices(times(12, requests(5, 100)))).state).toBe('ok');
  });

  it('R-306 response time 2 s, P99 above 2000 ms and memory 90 % are read like the metric says', () => {
    const slow = { kind: 'histogram', bounds: [1, 2, 4], counts: [90, 0, 10, 0], sum: 250 } as const;
    const latency = (read: string): TriggerConfig => bound({ metric: 'latency', read, above: 2 });
    expect(look(latency('p99'), slices(times(12, slow)))).toMatchObject({ state: 'firing', seen: 3.8 });
    expect(look(latency('mean'), slices(times(12, slow)))).toMatchObject({ state: 'firing', seen: 2.5 });
    expect(look(latency('p50'), slices(times(12, slow))).state).toBe('ok');
    const memory = bound({ metric: 'memory', above: 90, for: 3 * MINUTE, minSamples: 500 });
    const metric = { kind: 'value', unit: '%' } as const;
    const verdict = judgeTrigger(memory, slices(times(12, value(93)), 15 * SECOND), { now: NOW, metric });
    expect(verdict).toMatchObject({ state: 'firing', because: 'memory 93%, limit 90% for 3 min' });
  });

  it('R-307 has an operator: throughput below 500 per second', () => {
    const few = bound({ metric: 'throughput', above: undefined as never, below: 500 });
    expect(look(few, slices(times(12, { kind: 'count', count: 4_000 }))).state).toBe('firing');
    expect(look(few, slices(times(12, { kind: 'count', count: 5_000 }))).state).toBe('ok');
  });

  it('R-307 does not fire with too few samples, nor when more than half of the period is unknown', () => {
    expect(look(bound({ minSamples: 5_000 }), slices(times(12, requests(60, 100)))).state).toBe('breaching');
    const known = (count: number) => [...times(12 - count, null), ...times(count, requests(60, 100))];
    expect(look(bound(), slices(known(6))).state).toBe('firing');
    expect(look(bound(), slices(known(5))).state).toBe('breaching');
  });

  it('R-307 says when nothing is known: a silent source and one that was not asked', () => {
    expect(look(bound(), slices(times(12, null)))).toMatchObject({ state: 'no-data', quiet: false });
    expect(look(bound(), undefined)).toMatchObject({ state: 'no-data', quiet: false });
  });

  it('R-307 cools down after it fired, and fires again when it is still so afterwards', () => {
    const storm = slices(times(12, requests(6, 100)));
    const at = (ago: number) => judgeTrigger(bound(), storm, { now: NOW, firedAt: NOW - ago });
    expect(at(MINUTE)).toMatchObject({ state: 'cooling' });
    expect(at(MINUTE).because).toContain('again in 1 min at the earliest');
    expect(at(2 * MINUTE)).toMatchObject({ state: 'firing' });
    expect(judgeTrigger(bound(), slices(times(12, requests(0, 9))), { now: NOW, firedAt: NOW }).state).toBe('ok');
  });

  it('R-304 is quiet only when nothing that was seen is outside', () => {
    expect(look(bound(), slices(times(12, requests(1, 100)))).quiet).toBe(true);
    expect(look(bound(), slices([requests(9, 100), ...times(11, requests(1, 100))]))).toMatchObject({
      state: 'ok',
      quiet: false,
    });
  });
});

describe('spike triggers', () => {
  it('R-307 baseline 2 %, increase 50 %: more than 3 % of the window with at least 10 errors', () => {
    const of = (bad: number, total: number) => look(spike(), slices([requests(bad, total)], 5 * SECOND));
    expect(of(41, 1_000)).toMatchObject({
      state: 'firing',
      because: 'errors 4.1% (41 of 1,000) in 1 min, usually 2%, a spike above 3%',
    });
    expect(of(30, 1_000)).toMatchObject({ state: 'ok', quiet: true });
    expect(of(9, 100).state).toBe('breaching');
    expect(of(10, 100).state).toBe('firing');
  });

  it('R-307 adds up the window, so that one bad slice among many does not fire', () => {
    const calm = times(11, requests(2, 100));
    expect(look(spike(), slices([...calm, requests(20, 100)], 5 * SECOND))).toMatchObject({ state: 'firing' });
    expect(look(spike(), slices([...calm, requests(13, 100)], 5 * SECOND)).state).toBe('ok');
  });

  it('R-307 is ok when nothing came in, and without data when nothing is known', () => {
    expect(look(spike(), slices([requests(0, 0)])).state).toBe('ok');
    expect(look(spike(), slices([null, null])).state).toBe('no-data');
  });
});

describe('health and dependency triggers', () => {
  it('R-306 three health failures within a minute fire, two do not', () => {
    expect(look(health(), probes(false, false, false))).toMatchObject({
      state: 'firing',
      because: 'ready: 3 of 3 probes failed (503 in 9 ms), limit 3 within 1 min',
    });
    expect(look(health(), probes(false, false, true))).toMatchObject({ state: 'breaching', quiet: false });
    expect(look(health(), probes(true))).toMatchObject({ state: 'ok', quiet: true, because: 'ready: 200 in 9 ms' });
  });

  it('R-306 counts only failures within the period', () => {
    expect(look(health({ within: 2 * SECOND }), probes(false, false, false)).state).toBe('breaching');
  });

  it('R-307 a dependency that fails pauses whatever was asked for, and only notifies where that was asked', () => {
    expect(look(dependency(), probes(false, false))).toMatchObject({ state: 'firing', action: 'pause' });
    expect(look(dependency({ then: 'notify' }), probes(false, false)).action).toBe('notify');
  });

  it('R-307 a probe nobody could make is no-data', () => {
    expect(look(health(), undefined).state).toBe('no-data');
    expect(look(health(), { type: 'probes', probes: [] }).state).toBe('no-data');
  });
});
