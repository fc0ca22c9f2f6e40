import { describe, expect, it } from 'vitest';
import { severityOf } from '../../../src/core/judge/severity.ts';
import type { JudgeSpec } from '../../../src/core/model/metric.ts';
import type { Alert } from '../../../src/core/model/place.ts';
import { alertNotices } from '../../../src/core/report/notice.ts';
import { judge } from './given.ts';

const spec = (more: Partial<JudgeSpec> = {}): JudgeSpec =>
  judge({ rule: { type: 'compare', with: 'stable', method: 'sequential' }, ...more });

describe('how severe an anomaly is', () => {
  it.each([
    [0.014, 'low'],
    [0.015, 'medium'],
    [0.02, 'high'],
    [0.05, 'critical'],
  ])('R-309 errors of %d against 0.01: %s', (seen, severity) => {
    expect(severityOf(spec(), { seen, baseline: 0.01 })).toBe(severity);
  });

  it.each([
    [1.05, 'low'],
    [1.15, 'medium'],
    [1.5, 'high'],
    [2, 'critical'],
  ])('R-309 a response time of %d s against 1 s: %s', (seen, severity) => {
    expect(severityOf(spec({ kind: 'histogram', read: 'p95' }), { seen, baseline: 1 })).toBe(severity);
  });

  it('R-309 of what is better when higher is how many times less there is', () => {
    const orders = spec({ kind: 'count', better: 'higher' });
    expect(severityOf(orders, { seen: 40, baseline: 100 })).toBe('high');
    expect(severityOf(orders, { seen: 0, baseline: 100 })).toBe('high');
  });

  it('R-309 of success is that of its failures', () => {
    expect(severityOf(spec({ read: 'success' }), { seen: 0.94, baseline: 0.99 })).toBe('critical');
  });

  it('R-309 is high where the baseline has none at all, and has no name where a side is missing', () => {
    expect(severityOf(spec(), { seen: 0.01, baseline: 0 })).toBe('high');
    expect(severityOf(spec(), { seen: null, baseline: 0.01 })).toBeUndefined();
  });

  it('R-309 R-312 is told as the event anomaly; what a trigger or a bound found is an alert', () => {
    const alert: Alert = {
      schemaVersion: 1,
      id: 'a-1234',
      severity: 'high',
      subject: 'web/production',
      rule: 'error-rate compare stable',
      title: 't',
      detail: 'd',
      opened: '2026-11-21T10:00:00.000Z',
    };
    const event = (rule: string) => alertNotices(undefined, { ...alert, rule }, { revision: 'r', at: 0 })[0]?.event;
    expect(event('error-rate compare stable')).toBe('anomaly');
    expect(event('error-rate below 0.01')).toBe('alert');
    expect(event('error-storm')).toBe('alert');
  });
});
