import { describe, expect, it } from 'vitest';
import { foldAnswers } from '../../../src/core/judge/fold.ts';
import { usualRatio } from '../../../src/core/judge/regression.ts';
import { judgeStage } from '../../../src/core/judge/stage.ts';
import type { JudgeSpec, Sample } from '../../../src/core/model/metric.ts';
import { fromPercent } from '../../../src/core/model/weight.ts';
import { both, judge, look, requests, times } from './given.ts';

const compare = (more: Partial<JudgeSpec> = {}, limits: { ratio?: number; tolerance?: number } = {}): JudgeSpec =>
  judge({ rule: { type: 'compare', with: 'stable', method: 'regression', ...limits }, ...more });
const fails = (spec: JudgeSpec, candidate: Sample, baseline: Sample): boolean =>
  foldAnswers(undefined, spec, {
    stage: 's',
    width: 10_000,
    weight: fromPercent(50),
    answers: times(10, both(candidate, baseline)),
  }).failedAt !== null;

describe('regression', () => {
  it('R-121 allows response time 1.2, error rate 2.0, memory 1.3, throughput 0.8 times the baseline', () => {
    expect(usualRatio(compare({ metric: 'latency', kind: 'histogram' }))).toBe(1.2);
    expect(usualRatio(compare())).toBe(2);
    expect(usualRatio(compare({ metric: 'memory', kind: 'value' }))).toBe(1.3);
    expect(usualRatio(compare({ metric: 'throughput', kind: 'count', better: 'higher' }))).toBe(0.8);
  });

  it('R-121 detects a candidate that is slower, fails more, uses more memory or does less', () => {
    const mean = (value: number): Sample => ({ kind: 'mean', sum: value * 100, n: 100 });
    expect(fails(compare({ metric: 'latency', kind: 'mean' }), mean(1.25), mean(1))).toBe(true);
    expect(fails(compare({ metric: 'latency', kind: 'mean' }), mean(1.15), mean(1))).toBe(false);
    expect(fails(compare(), requests(5, 100), requests(2, 100))).toBe(true);
    expect(fails(compare(), requests(4, 100), requests(2, 100))).toBe(false);
    const memory = (value: number): Sample => ({ kind: 'value', value });
    expect(fails(compare({ metric: 'memory', kind: 'value' }), memory(140), memory(100))).toBe(true);
    expect(fails(compare({ metric: 'memory', kind: 'value' }), memory(125), memory(100))).toBe(false);
    const count = (value: number): Sample => ({ kind: 'count', count: value });
    const throughput = compare({ metric: 'throughput', kind: 'count', better: 'higher' });
    expect(fails(throughput, count(790), count(1_000))).toBe(true);
    expect(fails(throughput, count(810), count(1_000))).toBe(false);
  });

  it('averages a gauge over the windows, so that one odd window does not decide', () => {
    const gauge = (value: number): Sample => ({ kind: 'value', value });
    const answers = [...times(8, both(gauge(100), gauge(100))), both(gauge(180), gauge(100))];
    const spec = compare({ metric: 'memory', kind: 'value' });
    expect(foldAnswers(undefined, spec, { stage: 's', width: 1, answers }).failedAt).toBeNull();
  });

  it('does not call one error against none a regression: fewer than five say nothing', () => {
    expect(
      foldAnswers(undefined, compare(), {
        stage: 's',
        width: 10_000,
        answers: [both(requests(4, 1_000), requests(0, 9_000))],
      }).failedAt,
    ).toBeNull();
    expect(fails(compare(), requests(5, 1_000), requests(0, 9_000))).toBe(true);
  });

  it('takes a tolerance in the metric’s own unit; ratio and tolerance must both be exceeded', () => {
    expect(fails(compare({}, { tolerance: 0.03 }), requests(5, 100), requests(1, 100))).toBe(true);
    expect(fails(compare({}, { tolerance: 0.05 }), requests(5, 100), requests(1, 100))).toBe(false);
    expect(fails(compare({}, { ratio: 2, tolerance: 0.05 }), requests(5, 100), requests(1, 100))).toBe(false);
    expect(fails(compare({}, { ratio: 6, tolerance: 0.01 }), requests(5, 100), requests(1, 100))).toBe(false);
  });

  it('compares success by its errors: 0.8 times 99 % would never be missed', () => {
    expect(fails(compare({ read: 'success' }), requests(10, 100), requests(1, 100))).toBe(true);
  });

  it('R-121 says what was compared, with numbers', () => {
    const spec = compare();
    const answers = new Map([[spec.id, { answers: [both(requests(46, 756), requests(72, 14_330))] }]]);
    const { verdicts } = judgeStage({ look: look([spec]), evidence: [], answers });
    expect(verdicts[0]).toMatchObject({
      verdict: 'fail',
      because: 'errors 6.1% (46 of 756) against 0.5% (72 of 14,330), allowed at most 2 times it',
    });
  });
});
