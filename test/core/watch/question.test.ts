import { describe, expect, it } from 'vitest';
import type { TriggerConfig } from '../../../src/core/model/config.ts';
import type { MetricConfig } from '../../../src/core/model/metric.ts';
import { MINUTE, SECOND } from '../../../src/core/model/time.ts';
import { WHOLE } from '../../../src/core/model/weight.ts';
import { type TriggerQuestion, triggerQuestions } from '../../../src/core/watch/question.ts';
import { slicesOf } from '../../../src/core/watch/slices.ts';
import { NOW, bound, dependency, health, place, rollout, spike } from './given.ts';

const metric = (perVersion: boolean): MetricConfig => ({
  name: 'error-rate',
  source: 'prometheus',
  kind: 'proportion',
  better: 'lower',
  queries: {},
  delay: 30 * SECOND,
  perVersion,
});
const ask = (trigger: TriggerConfig, perVersion: boolean, rollouts = [rollout('r')]): readonly TriggerQuestion[] =>
  triggerQuestions([trigger], {
    places: [place()],
    rollouts,
    metrics: { 'error-rate': metric(perVersion) },
    now: NOW,
  });

describe('what is asked for triggers', () => {
  it('R-307 the last `for` in twelve slices of at least a second, closed and complete', () => {
    expect(ask(bound(), false, [])).toMatchObject([
      { type: 'slices', metric: 'error-rate', start: NOW - 150 * SECOND, width: 10 * SECOND, count: 12 },
    ]);
    expect(slicesOf(spike() as never)).toEqual({ width: 5 * SECOND, period: 12, count: 12 });
    expect(slicesOf(bound({ for: 3 * SECOND }) as never)).toEqual({ width: SECOND, period: 3, count: 6 });
    expect(slicesOf(bound({ for: 0 }) as never)).toEqual({ width: 10 * SECOND, period: 1, count: 6 });
  });

  it('two ticks within one slice ask the same', () => {
    const at = (now: number) =>
      triggerQuestions([bound()], { places: [place()], rollouts: [], metrics: { 'error-rate': metric(false) }, now });
    expect(at(NOW + 9_999)).toEqual(at(NOW));
    expect(at(NOW + 10_000)).not.toEqual(at(NOW));
  });

  it('a metric that tells versions apart is asked of the live version and of each candidate, any other once a pair', () => {
    expect(ask(bound(), true).map(({ watched }) => [watched?.labels.version, watched?.rollout])).toEqual([
      ['1.3.2', undefined],
      ['1.4.0', 'r'],
    ]);
    expect(ask(bound(), false).map(({ watched }) => [watched?.labels.version, watched?.rollout])).toEqual([
      [undefined, undefined],
    ]);
  });

  it('a provisional release that is live already is asked once, as what can still go back', () => {
    const release = { label: '1.3.2', commit: 'a'.repeat(40) };
    const settling = rollout('s', {
      phase: 'provisional',
      weight: WHOLE,
      subject: { type: 'release', service: 'web', environment: 'production', release },
    });
    expect(ask(bound(), true, [settling]).map(({ watched }) => watched?.rollout)).toEqual(['s']);
  });

  it('R-306 health is probed in a burst, the candidate by its own URL as well', () => {
    const candidate = rollout('r', { url: 'http://127.0.0.1:4001' });
    expect(ask(health(), false, [candidate])).toMatchObject([
      { type: 'probes', probe: 'ready', times: 3, every: SECOND, watched: { service: 'web' } },
      { type: 'probes', watched: { rollout: 'r', url: 'http://127.0.0.1:4001' } },
    ]);
    expect(ask(health({ within: 300 }), false)).toMatchObject([{ times: 3, every: 100 }]);
  });

  it('R-307 a dependency is asked once, whatever is deployed', () => {
    expect(ask(dependency(), false)).toMatchObject([
      { type: 'url', url: 'https://payments.example.com/health', times: 2, watched: undefined, timeout: 5 * SECOND },
    ]);
  });

  it('nothing is asked where nothing is live or in flight, nor of a metric nobody configured', () => {
    const world = { places: [place({ live: null })], rollouts: [], metrics: {}, now: NOW + MINUTE };
    expect(triggerQuestions([bound(), health()], world)).toEqual([]);
  });
});
