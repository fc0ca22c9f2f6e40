import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldAnswers } from '../../../src/core/judge/fold.ts';
import { judgeStage } from '../../../src/core/judge/stage.ts';
import type { JudgeSpec, Sample } from '../../../src/core/model/metric.ts';
import { errorsBelow, judge, look, only, requests, times } from './given.ts';

const failedAt = (spec: JudgeSpec, samples: readonly (Sample | null)[]): number | null =>
  foldAnswers(undefined, spec, { stage: 'canary', width: 10_000, answers: samples.map(only) }).failedAt;
const said = (spec: JudgeSpec, samples: readonly (Sample | null)[]) =>
  judgeStage({ look: look([spec]), evidence: [], answers: new Map([[spec.id, { answers: samples.map(only) }]]) })
    .verdicts[0]!;

describe('threshold', () => {
  it('R-102 error rate < 1 %: fails when the stage so far has 1 % or more, and says so with numbers', () => {
    const verdict = said(errorsBelow(0.01), [requests(46, 756), ...times(9, requests(0, 0))]);
    expect(verdict.verdict).toBe('fail');
    expect(verdict.because).toBe('errors 6.1% (46 of 756), allowed below 1%');
    expect(said(errorsBelow(0.01), times(10, requests(1, 101))).verdict).toBe('pass');
    expect(said(errorsBelow(0.01), times(10, requests(1, 100))).verdict).toBe('fail');
  });

  it('R-102 response time < 2000 ms is read at the wanted quantile', () => {
    const spec = judge({ metric: 'latency', kind: 'histogram', read: 'p95', rule: { type: 'below', bound: 2 } });
    const of = (slow: number): Sample => ({
      kind: 'histogram',
      bounds: [0.5, 1, 2, 4],
      counts: [100 - slow, 0, 0, slow, 0],
    });
    expect(said(spec, times(10, of(1)))).toMatchObject({ verdict: 'pass', samples: 1_000 });
    expect(said(spec, times(10, of(10)))).toMatchObject({
      verdict: 'fail',
      because: 'latency p95 3 s, allowed below 2 s',
    });
  });

  it('R-102 success rate > 99 % is the other side of the errors', () => {
    const spec = judge({ read: 'success', better: 'lower', rule: { type: 'above', bound: 0.99 } });
    expect(said(spec, times(10, requests(0, 100))).verdict).toBe('pass');
    expect(said(spec, times(10, requests(3, 100)))).toMatchObject({
      verdict: 'fail',
      because: 'success 97% (970 of 1,000), allowed above 99%',
    });
  });

  it('does not fail before enough samples were seen, and then at that very window', () => {
    expect(failedAt(errorsBelow(0.01, { minSamples: 500 }), times(10, requests(10, 100)))).toBe(4);
    expect(failedAt(errorsBelow(0.01, { minSamples: 5_000 }), times(10, requests(10, 100)))).toBeNull();
  });

  it('judges the whole evidence of the stage unless windows are asked for: one noisy window weighs little', () => {
    const noisy = [...times(6, requests(0, 100)), requests(5, 100), ...times(3, requests(0, 100))];
    expect(failedAt(errorsBelow(0.01), noisy)).toBeNull();
    expect(failedAt(errorsBelow(0.01, { failures: 1 }), noisy)).toBeNull();
    expect(failedAt(errorsBelow(0.01, { for: 10_000 }), noisy)).toBe(6);
  });

  it('fails when more than `failures` windows breach, not at the last one allowed', () => {
    const breach = requests(5, 100);
    const fine = requests(0, 100);
    const spec = errorsBelow(0.02, { failures: 2, minSamples: 0 });
    expect(failedAt(spec, [breach, fine, breach, fine, fine])).toBeNull();
    expect(failedAt(spec, [breach, fine, breach, fine, breach])).toBe(4);
  });

  it('fails only when the breach lasts as long as `for` says, silent windows neither counted nor ending it', () => {
    const breach = requests(5, 100);
    const spec = errorsBelow(0.02, { for: 30_000, minSamples: 0 });
    expect(failedAt(spec, [breach, breach, requests(0, 100), breach, breach])).toBeNull();
    expect(failedAt(spec, [breach, breach, null, requests(0, 0), breach])).toBe(4);
  });

  it('tests a gauge window by window', () => {
    const spec = judge({ metric: 'cpu', kind: 'value', rule: { type: 'below', bound: 80 }, failures: 0 });
    const cpu = (value: number): Sample => ({ kind: 'value', value });
    expect(failedAt(spec, [cpu(20), cpu(81), cpu(20)])).toBe(1);
    expect(failedAt(spec, [cpu(20), cpu(79), cpu(20)])).toBeNull();
  });

  it('reads throughput per second over the windows that answered', () => {
    const spec = judge({ metric: 'throughput', kind: 'count', better: 'higher', rule: { type: 'above', bound: 500 } });
    expect(failedAt(spec, [{ kind: 'count', count: 5_001 }])).toBeNull();
    expect(failedAt(spec, [{ kind: 'count', count: 5_001 }, null, { kind: 'count', count: 4_000 }])).toBe(2);
  });

  it('stays failed whatever comes after, and decides like a plain loop would', () => {
    const windows = fc.array(fc.record({ bad: fc.nat(9), good: fc.nat(30) }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(windows, fc.integer({ min: 0, max: 300 }), (some, minSamples) => {
        const samples = some.map(({ bad, good }) => requests(bad, bad + good));
        let [bad, total] = [0, 0];
        let expected: number | null = null;
        some.forEach((one, index) => {
          bad += one.bad;
          total += one.bad + one.good;
          if (expected === null && total > 0 && total >= minSamples && bad / total >= 0.2) expected = index;
        });
        expect(failedAt(errorsBelow(0.2, { minSamples }), samples)).toBe(expected);
      }),
    );
  });
});
