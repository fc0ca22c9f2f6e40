import { describe, expect, it } from 'vitest';
import { foldAnswers } from '../../../src/core/judge/fold.ts';
import type { Answer } from '../../../src/core/judge/rule.ts';
import { judgeStage } from '../../../src/core/judge/stage.ts';
import type { JudgeSpec, Sample } from '../../../src/core/model/metric.ts';
import { fromPercent } from '../../../src/core/model/weight.ts';
import { T0, both, judge, look } from './given.ts';

type Compare = Extract<JudgeSpec['rule'], { type: 'compare' }>;

const compare = (rule: Partial<Compare> = {}, more: Partial<JudgeSpec> = {}): JudgeSpec =>
  judge({
    id: 'cpu',
    metric: 'cpu',
    kind: 'value',
    rule: { type: 'compare', with: 'stable', method: 'mann-whitney', alpha: 0.05, ...rule },
    ...more,
  });
const gauge = (value: number): Sample => ({ kind: 'value', value });
/** Readings that go round: the same distribution in both arms but for a shift of the candidate's. */
const shifted = (count: number, by: number): readonly Answer[] =>
  Array.from({ length: count }, (_, index) => both(gauge(100 + by + (index % 7)), gauge(100 + ((3 * index) % 7))));
const failedAt = (spec: JudgeSpec, answers: readonly Answer[], planned = 60): number | null =>
  foldAnswers(undefined, spec, { stage: 's', width: 10_000, weight: fromPercent(25), planned, answers }).failedAt;

describe('mann-whitney', () => {
  it('R-309 finds a shift, at its own moments only: after every fifth of the planned windows, and never before ten', () => {
    expect(failedAt(compare(), shifted(60, 20), 60)).toBe(11);
    expect(failedAt(compare(), shifted(60, 20), 300)).toBe(59);
    expect(failedAt(compare(), shifted(60, 20), 20)).toBe(9);
    expect(failedAt(compare(), shifted(11, 20), 60)).toBeNull();
  });

  it('finds none where there is none, or where it is good', () => {
    expect(failedAt(compare(), shifted(60, 0))).toBeNull();
    expect(failedAt(compare(), shifted(60, -20))).toBeNull();
    expect(failedAt(compare({}, { better: 'higher' }), shifted(60, -20))).not.toBeNull();
    expect(failedAt(compare({}, { better: 'higher' }), shifted(60, 20))).toBeNull();
  });

  it('allows an absolute tolerance, and a ratio of the means', () => {
    expect(failedAt(compare({ tolerance: 30 }), shifted(60, 20))).toBeNull();
    expect(failedAt(compare({ tolerance: 10 }), shifted(60, 20))).not.toBeNull();
    expect(failedAt(compare({ ratio: 1.3 }), shifted(60, 20))).toBeNull();
    expect(failedAt(compare({ ratio: 1.1 }), shifted(60, 20))).not.toBeNull();
  });

  it('finds small readings as well as large ones', () => {
    const small = shifted(60, 20).map(({ candidate, baseline }) =>
      both(gauge((candidate as { value: number }).value / 1e6), gauge((baseline as { value: number }).value / 1e6)),
    );
    expect(failedAt(compare(), small)).toBe(11);
  });

  it('looks more strictly each time, in the next stage too', () => {
    const options = { width: 10_000, weight: fromPercent(25), planned: 20 };
    const canary = foldAnswers(undefined, compare(), { ...options, stage: 'canary', answers: shifted(20, 0) });
    const beta = foldAnswers(canary, compare(), { ...options, stage: 'beta', answers: shifted(10, 0) });
    expect(canary.extra?.['series']).toMatchObject({ looks: 2 });
    expect(beta.extra?.['series']).toMatchObject({
      looks: 3,
      last: [1 - 0.05 / 12, expect.any(Number), expect.any(Number)],
    });
  });

  it('says what it found, how sure it is, and until then when it will look', () => {
    const said = (answers: readonly Answer[], now = T0 + 160_000) =>
      judgeStage({ look: look([compare()], { now }), evidence: [], answers: new Map([['cpu', { answers }]]) })
        .verdicts[0];
    expect(said(shifted(4, 0), T0 + 100_000)?.because).toMatch(/: judged after every 10 windows, so far 4/);
    expect(said(shifted(10, 0))).toMatchObject({ verdict: 'pass' });
    expect(said(shifted(10, 0))?.because).toMatch(/: no worse: cpu shifted by -\d.* to \d.*, 97\.5% sure$/);
    expect(said(shifted(10, 20))).toMatchObject({ verdict: 'fail', severity: 'medium' });
  });
});
