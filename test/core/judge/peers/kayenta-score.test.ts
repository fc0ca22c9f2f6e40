import { describe, expect, it } from 'vitest';
import { type KayentaMetric, kayentaJudge, kayentaRunPasses } from '../../../../src/core/judge/peers/kayenta-score.ts';
import { StatisticsError } from '../../../../src/core/statistics/impossible.ts';

const values = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19];
const thresholds = { pass: 95, marginal: 75 };

type Kind = 'good' | 'bad' | 'silent';
function metric(name: string, kind: Kind, more: Partial<KayentaMetric> = {}): KayentaMetric {
  const experiment = { good: values.toReversed(), bad: values.map((value) => value * 3), silent: [] }[kind];
  return { name, groups: ['latency'], experiment, control: values, ...more };
}
const scoreOf = (metrics: readonly KayentaMetric[], groupWeights: Record<string, number> = {}) =>
  kayentaJudge({ metrics, groupWeights, thresholds });

describe("Kayenta's score", () => {
  it('R-309 is the share of metrics that passed, to two decimals', () => {
    const result = scoreOf([metric('a', 'good'), metric('b', 'good'), metric('c', 'bad')]);
    expect(result).toMatchObject({ score: 66.67, classification: 'Fail' });
    expect(result.metrics.map(({ classification }) => classification)).toEqual(['Pass', 'Pass', 'High']);
  });

  it.each([
    [20, 'Pass', 100],
    [19, 'Pass', 95],
    [15, 'Marginal', 75],
    [14, 'Fail', 70],
  ] as const)(
    'with %d of 20 metrics good is %s: both thresholds are reached by being equal',
    (good, classification, score) => {
      const metrics = Array.from({ length: 20 }, (_, index) => metric(`m${index}`, index < good ? 'good' : 'bad'));
      expect(scoreOf(metrics)).toMatchObject({ classification, score });
    },
  );

  it('weighs groups, and those without a weight share what is left', () => {
    const metrics = [
      metric('a', 'good', { groups: ['errors'] }),
      metric('b', 'bad', { groups: ['latency'] }),
      metric('c', 'good', { groups: ['saturation'] }),
    ];
    const { groups, score } = scoreOf(metrics, { errors: 60 });
    expect(groups).toMatchObject([
      { name: 'errors', score: 100, weight: 60 },
      { name: 'latency', score: 0, weight: 20 },
      { name: 'saturation', score: 100, weight: 20 },
    ]);
    expect(score).toBe(80);
  });

  it('counts a metric in each of its groups', () => {
    const { groups } = scoreOf([metric('a', 'bad', { groups: ['x', 'y'] }), metric('b', 'good', { groups: ['y'] })]);
    expect(groups).toMatchObject([
      { name: 'x', score: 0 },
      { name: 'y', score: 50 },
    ]);
  });

  it('shows 0 for a group without data and lets it neither help nor harm', () => {
    const metrics = [metric('a', 'good'), metric('b', 'good'), metric('c', 'silent', { groups: ['errors'] })];
    const { groups, score } = scoreOf(metrics, { latency: 50, errors: 50 });
    expect(groups[1]).toMatchObject({ name: 'errors', score: 0, noData: true });
    expect(score).toBe(100);
  });

  it('is 0 when a critical metric failed or had no data, and says which', () => {
    const rest = Array.from({ length: 9 }, (_, index) => metric(`m${index}`, 'good'));
    expect(scoreOf([...rest, metric('errors', 'bad', { critical: true })])).toMatchObject({
      score: 0,
      classification: 'Fail',
      reason: 'critical metric errors: High',
    });
    expect(scoreOf([...rest, metric('errors', 'silent', { critical: true })]).score).toBe(0);
    expect(scoreOf([...rest, metric('errors', 'good', { critical: true })]).score).toBe(100);
  });

  it('is 0 when half of the metrics had no data', () => {
    const half = [metric('a', 'good'), metric('b', 'silent')];
    expect(scoreOf(half)).toMatchObject({ score: 0, reason: '1 of 2 metrics had no data' });
    expect(scoreOf([...half, metric('c', 'good')]).score).toBe(100);
    expect(scoreOf([]).classification).toBe('Fail');
  });

  it('counts missing data as failed where a metric must have it', () => {
    const metrics = [metric('a', 'good'), metric('b', 'silent', { mustHaveData: true })];
    expect(scoreOf(metrics).score).toBe(50);
  });

  it('shows a muted metric and leaves it out', () => {
    const result = scoreOf([metric('a', 'good'), metric('b', 'bad', { muted: true, critical: true })]);
    expect(result.score).toBe(100);
    expect(result.metrics[1]).toMatchObject({ name: 'b', classification: 'High', muted: true });
  });

  it('takes a group that is called like a member of every object for a group', () => {
    expect(scoreOf([metric('a', 'good', { groups: ['constructor'] })]).groups[0]?.weight).toBe(100);
  });

  it('refuses weights over 100', () => {
    expect(() => scoreOf([metric('a', 'good')], { latency: 101 })).toThrow(StatisticsError);
    expect(() => scoreOf([metric('a', 'good')], { latency: -1 })).toThrow(StatisticsError);
  });
});

describe('a run of several judgements', () => {
  it('is decided by the last one; equal to marginal fails', () => {
    expect(kayentaRunPasses([10, 99], thresholds)).toBe(true);
    expect(kayentaRunPasses([99, 80], thresholds)).toBe(false);
    expect(kayentaRunPasses([80], { pass: 80, marginal: 80 })).toBe(false);
    expect(kayentaRunPasses([1])).toBe(true);
    expect(kayentaRunPasses([])).toBe(false);
  });
});
