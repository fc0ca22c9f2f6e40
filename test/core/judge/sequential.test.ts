import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldAnswers, restartEvidence } from '../../../src/core/judge/fold.ts';
import type { Answer } from '../../../src/core/judge/rule.ts';
import { betsOf, logEvidence } from '../../../src/core/judge/sequential/bets.ts';
import { neededFor } from '../../../src/core/judge/sequential/mean.ts';
import { marginsOf } from '../../../src/core/judge/sequential/margin.ts';
import { judgeStage } from '../../../src/core/judge/stage.ts';
import { Evidence, type JudgeSpec, type Sample } from '../../../src/core/model/metric.ts';
import { WHOLE, fromPercent } from '../../../src/core/model/weight.ts';
import { T0, both, judge, look, requests, times } from './given.ts';
import { binomial, seeded } from './random.ts';

type Compare = Extract<JudgeSpec['rule'], { type: 'compare' }>;

const compare = (more: Partial<JudgeSpec> = {}, rule: Partial<Compare> = {}): JudgeSpec =>
  judge({ rule: { type: 'compare', with: 'stable', method: 'sequential', alpha: 0.05, ...rule }, ...more });

const stage = { stage: 'canary', width: 10_000, weight: fromPercent(25), planned: 30 };
const fold = (spec: JudgeSpec, answers: readonly Answer[], before?: Evidence): Evidence =>
  foldAnswers(before, spec, { ...stage, answers });
const evidenceOf = (spec: JudgeSpec, evidence: Evidence): number =>
  logEvidence(betsOf(evidence)?.logs ?? [0], marginsOf(spec).length);

const histogram = (counts: readonly number[]): Sample => ({ kind: 'histogram', bounds: [0.1, 0.2, 0.5, 1], counts });
const whole = fc.nat({ max: 60 });

/** One window of a kind, both arms. */
const windows: Readonly<Record<string, { readonly spec: JudgeSpec; readonly window: fc.Arbitrary<Sample> }>> = {
  proportion: {
    spec: compare({}, { ratio: 1.2, tolerance: 0.01 }),
    window: fc.tuple(whole, whole).map(([a, b]) => requests(Math.min(a, b), Math.max(a, b))),
  },
  count: { spec: compare({ kind: 'count' }), window: whole.map((count) => ({ kind: 'count', count })) },
  histogram: {
    spec: compare({ kind: 'histogram', read: 'p95' }),
    window: fc.tuple(whole, whole, whole, whole, whole).map(histogram),
  },
  mean: {
    spec: compare({ kind: 'mean', minSamples: 100 }),
    window: fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: 1, maxLength: 40 }).map((all) => ({
      kind: 'mean',
      n: all.length,
      sum: all.reduce((sum, one) => sum + one, 0),
      sumSquares: all.reduce((sum, one) => sum + one * one, 0),
    })),
  },
  value: {
    spec: compare({ kind: 'value' }),
    window: fc.double({ min: 0, max: 100, noNaN: true }).map((value) => ({ kind: 'value', value })),
  },
  'mann-whitney': {
    spec: compare({ kind: 'value' }, { method: 'mann-whitney' }),
    window: fc.double({ min: 0, max: 100, noNaN: true }).map((value) => ({ kind: 'value', value })),
  },
};

describe('evidence of a comparison', () => {
  it.each(Object.entries(windows))(
    'R-605 of a %s is the same bit for bit, whoever looked when, twice, or after a restart',
    (_, { spec, window }) => {
      const answer = fc.record({ candidate: fc.option(window, { freq: 9 }), baseline: fc.option(window, { freq: 9 }) });
      const looks = fc.array(fc.record({ upTo: fc.nat(60), again: fc.nat(5), restarts: fc.boolean() }), {
        maxLength: 12,
      });
      fc.assert(
        fc.property(fc.array(answer, { minLength: 1, maxLength: 60 }), looks, (answers, schedule) => {
          const once = fold(spec, answers);
          let kept: Evidence | undefined;
          for (const { upTo, again, restarts } of [...schedule, { upTo: answers.length, again: 0, restarts: false }]) {
            const from = Math.max(0, (kept?.folded ?? 0) - again);
            kept = foldAnswers(kept, spec, { ...stage, from, answers: answers.slice(from, Math.max(from, upTo)) });
            if (restarts) kept = Evidence.parse(JSON.parse(JSON.stringify(kept)));
          }
          expect(kept).toEqual(once);
        }),
        { numRuns: 40 },
      );
    },
  );

  it('never becomes less when one more of the candidate’s requests fails than would have', () => {
    const window = fc
      .tuple(fc.nat(20), fc.nat(20))
      .map(([bad, stableBad]) => both(requests(bad, 60), requests(stableBad, 180)));
    fc.assert(
      fc.property(fc.array(window, { minLength: 3, maxLength: 20 }), window, (earlier, last) => {
        const before = fold(compare(), earlier);
        const more = both(requests((last.candidate as { bad: number }).bad + 1, 60), last.baseline);
        const [less, worse] = [fold(compare(), [last], before), fold(compare(), [more], before)];
        expect(evidenceOf(compare(), worse)).toBeGreaterThanOrEqual(evidenceOf(compare(), less) - 1e-12);
      }),
    );
  });

  it('of what is better when higher mirrors that of its complement', () => {
    const lower = compare({ better: 'lower' });
    const higher = compare({ better: 'higher' });
    // Below one half: at one half exactly either event may be the rare one.
    const windowOf = fc.tuple(fc.nat(29), fc.nat(89));
    fc.assert(
      fc.property(fc.array(windowOf, { minLength: 2, maxLength: 20 }), (all) => {
        const bad = all.map(([a, b]) => both(requests(a, 60), requests(b, 180)));
        const good = all.map(([a, b]) => both(requests(60 - a, 60), requests(180 - b, 180)));
        expect(evidenceOf(higher, fold(higher, good))).toBeCloseTo(evidenceOf(lower, fold(lower, bad)), 8);
      }),
    );
  });

  it('falls where the candidate is better, and rises where it is worse, in both directions', () => {
    const better = times(20, both(requests(1, 100), requests(9, 300)));
    const worse = times(20, both(requests(9, 100), requests(9, 300)));
    expect(evidenceOf(compare(), fold(compare(), better))).toBeLessThan(-0.5);
    expect(evidenceOf(compare(), fold(compare(), worse))).toBeGreaterThan(10);
    const orders = compare({ better: 'higher' });
    expect(evidenceOf(orders, fold(orders, better))).toBeGreaterThan(5);
    expect(evidenceOf(orders, fold(orders, worse))).toBeLessThan(-0.5);
  });

  it('bets nothing on a first window, and nothing where an arm has no traffic', () => {
    expect(evidenceOf(compare(), fold(compare(), [both(requests(50, 50), requests(0, 50))]))).toBe(0);
    const idle = [
      both(requests(1, 50), requests(1, 50)),
      both(requests(0, 0), requests(40, 50)),
      both(requests(40, 50), requests(0, 0)),
    ];
    expect(evidenceOf(compare(), fold(compare(), idle))).toBe(0);
  });

  it('needs both ratio and tolerance exceeded where both are given', () => {
    const worse = times(20, both(requests(6, 100), requests(6, 300)));
    const failedAt = (rule: Partial<Compare>) => fold(compare({}, rule), worse).failedAt;
    expect(failedAt({ ratio: 1.5 })).not.toBeNull();
    expect(failedAt({ tolerance: 0.01 })).not.toBeNull();
    expect(failedAt({ ratio: 1.5, tolerance: 0.01 })).not.toBeNull();
    expect(failedAt({ ratio: 1.5, tolerance: 0.05 })).toBeNull();
    expect(failedAt({ ratio: 4, tolerance: 0.01 })).toBeNull();
  });

  it('of counts knows how much traffic each arm had', () => {
    const spec = compare({ kind: 'count', metric: 'errors' });
    const count = (events: number): Sample => ({ kind: 'count', count: events });
    const answers = times(20, both(count(10), count(30)));
    const failedWith = (percent: number) =>
      foldAnswers(undefined, spec, { ...stage, answers, weight: fromPercent(percent) }).failedAt;
    expect(failedWith(25)).toBeNull();
    expect(failedWith(5)).not.toBeNull();
  });

  it('of counts stands still while the candidate has less than its stage gives it', () => {
    const spec = compare({ kind: 'count', metric: 'errors' });
    const answers = times(30, both({ kind: 'count', count: 10 }, { kind: 'count', count: 10 }));
    const held = foldAnswers(undefined, spec, { ...stage, answers, steady: false });
    expect(held.failedAt).toBeNull();
    expect(fold(spec, answers).failedAt).not.toBeNull();
  });

  it('of a quantile sees a slower tail, and allows what ratio and tolerance allow', () => {
    const usual = histogram([200, 60, 30, 8, 2]);
    const slower = histogram([60, 20, 14, 5, 1]);
    const spec = (rule: Partial<Compare> = {}) => compare({ kind: 'histogram', read: 'p95', metric: 'latency' }, rule);
    const answers = times(30, both(slower, usual));
    expect(fold(spec(), answers).failedAt).not.toBeNull();
    expect(fold(spec({ ratio: 2 }), answers).failedAt).toBeNull();
    expect(fold(spec({ tolerance: 0.5 }), answers).failedAt).toBeNull();
  });

  it('of means waits for enough observations', () => {
    const arm = (mean: number): Sample => ({ kind: 'mean', n: 10, sum: 10 * mean, sumSquares: 10 * (mean * mean + 1) });
    const spec = compare({ kind: 'mean', metric: 'size', minSamples: 0 });
    const answers = times(30, both(arm(9), arm(5)));
    expect(fold(spec, answers).failedAt).toBe(9);
    expect(fold({ ...spec, minSamples: 200 }, answers).failedAt).toBe(19);
  });

  it('R-605 of means that lie around 0 waits for a thousand observations, and not for ten thousand', () => {
    const arm = (mean: number): Sample => ({ kind: 'mean', n: 50, sum: 50 * mean, sumSquares: 50 * (mean * mean + 1) });
    const spec = compare({ kind: 'mean', metric: 'balance', minSamples: 0 }, { tolerance: 0.1, ratio: 1 });
    expect(fold(spec, times(40, both(arm(0.5), arm(0.01)))).failedAt).toBe(19);
    expect(fold(spec, times(40, both(arm(0.01), arm(0.01)))).failedAt).toBeNull();
    expect(neededFor(spec, { candidate: arm(0.01), baseline: arm(-0.01) })).toBe(1_000);
    // Of a mean that is told from 0 the spread is skewness.
    expect(neededFor(spec, { candidate: arm(0.1), baseline: arm(0.1) })).toBeGreaterThan(9_000);
  });
});

describe('evidence over stages', () => {
  const worse = times(4, both(requests(3, 100), requests(3, 300)));

  it('is a product: a pause, another stage or another process never starts it again', () => {
    const spec = compare();
    const canary = fold(spec, worse);
    const beta = foldAnswers(canary, spec, { ...stage, answers: [], stage: 'beta' });
    expect(evidenceOf(spec, beta)).toBe(evidenceOf(spec, canary));
    expect(evidenceOf(spec, foldAnswers(beta, spec, { ...stage, answers: worse, stage: 'beta' }))).toBeGreaterThan(
      evidenceOf(spec, canary),
    );
    expect(evidenceOf(spec, fold(spec, [], restartEvidence(canary)))).toBe(evidenceOf(spec, canary));
  });

  it.each(Object.entries(windows).filter(([name]) => name !== 'mann-whitney'))(
    'of a %s is carried into the next stage unchanged',
    (_, { spec, window }) => {
      fc.assert(
        fc.property(fc.array(fc.tuple(window, window), { minLength: 25, maxLength: 40 }), (all) => {
          const canary = fold(
            spec,
            all.map(([candidate, baseline]) => both(candidate, baseline)),
          );
          expect(evidenceOf(spec, foldAnswers(canary, spec, { ...stage, answers: [], stage: 'beta' }))).toBe(
            evidenceOf(spec, canary),
          );
        }),
        { numRuns: 20 },
      );
    },
  );

  it('becomes a regression against the kept windows once the candidate has all the traffic', () => {
    const spec = compare();
    const canary = fold(spec, times(10, both(requests(0, 100), requests(1, 300))));
    const full = { stage: 'full', weight: WHOLE };
    const bad = foldAnswers(canary, spec, { ...stage, ...full, answers: times(10, both(requests(4, 100), null)) });
    expect(bad.failedAt).not.toBeNull();
  });

  it('R-605 has spent what it has spent of its budget when a share is lowered again after all the traffic', () => {
    const spec = compare();
    const canary = fold(spec, times(10, both(requests(2, 100), requests(3, 300))));
    const full = foldAnswers(canary, spec, {
      ...stage,
      stage: 'full',
      weight: WHOLE,
      answers: times(10, both(requests(1, 100), null)),
    });
    const again = foldAnswers(full, spec, { ...stage, stage: 'full/2', answers: [] });
    const begun = foldAnswers(full, spec, {
      ...stage,
      stage: 'full/2',
      answers: [both(requests(0, 0), requests(0, 0))],
    });
    expect(evidenceOf(spec, canary)).not.toBe(0);
    expect(evidenceOf(spec, again)).toBe(evidenceOf(spec, canary));
    expect(evidenceOf(spec, begun)).toBe(evidenceOf(spec, canary));
  });
});

describe('what a comparison says', () => {
  const said = (spec: JudgeSpec, answers: readonly Answer[], more: Parameters<typeof look>[1] = {}) =>
    judgeStage({ look: look([spec], more), evidence: [], answers: new Map([[spec.id, { answers }]]) }).verdicts[0];

  it('R-309 how strong the evidence is, where it fails, and how severe what it shows is', () => {
    const answers = [
      both(requests(1, 100), requests(8, 1_500)),
      ...times(5, both(requests(9, 131), requests(13, 2_566))),
    ];
    const verdict = said(compare(), answers);
    expect(verdict).toMatchObject({ verdict: 'fail', severity: 'critical' });
    expect(verdict?.because).toMatch(
      /^errors 6\.1% \(46 of 755\) against 0\.51% \(73 of 14,330\): evidence 10\^\d+, rollback at 20$/,
    );
  });

  it('that it is no worse', () => {
    const fine = said(compare({ then: 'pause' }), times(10, both(requests(1, 400), requests(7, 1_200))));
    expect(fine).toMatchObject({ verdict: 'pass' });
    expect(fine).not.toHaveProperty('severity');
    expect(fine?.because).toMatch(/: no worse: evidence below 1, pause at 20$/);
  });

  it('fails without waiting for min-samples, and does not pass without them', () => {
    const spec = compare({ minSamples: 5_000 });
    expect(said(spec, times(10, both(requests(20, 40), requests(1, 120))))?.verdict).toBe('fail');
    const fine = said(spec, times(10, both(requests(1, 100), requests(3, 300))));
    expect(fine).toMatchObject({ verdict: 'undecided' });
    expect(fine?.because).toMatch(/; 1,000 samples, 5,000 are needed: about 7 min more at this pace$/);
  });

  it('of a plan made before judges had shares, with the usual budget', () => {
    const { alpha: _, ...rule } = compare().rule as Compare;
    expect(said(judge({ rule }), times(10, both(requests(1, 100), requests(3, 300))))?.because).toMatch(
      /rollback at 20$/,
    );
  });
});

describe('arms that did not get the planned traffic', () => {
  const spec = compare({}, { sampleRatio: 0.25 });
  const at25 = (candidate: number, stable: number, bad = 0) =>
    times(10, both(requests(bad, candidate), requests(1, stable)));
  const verdict = (answers: readonly Answer[], one = spec, more: Parameters<typeof look>[1] = {}) =>
    judgeStage({ look: look([one], more), evidence: [], answers: new Map([[one.id, { answers }]]) }).verdicts[0];

  it('R-605 hold the rollout at once, and both shares are named', () => {
    expect(verdict(at25(100, 900))).toMatchObject({ verdict: 'fail', then: 'pause', severity: 'high' });
    expect(verdict(at25(100, 900), spec, { now: T0 + 60_000 })).toMatchObject({ verdict: 'fail', then: 'pause' });
    expect(verdict(at25(100, 900))?.because).toMatch(
      /the candidate got 10% of what was counted, and 25% was planned: such arms cannot be compared; mend the routing, or take this share as it is: `resume`, or `promote --full`; `analysis.sample-ratio` is what is let be$/,
    );
    expect(verdict(at25(100, 900), { ...spec, then: 'notify' })).toMatchObject({ verdict: 'fail', then: 'notify' });
    expect(verdict(at25(100, 300, 50))).toMatchObject({ verdict: 'fail', then: 'rollback' });
  });

  it.each<readonly [string, number, number]>([
    ['clients retry twice what fails', 300, 300],
    ['half of the requests hang and are never counted', 50, 50],
  ])('R-605 do not hide a candidate that always fails: %s', (_, candidate, bad) => {
    const found = verdict(at25(candidate, 300, bad));
    expect(found).toMatchObject({ verdict: 'fail', then: 'rollback' });
    expect(found?.because).toMatch(/counted in its favour$/);
  });

  it('R-605 roll nothing back that may be no worse: what came or went may have been what failed', () => {
    expect(verdict(at25(150, 300, 50))).toMatchObject({ verdict: 'fail', then: 'pause' });
    expect(verdict(at25(60, 900, 1))).toMatchObject({ verdict: 'fail', then: 'pause' });
    const conversions = { ...spec, better: 'higher' } as const;
    const sales = (candidate: number, events: number) =>
      verdict(times(10, both(requests(events, candidate), requests(100, 300))), conversions);
    expect(sales(150, 0)).toMatchObject({ then: 'pause' });
    expect(sales(60, 0)).toMatchObject({ then: 'pause' });
    expect(sales(100, 0)).toMatchObject({ verdict: 'fail', then: 'rollback' });
  });

  it('R-605 are the same for whoever looks when', () => {
    const random = seeded(3);
    const answers = Array.from({ length: 12 }, () =>
      both(requests(binomial(random, 300, 0.5), 300), requests(binomial(random, 300, 0.01), 300)),
    );
    const whole = fold(spec, answers);
    let kept: Evidence | undefined;
    for (let at = 0; at < answers.length; at++)
      kept = Evidence.parse(
        JSON.parse(JSON.stringify(foldAnswers(kept, spec, { ...stage, from: at, answers: answers.slice(at, at + 1) }))),
      );
    expect(betsOf(whole)?.atBest).toBeDefined();
    expect(kept).toEqual(whole);
  });

  it('R-605 nor slow ones: surplus requests of a quantile count as the fastest', () => {
    const latency = compare({ kind: 'histogram', read: 'p95', metric: 'latency' }, { sampleRatio: 0.25 });
    const slow = (counts: readonly number[]) =>
      verdict(times(10, both(histogram(counts), histogram([260, 20, 15, 4, 1]))), latency);
    expect(slow([0, 0, 0, 300, 0])).toMatchObject({ verdict: 'fail', then: 'rollback' });
    expect(slow([100, 0, 0, 50, 0])).toMatchObject({ verdict: 'fail', then: 'pause' });
  });

  it('are let be within what is allowed, where few were counted, where nobody asks, and while the share is being reduced', () => {
    expect(verdict(at25(100, 350))?.verdict).toBe('pass');
    expect(verdict(times(10, both(requests(0, 1), requests(0, 5))))?.because).not.toMatch(/planned/);
    expect(verdict(at25(100, 900), compare())?.verdict).toBe('pass');
    expect(verdict(at25(100, 900), spec, { steady: false })?.verdict).toBe('pass');
  });

  it('are expected as they are where a copy of the stable version has a share of its own', () => {
    const copied = { copied: true, weight: fromPercent(25) };
    expect(verdict(at25(200, 400), spec, copied)?.verdict).toBe('pass');
    const withCopy = compare({}, { sampleRatio: 0.25, with: 'baseline' });
    expect(verdict(at25(300, 300), withCopy, copied)?.verdict).toBe('pass');
    expect(verdict(at25(300, 900), withCopy, copied)).toMatchObject({ verdict: 'fail', then: 'pause' });
  });
});
