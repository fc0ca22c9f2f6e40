import { describe, expect, it } from 'vitest';
import { foldAnswers, forgetEvidence, lendEvidence } from '../../../src/core/judge/fold.ts';
import { recordedOf } from '../../../src/core/judge/recorded.ts';
import { traceOf } from '../../../src/core/judge/trace.ts';
import { windowsIn } from '../../../src/core/judge/window.ts';
import { WHOLE } from '../../../src/core/model/weight.ts';
import type { Evidence, JudgeSpec } from '../../../src/core/model/metric.ts';
import { both, errorsBelow, judge, requests, times } from './given.ts';

const compare = (method: 'sequential' | 'regression' | 'mann-whitney'): JudgeSpec =>
  judge({ id: method, rule: { type: 'compare', with: 'stable', method }, minSamples: 50 });
const specs = [errorsBelow(0.01), compare('sequential'), compare('regression'), compare('mann-whitney')];
const stage = (name: string): { readonly stage: string; readonly width: number; readonly planned: number } => ({
  stage: name,
  width: 10_000,
  planned: windowsIn(0, 300_000, 10_000),
});
const bad = times(30, 0).map((_, index) => both(requests(20 + (index % 3), 100), requests(index % 2, 100)));
const well = times(30, 0).map((_, index) => both(requests(index % 2, 100), requests((index + 1) % 2, 100)));

describe('evidence that a person passed over', () => {
  for (const spec of specs)
    it(`R-308 begins anew as if nothing had been seen, apart from what was recorded of the baseline: ${spec.id}`, () => {
      const failed = foldAnswers(undefined, spec, { ...stage('canary'), answers: bad });
      expect(failed.failedAt).not.toBeNull();
      const again = foldAnswers(forgetEvidence(failed), spec, { ...stage('canary/2'), answers: well });
      const fresh = foldAnswers(undefined, spec, { ...stage('canary/2'), answers: well });
      const sums = ({ extra: _, ...rest }: Evidence): unknown => rest;
      expect(sums(again)).toEqual(sums(fresh));
      expect(again.extra?.['series']).toEqual(fresh.extra?.['series']);
      // What was recorded guesses the base rate; none of the old evidence is left.
      expect(Math.max(0, ...(traceOf(again)?.logs ?? []))).toBeLessThan(0.5);
      expect(Math.max(0, ...(traceOf(failed)?.logs ?? [0]))).toBeGreaterThan(spec.id === 'sequential' ? 10 : -1);
      if (spec.rule.type === 'compare')
        expect(recordedOf(again)).toEqual({ sample: requests(15, 3_000), span: 300_000 });
    });

  it('R-308 begins a stage with all the traffic anew with what is left of the budget, and lends another rule a whole one', () => {
    const spec = compare('sequential');
    const part = foldAnswers(undefined, spec, { ...stage('canary'), answers: well });
    const all = foldAnswers(part, spec, { ...stage('all'), weight: WHOLE, answers: bad });
    expect(all.failedAt).not.toBeNull();
    const again = foldAnswers(forgetEvidence(all), spec, { ...stage('all/2'), weight: WHOLE, answers: well });
    expect([all.extra?.['spent'], again.extra?.['spent']]).toEqual([0, 1]);
    expect(lendEvidence(all).extra).not.toHaveProperty('spent');
  });
});
