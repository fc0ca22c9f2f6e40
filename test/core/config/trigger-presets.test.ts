import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../src/core/model/time.ts';
import { good, warnings } from './decoding.ts';

const TEXT = `version: 1
services: { web: { deploy: ./x, health: "https://shop.example.com" } }
sources: { it: { type: http, url: "https://metrics.example.com" } }
metrics:
  error-rate: { kind: proportion, bad: a, total: b }
  latency: { kind: histogram, unit: s, buckets: a }
  throughput: { kind: value, unit: /s, better: higher, value: a }
  cpu: { kind: value, unit: "%", value: a }
  memory: { kind: value, unit: ratio, value: a }
  connection-pool: { kind: value, unit: "%", value: a }
`;

/** `name: metric.read > bound for minutes -> action`, for metric triggers. */
function table(preset: string): readonly string[] {
  return good(`${TEXT}triggers: { preset: ${preset} }\n`).triggers.map((trigger) => {
    if (trigger.kind !== 'metric') return `${trigger.name}: ${trigger.kind} -> ${trigger.then}`;
    const bound = trigger.above === undefined ? `< ${trigger.below}` : `> ${trigger.above}`;
    const lasting = trigger.for > 0 ? ` for ${trigger.for / MINUTE}` : '';
    return `${trigger.read ? `${trigger.metric}.${trigger.read}` : trigger.metric} ${bound}${lasting} -> ${trigger.then}`;
  });
}

describe('trigger presets', () => {
  it('R-305 alert-table has its rows, in the unit of each metric', () => {
    expect(table('alert-table')).toEqual([
      'error-rate > 0.1 -> notify',
      'error-rate > 0.2 -> rollback',
      'latency.mean > 5 -> notify',
      'latency.mean > 10 -> rollback',
      'throughput < 500 -> notify',
      'cpu > 80 -> notify',
      'cpu > 95 -> rollback',
      'memory > 0.85 -> notify',
    ]);
  });

  it('R-304 alert-table says how severe each is', () => {
    const severities = good(`${TEXT}triggers: { preset: alert-table }\n`).triggers.map(({ name, severity }) => [
      name,
      severity,
    ]);
    expect(severities).toContainEqual(['errors-high', 'critical']);
    expect(severities).toContainEqual(['latency-high', 'high']);
    expect(severities).toContainEqual(['cpu-high', 'medium']);
  });

  it('R-306 rollback-table has its rows with duration and action', () => {
    expect(table('rollback-table')).toEqual([
      'error-rate > 0.05 for 2 -> rollback',
      'latency.mean > 2 for 5 -> rollback-gradually',
      'memory > 0.9 for 3 -> rollback-gradually',
      'latency.p99 > 2 for 1 -> rollback',
      'connection-pool > 95 for 1 -> rollback',
      'health-failing: health -> rollback',
    ]);
  });

  it('R-307 error-spike is 50% over a baseline of 2% in 60 s with at least 10 errors and 2 minutes of cooldown', () => {
    expect(good(`${TEXT}triggers: { preset: error-spike }\n`).triggers).toMatchObject([
      {
        kind: 'spike',
        baseline: 0.02,
        increase: 0.5,
        window: MINUTE,
        atLeast: 10,
        cooldown: 2 * MINUTE,
        then: 'rollback',
      },
    ]);
  });

  it('R-308 graded-actions answers each trouble in its own degree', () => {
    expect(table('graded-actions')).toEqual([
      'error-rate > 0.1 -> rollback',
      'latency.mean > 5 -> reduce',
      'web-vitals.lcp.p75 > 4 -> disable-flags',
      'health-halves: health -> reduce',
    ]);
  });

  it('takes several, leaves out a row without its metric and says so, and lets an own trigger replace one', () => {
    const text = `${TEXT.replace(/ {2}cpu:.*\n/, '')}triggers:
  preset: [alert-table, error-spike]
  errors-high: { metric: error-rate, above: 15% }
`;
    const triggers = good(text).triggers;
    expect(triggers.map(({ name }) => name)).not.toContain('cpu-high');
    expect(triggers.filter(({ name }) => name === 'errors-high')).toMatchObject([{ above: 0.15 }]);
    expect(warnings(text)).toContain('11:11 `alert-table`: no metric `cpu`, so `cpu-high` is left out');
  });
});
