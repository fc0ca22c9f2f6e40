import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { severityOf } from '../../../src/core/judge/severity.ts';
import type { JudgeSpec } from '../../../src/core/model/metric.ts';
import type { Alert } from '../../../src/core/model/place.ts';
import { alertNotices } from '../../../src/core/report/notice.ts';
import { judge } from './given.ts';

const spec = (more: Partial<JudgeSpec> = {}): JudgeSpec =>
  judge({ rule: { type: 'compare', with: 'stable', method: 'sequential' }, ...more });

const SEVERITIES: readonly string[] = ['none', 'low', 'medium', 'high', 'critical'];
/** Small shares, and none at all, are where it matters. */
const share = fc.oneof(
  fc.constant(0),
  fc.double({ min: 0, max: 0.05, noNaN: true }),
  fc.double({ min: 0, max: 1, noNaN: true }),
);

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
    expect(severityOf(orders, { seen: 20, baseline: 100 })).toBe('critical');
    expect(severityOf(orders, { seen: 0, baseline: 100 })).toBe('critical');
  });

  it('R-309 of success is that of its failures', () => {
    expect(severityOf(spec({ read: 'success' }), { seen: 0.94, baseline: 0.99 })).toBe('critical');
  });

  it('R-309 reads a baseline of nothing as the most that may hide behind it: three events', () => {
    const errors = (bad: number, total: number, of: number) =>
      severityOf(spec(), {
        seen: bad / total,
        baseline: 0,
        evidence: {
          candidate: { kind: 'proportion', bad, total },
          baseline: { kind: 'proportion', bad: 0, total: of },
        },
      });
    expect(errors(4, 1_000, 1_000)).toBe('low');
    expect(errors(10, 1_000, 1_000)).toBe('high');
    expect(errors(100, 1_000, 1_000)).toBe('critical');
    expect(errors(10, 1_000, 100_000)).toBe('critical');
    expect(errors(10, 10, 20)).toBe('critical');
    expect(severityOf(spec(), { seen: 1, baseline: 0 })).toBe('critical');
  });

  it('R-309 weighs counted events by the share of the traffic that an arm has', () => {
    const crashes = (count: number, weights: { candidate: number; baseline: number }) =>
      severityOf(spec({ kind: 'count', read: 'rate' }), {
        seen: count,
        baseline: 0,
        evidence: { candidate: { kind: 'count', count }, baseline: { kind: 'count', count: 0 } },
        weights,
      });
    expect(crashes(6, { candidate: 50_000, baseline: 50_000 })).toBe('high');
    expect(crashes(6, { candidate: 10_000, baseline: 90_000 })).toBe('critical');
  });

  it('R-309 has no name where a side is missing', () => {
    expect(severityOf(spec(), { seen: null, baseline: 0.01 })).toBeUndefined();
    expect(severityOf(spec(), { seen: 0.01, baseline: null })).toBeUndefined();
  });

  it('R-309 is never less severe for a worse candidate, nor for a better baseline', () => {
    const total = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(
        fc.tuple(total, total),
        fc.tuple(share, share),
        fc.tuple(share, share),
        ([own, other], [c, d], [a, b]) => {
          const rank = (candidate: number, baseline: number): number => {
            const [bad, usual] = [Math.round(candidate * own), Math.round(baseline * other)];
            const severity = severityOf(spec(), {
              seen: bad / own,
              baseline: usual / other,
              evidence: {
                candidate: { kind: 'proportion', bad, total: own },
                baseline: { kind: 'proportion', bad: usual, total: other },
              },
            });
            return SEVERITIES.indexOf(severity ?? 'none');
          };
          expect(rank(Math.max(c, d), a)).toBeGreaterThanOrEqual(rank(Math.min(c, d), a));
          expect(rank(c, Math.min(a, b))).toBeGreaterThanOrEqual(rank(c, Math.max(a, b)));
        },
      ),
    );
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
