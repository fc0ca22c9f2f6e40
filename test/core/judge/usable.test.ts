import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldAnswers } from '../../../src/core/judge/fold.ts';
import type { Answer } from '../../../src/core/judge/rule.ts';
import { judgeStage } from '../../../src/core/judge/stage.ts';
import { whyUnusable } from '../../../src/core/judge/usable.ts';
import type { Evidence, JudgeSpec, Sample } from '../../../src/core/model/metric.ts';
import { fromPercent } from '../../../src/core/model/weight.ts';
import { both, errorsBelow, judge, look, only, requests, times } from './given.ts';

type Compare = Extract<JudgeSpec['rule'], { type: 'compare' }>;

const KINDS = ['proportion', 'count', 'mean', 'histogram', 'value'] as const;
const METHODS = ['sequential', 'regression', 'mann-whitney'] as const;

const compare = (kind: JudgeSpec['kind'], method: Compare['method']): JudgeSpec =>
  judge({ kind, minSamples: 10, rule: { type: 'compare', with: 'stable', method, alpha: 0.05, sampleRatio: 0.25 } });
const fold = (spec: JudgeSpec, answers: readonly Answer[]): Evidence =>
  foldAnswers(undefined, spec, { stage: 'canary', width: 10_000, weight: fromPercent(25), answers, planned: 20 });

/** Whatever a broken source, query or adapter might give. */
const junk: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 0, 1e99, 1e308, 1e-308, -0),
  fc.double({ min: 0, max: 500, noNaN: true }),
);
const list = (length: number): fc.Arbitrary<number[]> => fc.array(junk, { minLength: length, maxLength: length });
const samples: Readonly<Record<JudgeSpec['kind'], fc.Arbitrary<Sample>>> = {
  proportion: fc.record({ kind: fc.constant('proportion' as const), bad: junk, total: junk }),
  count: fc.record({ kind: fc.constant('count' as const), count: junk }),
  mean: fc.record(
    { kind: fc.constant('mean' as const), sum: junk, n: junk, sumSquares: junk },
    { requiredKeys: ['kind', 'sum', 'n'] },
  ),
  histogram: fc.record(
    {
      kind: fc.constant('histogram' as const),
      bounds: fc.constantFrom([0.1, 0.5, 1], [0.1, 0.25, 0.5, 1], [1, 0.5], []),
      counts: fc.oneof(list(4), list(5), list(2)),
      sum: junk,
    },
    { requiredKeys: ['kind', 'bounds', 'counts'] },
  ),
  value: fc.record({ kind: fc.constant('value' as const), value: junk }),
};

/** Every number in it, however deep. */
function numbersIn(value: unknown): readonly number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

describe('answers that cannot be', () => {
  it.each(KINDS.flatMap((kind) => METHODS.map((method) => [kind, method] as const)))(
    'R-309 never get into the sums or the evidence of a %s, judged by %s',
    (kind, method) => {
      const sample = fc.option(samples[kind], { freq: 9 });
      const answer = fc.record({ candidate: sample, baseline: sample });
      fc.assert(
        fc.property(fc.array(answer, { minLength: 1, maxLength: 40 }), (answers) => {
          const spec = compare(kind, method);
          const evidence = fold(spec, answers);
          expect(numbersIn(evidence).filter((one) => !Number.isFinite(one))).toEqual([]);
          const judged = judgeStage({ look: look([spec]), evidence: [evidence] });
          const said = judged.verdicts[0]?.because.replace(/ could not be used: .*$/, '');
          expect(said).not.toMatch(/NaN|Infinity|undefined/);
        }),
        { numRuns: 60 },
      );
    },
  );

  it.each<readonly [string, Sample]>([
    ['a number that is none', requests(Number.NaN, 10)],
    ['an endless total', requests(1, Number.POSITIVE_INFINITY)],
    ['fewer than no events', requests(-1, 10)],
    ['far more bad events than events', requests(50, 20)],
    ['fewer than no counts', { kind: 'count', count: -3 }],
    ['squares that the sum cannot have', { kind: 'mean', sum: 100, n: 10, sumSquares: 10 }],
    ['a bucket of fewer than none', { kind: 'histogram', bounds: [1, 2], counts: [1, -1, 0] }],
    ['more buckets than boundaries have', { kind: 'histogram', bounds: [1, 2], counts: [1, 1, 0, 0] }],
    ['boundaries that fall', { kind: 'histogram', bounds: [2, 1], counts: [1, 1, 0] }],
  ])('are recognised: %s', (_, sample) => {
    expect(whyUnusable(sample)).toBeDefined();
  });

  it('R-803 are not what `increase()` extrapolates: fractions, and a little more bad events than events', () => {
    expect(whyUnusable(requests(1.25, 13.7))).toBeUndefined();
    expect(whyUnusable(requests(12.4, 12.1))).toBeUndefined();
    const broken = fold(compare('proportion', 'sequential'), [
      ...times(5, both(requests(0, 40.5), requests(0.7, 121.3))),
      ...times(5, both(requests(41.2, 40.5), requests(0.7, 121.3))),
    ]);
    expect(broken.failedAt).not.toBeNull();
    expect(broken).toMatchObject({ silent: 0, answered: 10 });
  });

  it('R-309 count as silence, and the verdict says what they were', () => {
    const verdict = (answers: readonly Answer[]) =>
      judgeStage({
        look: look([errorsBelow(0.1)]),
        evidence: [],
        answers: new Map([['error-rate', { answers }]]),
      }).verdicts[0];
    const silent = verdict([...times(7, only(requests(1, 100))), ...times(3, only(requests(50, 20)))]);
    expect(silent).toMatchObject({ verdict: 'no-data' });
    expect(silent?.because).toMatch(/says nothing about errors: 3 windows could not be used: 50 bad of only 20$/);
    const few = verdict([...times(2, only(requests(-1, 20))), ...times(8, only(requests(1, 100)))]);
    expect(few?.because).toMatch(/only 8 of 10 windows were judged, 2 windows could not be used: -1 bad of 20$/);
  });

  it('R-309 are windows whose histogram has other boundaries than those before', () => {
    const spec = judge({ kind: 'histogram', metric: 'latency', read: 'p95', rule: { type: 'below', bound: 0.6 } });
    const old: Sample = { kind: 'histogram', bounds: [0.1, 0.5, 1], counts: [900, 100, 0, 0] };
    const other: Sample = { kind: 'histogram', bounds: [0.1, 0.25, 0.5, 1], counts: [900, 50, 50, 0, 0] };
    const evidence = fold(spec, [...times(3, only(old)), ...times(20, only(other))]);
    expect(evidence).toMatchObject({ failedAt: null, answered: 3, silent: 20 });
    expect(evidence.candidate).toEqual({ ...old, counts: [2_700, 300, 0, 0] });
  });

  it('R-309 are the same however windows are cut into looks', () => {
    const spec = compare('proportion', 'sequential');
    const answers = [requests(1, 50), requests(9, 3), requests(2, 50), requests(Number.NaN, 3), requests(0, 50)].map(
      (one) => both(one, requests(1, 150)),
    );
    const whole = fold(spec, answers);
    let kept: Evidence | undefined;
    for (let upTo = 1; upTo <= answers.length; upTo++)
      kept = foldAnswers(kept, spec, {
        stage: 'canary',
        width: 10_000,
        weight: fromPercent(25),
        planned: 20,
        from: upTo - 1,
        answers: answers.slice(upTo - 1, upTo),
      });
    expect(kept).toEqual(whole);
    expect(whole.extra?.['unusable']).toMatchObject({ windows: 2 });
  });
});
