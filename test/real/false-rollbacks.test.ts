/** The promise for plans that end with all the traffic, and settle: over every stage a healthy rollout fails with a chance of at most its budget. */
import { describe, expect, it } from 'vitest';
import type { JudgeSpec } from '../../src/core/model/metric.ts';
import {
  BUDGET,
  compare,
  counts,
  type Draw,
  errors,
  failures,
  gauge,
  latency,
  later,
  slack,
} from '../core/judge/whole-plan.ts';

const ROLLOUTS = 600;

const cpu = { kind: 'value', metric: 'cpu' } as const;
const crashes = { kind: 'count', metric: 'crashes' } as const;
const p95 = { kind: 'histogram', metric: 'latency', read: 'p95' } as const;

describe('a plan of 5, 25 and 100 % that settles', () => {
  it.each<readonly [string, JudgeSpec, Draw]>([
    ['errors 0.5 % at 20 requests a second', compare(), errors(20, 0.005)],
    ['errors 0.1 % at 20 requests a second', compare(), errors(20, 0.001)],
    ['errors 0.01 % at 100 requests a second', compare(), errors(100, 0.0001)],
    ['0.05 crashes a second', compare(crashes), counts(0.05)],
    ['a crash a second', compare(crashes), counts(1)],
    ['10 crashes a second', compare(crashes), counts(10)],
    ['orders, of which more are better', compare({ ...crashes, metric: 'orders', better: 'higher' }), counts(0.5)],
    ['cpu of 30 with a deviation of 20', compare(cpu), gauge(30, 20)],
    ['the same, by Mann and Whitney', compare(cpu, { method: 'mann-whitney' }), gauge(30, 20)],
  ])('R-605 takes back no more healthy rollouts than its budget: %s', (_, spec, draw) => {
    expect(failures(spec, draw, ROLLOUTS).length / ROLLOUTS).toBeLessThanOrEqual(BUDGET + slack(ROLLOUTS));
  });

  it.each<readonly [string, JudgeSpec, Draw]>([
    ['errors at twice', compare(), later(errors(20, 0.002), errors(20, 0.002, 2))],
    ['rare errors at twice', compare(), later(errors(100, 0.0001), errors(100, 0.0001, 2))],
    ['crashes at twice', compare(crashes), later(counts(0.05), counts(0.05, 2))],
    ['cpu at 1.2 times', compare(cpu), later(gauge(30, 20), gauge(30, 20, 1.2))],
  ])('R-605 with all the traffic exactly as bad as allowed is within it too: %s', (_, spec, draw) => {
    expect(failures(spec, draw, ROLLOUTS).length / ROLLOUTS).toBeLessThanOrEqual(BUDGET + slack(ROLLOUTS));
  });

  it.each<readonly [string, JudgeSpec, Draw]>([
    ['five times the errors', compare(), later(errors(20, 0.005), errors(20, 0.005, 5))],
    ['ten times the rare errors', compare(), later(errors(100, 0.0001), errors(100, 0.0001, 10))],
    ['five times the crashes', compare(crashes), later(counts(0.5), counts(0.5, 5))],
    ['half the orders', compare({ ...crashes, better: 'higher' }), later(counts(5), counts(5, 0.5))],
    ['twice the cpu', compare(cpu), later(gauge(30, 10), gauge(30, 10, 2))],
    ['twice the latency', compare(p95), later(latency(5), latency(5, 2))],
  ])('R-121 R-605 finds at 100 % what became worse there: %s', (_, spec, draw) => {
    const found = failures(spec, draw, 20);
    expect(found.filter((stage) => stage === 'all').length).toBeGreaterThanOrEqual(18);
  });
});
