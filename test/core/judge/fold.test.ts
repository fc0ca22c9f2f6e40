import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldAnswers, restartEvidence } from '../../../src/core/judge/fold.ts';
import type { Answer } from '../../../src/core/judge/rule.ts';
import { judgeStage } from '../../../src/core/judge/stage.ts';
import type { Evidence, JudgeSpec, Sample } from '../../../src/core/model/metric.ts';
import { WHOLE } from '../../../src/core/model/weight.ts';
import { both, errorsBelow, judge, look, only, requests, times } from './given.ts';

const stage = { stage: 'canary', width: 10_000 };
const fold = (spec: JudgeSpec, answers: readonly Answer[]): Evidence =>
  foldAnswers(undefined, spec, { ...stage, answers });

describe('folding windows into evidence', () => {
  const sample = fc.option(
    fc
      .record({ bad: fc.integer({ min: 0, max: 20 }), more: fc.integer({ min: 0, max: 80 }) })
      .map(({ bad, more }): Sample => requests(bad, bad + more)),
    { freq: 6 },
  );
  const answer = fc.record({ candidate: sample, baseline: sample });
  const specs: readonly JudgeSpec[] = [
    errorsBelow(0.1, { minSamples: 100 }),
    errorsBelow(0.1, { minSamples: 0, for: 30_000 }),
    errorsBelow(0.1, { minSamples: 50, failures: 2 }),
    judge({ rule: { type: 'compare', with: 'stable', method: 'regression' }, minSamples: 50 }),
    judge({ rule: { type: 'compare', with: 'stable', method: 'sequential' } }),
  ];

  it('is the same for any partition of the windows into ticks, late, doubled or overlapping', () => {
    const windows = fc.array(answer, { minLength: 1, maxLength: 40 });
    const ticks = fc.array(fc.record({ upTo: fc.nat(40), back: fc.nat(5), committed: fc.boolean() }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(windows, ticks, fc.constantFrom(...specs), (answers, schedule, spec) => {
        const whole = fold(spec, answers);
        let kept: Evidence | undefined;
        for (const { upTo, back, committed } of [...schedule, { upTo: answers.length, back: 0, committed: true }]) {
          const from = Math.max(0, (kept?.folded ?? 0) - back);
          const seen = foldAnswers(kept, spec, { ...stage, from, answers: answers.slice(from, upTo) });
          // A look whose numbers were not committed never was.
          if (committed) kept = seen;
        }
        expect(kept).toEqual(whole);
        const judged = (evidence: Evidence | undefined): unknown =>
          judgeStage({ look: look([spec]), evidence: evidence ? [evidence] : [] });
        expect(judged(kept)).toEqual(judged(whole));
      }),
    );
  });

  it('folds nothing across a gap: a window that nobody asked for stays to be asked', () => {
    const three = fold(errorsBelow(0.1), times(3, only(requests(0, 10))));
    expect(foldAnswers(three, errorsBelow(0.1), { ...stage, from: 5, answers: [only(requests(9, 10))] })).toBe(three);
  });

  it('counts a window as judged when every arm that the judge needs has answered', () => {
    const compared = judge({ rule: { type: 'compare', with: 'stable', method: 'regression' } });
    const evidence = fold(compared, [both(requests(1, 9), requests(0, 9)), only(requests(1, 9)), both(null, null)]);
    expect(evidence).toMatchObject({ folded: 3, answered: 1, silent: 2, candidate: { bad: 1, total: 9 } });
  });

  it('takes an answer of another kind for none', () => {
    const evidence = fold(errorsBelow(0.1), [only({ kind: 'value', value: 1 })]);
    expect(evidence).toMatchObject({ folded: 1, answered: 0, silent: 1, candidate: null });
  });

  it('begins anew in another stage and after a restart, keeping what was recorded of the baseline', () => {
    const spec = judge({ rule: { type: 'compare', with: 'stable', method: 'sequential' } });
    const canary = fold(spec, times(4, both(requests(1, 100), requests(2, 400))));
    const next = foldAnswers(canary, spec, { stage: 'beta', width: 5_000, answers: [] });
    expect(next).toMatchObject({ stage: 'beta', folded: 0, candidate: null });
    expect(next.extra).toMatchObject({ width: 5_000, recorded: { sample: requests(8, 1_600), span: 40_000 } });
    const again = foldAnswers(restartEvidence(next), spec, { stage: 'beta', width: 5_000, answers: [] });
    expect(again.extra).toEqual(next.extra);
  });

  it('compares with the recorded windows once the candidate has all the traffic', () => {
    const spec = judge({ rule: { type: 'compare', with: 'stable', method: 'sequential' } });
    const canary = fold(spec, times(10, both(requests(0, 100), requests(1, 100))));
    const full = { stage: 'full', width: 10_000, weight: WHOLE };
    const bad = foldAnswers(canary, spec, { ...full, answers: times(10, only(requests(10, 100))) });
    expect(bad.failedAt).not.toBeNull();
    // Four times what ten of 1,000 show, where twice is allowed: that can be chance.
    const unsure = foldAnswers(canary, spec, { ...full, answers: times(10, only(requests(4, 100))) });
    expect(unsure.failedAt).toBeNull();
    const good = foldAnswers(canary, spec, { ...full, answers: times(10, only(requests(1, 100))) });
    expect(good.failedAt).toBeNull();
  });
});
