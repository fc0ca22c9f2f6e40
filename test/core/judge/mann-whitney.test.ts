import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldAnswers } from '../../../src/core/judge/fold.ts';
import type { Answer } from '../../../src/core/judge/rule.ts';
import { judgeStage } from '../../../src/core/judge/stage.ts';
import type { JudgeSpec, Sample, Verdict } from '../../../src/core/model/metric.ts';
import { fromPercent } from '../../../src/core/model/weight.ts';
import { T0, both, judge, look } from './given.ts';
import { binomial, normal, poisson, seeded } from './random.ts';

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
/** Gauges that stand still, the candidate's so much higher. */
const shiftless = (count: number, by: number): readonly Answer[] =>
  Array.from({ length: count }, () => both(gauge(100 + by), gauge(100)));
const failedAt = (spec: JudgeSpec, answers: readonly Answer[], planned = 60): number | null =>
  foldAnswers(undefined, spec, { stage: 's', width: 10_000, weight: fromPercent(25), planned, answers }).failedAt;
const saidOf = (spec: JudgeSpec, answers: readonly Answer[], windows: number): Verdict => {
  const end = T0 + windows * 10_000;
  const at = look([spec], { now: end + 60_000, end, watchedUntil: end, bake: windows * 10_000, windows });
  const [said] = judgeStage({ look: at, evidence: [], answers: new Map([[spec.id, { answers }]]) }).verdicts;
  if (!said) throw new Error('there is no verdict');
  return said;
};

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

  it('R-309 fails where its whole interval lies on the bad side: there is no band beside what was allowed', () => {
    // Seven readings each, spread by 6 around a shift of 2.5: the interval begins just above 0.
    const { verdict, because } = saidOf(compare(), shifted(20, 2.5), 20);
    expect(because).toMatch(/: worse: cpu shifted by 0\.\d+ to /);
    expect(verdict).toBe('fail');
    expect(saidOf(compare({}, { dryRun: true }), shifted(20, 2.5), 20).because).toMatch(/: worse: /);
  });

  it('R-309 says "no worse" only where the interval includes no difference', () => {
    fc.assert(
      fc.property(fc.double({ min: -8, max: 8, noNaN: true }), fc.boolean(), (by, higher) => {
        const spec = compare({}, higher ? { better: 'higher' } : {});
        const { because, verdict } = saidOf(spec, shifted(20, by), 20);
        const [, word, from, to] = /: (worse|no worse): cpu shifted by (\S+) to (\S+),/.exec(because) ?? [];
        const beyond = higher ? Number(to) < 0 : Number(from) > 0;
        expect(word).toBe(beyond ? 'worse' : 'no worse');
        expect(verdict).toBe(beyond ? 'fail' : 'pass');
      }),
    );
  });

  it('R-309 a shift that is there and allowed is called neither worse than allowed nor no worse', () => {
    const allowing = (rule: Partial<Compare>) => saidOf(compare(rule), shifted(20, 20), 20);
    expect(allowing({ tolerance: 30 }).because).toContain(': no worse than allowed: cpu shifted by ');
    expect(allowing({ tolerance: 20 }).because).toContain(': worse, but not surely by more than allowed: ');
    expect(allowing({ ratio: 1.3 }).because).toContain(': worse, but not surely by more than allowed: ');
    expect(allowing({ tolerance: 30 }).verdict).toBe('pass');
    expect(saidOf(compare({}, { failures: 1 }), shifted(10, 20), 10).because).toContain(': worse: ');
  });

  it('R-605 a ratio is what may be, not a number that the means happen to exceed', () => {
    const random = seeded(3);
    let failed = 0;
    for (let rollout = 0; rollout < 200; rollout++) {
      const answers = Array.from({ length: 60 }, () =>
        both(gauge(1.3 * (100 + 10 * normal(random))), gauge(100 + 10 * normal(random))),
      );
      if (failedAt(compare({ ratio: 1.3 }), answers) !== null) failed += 1;
    }
    expect(failed / 200).toBeLessThanOrEqual(0.05);
  });

  it('R-605 candidates that are no worse fail in at most alpha of rollouts, with ties and with skewed readings too', () => {
    const draws: readonly ((random: () => number) => number)[] = [
      (random) => 100 + 10 * normal(random),
      (random) => Math.exp(2 * normal(random)),
      (random) => poisson(random, 3),
    ];
    for (const draw of draws) {
      const random = seeded(5);
      let failed = 0;
      for (let rollout = 0; rollout < 300; rollout++) {
        const answers = Array.from({ length: 60 }, () => both(gauge(draw(random)), gauge(draw(random))));
        if (failedAt(compare(), answers) !== null) failed += 1;
      }
      expect(failed / 300).toBeLessThanOrEqual(0.05);
    }
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

describe('mann-whitney of arms that hold little', () => {
  const STAGE = { stage: 's', width: 12_000, weight: fromPercent(5), planned: 300 };
  const errors = compare({}, { kind: 'proportion', metric: 'error-rate', minSamples: 100 });
  const arms = (random: () => number, rate: number): Answer =>
    both(
      { kind: 'proportion', bad: binomial(random, 12, rate), total: 12 },
      { kind: 'proportion', bad: binomial(random, 228, 0.02), total: 228 },
    );
  const failures = (
    spec: JudgeSpec,
    window: (random: () => number) => Answer,
    { rollouts = 100, windows = STAGE.planned }: { readonly rollouts?: number; readonly windows?: number } = {},
  ): number => {
    const random = seeded(9);
    let failed = 0;
    for (let rollout = 0; rollout < rollouts; rollout++) {
      const answers = Array.from({ length: windows }, () => window(random));
      if (foldAnswers(undefined, spec, { ...STAGE, planned: windows, answers }).failedAt !== null) failed += 1;
    }
    return failed / rollouts;
  };
  const baskets = (random: () => number, n: number, times = 1): Sample => {
    const all = Array.from({ length: n }, () => times * Math.exp(normal(random)));
    const sum = all.reduce((one, other) => one + other, 0);
    return { kind: 'mean', sum, n, sumSquares: all.reduce((one, other) => one + other * other, 0) };
  };

  it('R-605 pools windows until both have enough events: rare ones of a small arm look no better, nor worse', () => {
    const conversion = { ...errors, better: 'higher' } as const;
    expect(failures(errors, (random) => arms(random, 0.02))).toBeLessThanOrEqual(0.05);
    expect(failures(conversion, (random) => arms(random, 0.02))).toBeLessThanOrEqual(0.05);
    expect(failures(errors, (random) => arms(random, 0.08), { rollouts: 20 })).toBeGreaterThan(0.9);
    expect(failures(conversion, (random) => arms(random, 0.002), { rollouts: 20 })).toBeGreaterThan(0.9);
  });

  it('R-605 and of skewed sizes until their mean is hardly skewed', () => {
    const basket = compare({}, { kind: 'mean', metric: 'basket', better: 'higher', minSamples: 100 });
    const window = (times: number) => (random: () => number) => both(baskets(random, 12, times), baskets(random, 60));
    expect(failures(basket, window(1), { rollouts: 40 })).toBeLessThanOrEqual(0.05);
    expect(failures(basket, window(0.5), { rollouts: 10 })).toBeGreaterThan(0.9);
  });

  it('R-605 counts per share of traffic', () => {
    const counts = compare({}, { kind: 'count', metric: 'orders', better: 'higher' });
    const window =
      (times: number) =>
      (random: () => number): Answer =>
        both({ kind: 'count', count: poisson(random, 2 * times) }, { kind: 'count', count: poisson(random, 38) });
    expect(failures(counts, window(1))).toBeLessThanOrEqual(0.05);
    expect(failures(counts, window(0.4), { rollouts: 20 })).toBeGreaterThan(0.9);
    // Over a long stage the shapes of a small and a large arm's counts would look like a difference.
    expect(failures(counts, window(1), { rollouts: 40, windows: 2_400 })).toBeLessThanOrEqual(0.05);
  });

  it('R-309 does not pass what it could not look at, and says what a reading takes', () => {
    const answers = Array.from({ length: 30 }, (_, index) =>
      both({ kind: 'proportion', bad: index % 3 ? 0 : 1, total: 100 }, { kind: 'proportion', bad: 1, total: 300 }),
    );
    const end = T0 + 300_000;
    const at = look([errors], { now: end + 60_000, end, watchedUntil: end, bake: 300_000, windows: 30 });
    const said = judgeStage({ look: at, evidence: [], answers: new Map([[errors.id, { answers }]]) }).verdicts[0];
    expect(said).toMatchObject({ verdict: 'undecided' });
    expect(said?.because).toMatch(
      /; 1 of 10 readings that a look needs, and one takes 1,50\d observations of each arm$/,
    );
  });

  it('R-309 shows a shift of successes as successes', () => {
    const success = { ...errors, read: 'success' };
    const answers = Array.from({ length: 30 }, (_, index) =>
      both(
        { kind: 'proportion', bad: 30 + (index % 5), total: 100 },
        { kind: 'proportion', bad: 60 + (index % 7), total: 300 },
      ),
    );
    const end = T0 + 300_000;
    const at = look([success], { now: end + 60_000, end, watchedUntil: end, bake: 300_000, windows: 30 });
    const said = judgeStage({ look: at, evidence: [], answers: new Map([[success.id, { answers }]]) }).verdicts[0];
    expect(said).toMatchObject({ verdict: 'fail' });
    expect(said?.because).toMatch(/: worse: success shifted by -\d+(\.\d+)?% to -\d+(\.\d+)?%, /);
  });

  it('R-309 of readings that never move decides from twenty on', () => {
    const still = (count: number, by: number) => failedAt(compare(), shiftless(count, by), 20);
    expect(still(19, 5)).toBeNull();
    expect(still(20, 5)).toBe(19);
    expect(still(20, 0)).toBeNull();
  });

  it('R-605 finds a candidate that always fails and whose clients retry, and withholds where it may be no worse', () => {
    const asked = compare({ sampleRatio: 0.25 }, { kind: 'proportion', metric: 'error-rate', minSamples: 100 });
    const window =
      (total: number, bad: number) =>
      (random: () => number): Answer =>
        both({ kind: 'proportion', bad, total }, { kind: 'proportion', bad: binomial(random, 228, 0.02), total: 228 });
    expect(failures(asked, window(36, 36), { rollouts: 3 })).toBe(1);
    expect(failures(asked, window(18, 6), { rollouts: 3 })).toBe(0);
  });
});
