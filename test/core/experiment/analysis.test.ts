import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verdictTick } from '../../../src/core/experiment/decision.ts';
import type { Analysis } from '../../../src/core/experiment/results.ts';
import type { ExperimentData, ExperimentMetric, MetricSums } from '../../../src/core/model/experiment.ts';
import { DAY, HOUR } from '../../../src/core/model/time.ts';
import { conversions, share, START } from './given.ts';
import { config, conversion, dataOf, firstArm, look, NOW, running } from './looking.ts';

function meanSums(values: readonly number[], before?: readonly number[]): MetricSums {
  const sum = (all: readonly number[]): number => all.reduce((total, value) => total + value, 0);
  const squares = (all: readonly number[]): number => sum(all.map((value) => value * value));
  const covariate = before && {
    sum: sum(before),
    sumSquares: squares(before),
    sumOfProducts: sum(values.map((value, index) => value * (before[index] ?? 0))),
  };
  return {
    kind: 'mean',
    n: values.length,
    sum: sum(values),
    sumSquares: squares(values),
    ...(covariate && { covariate }),
  };
}

describe('the report of one look', () => {
  it("R-603 is Welch's t test with interval, sizes and winner (GrowthBook's numbers for two means)", () => {
    const revenue: ExperimentMetric = { name: 'revenue', role: 'goal', kind: 'mean', better: 'higher' };
    const analysis = look(
      running([revenue]),
      dataOf({
        control: [3_000, { revenue: { kind: 'mean', n: 3_000, sum: 1_396.87, sumSquares: 52_377.9767 } }],
        treatment: [3_461, { revenue: { kind: 'mean', n: 3_461, sum: 2_422.7, sumSquares: 134_698.29 } }],
      }),
    );
    const { fixed } = firstArm(analysis);
    expect(fixed?.difference).toBeCloseTo(0.23437666, 6);
    const [va, vb] = [(52_377.9767 - 1_396.87 ** 2 / 3_000) / 2_999, (134_698.29 - 2_422.7 ** 2 / 3_461) / 3_460];
    const error = Math.sqrt(va / 3_000 + vb / 3_461);
    const dof = error ** 4 / ((va / 3_000) ** 2 / 2_999 + (vb / 3_461) ** 2 / 3_460);
    expect(fixed?.standardError).toBeCloseTo(error, 10);
    expect(fixed?.t).toBeCloseTo(0.23437666 / error, 4);
    expect(fixed?.dof).toBeCloseTo(dof, 6);
    expect(fixed?.level).toBe(0.95);
    expect(fixed && fixed.lower < fixed.difference && fixed.difference < fixed.upper).toBe(true);
    expect(fixed?.p).toBeGreaterThan(0.05);
    expect(fixed?.winner).toBeUndefined();
  });

  it('R-603 names the winner at p < 0.05, the control where the treatment is worse', () => {
    const better = look(running(), conversions(NOW, { control: [10_000, 500], treatment: [10_000, 570] }));
    expect(firstArm(better).fixed).toMatchObject({ winner: 'treatment' });
    const worse = look(running(), conversions(NOW, { control: [10_000, 570], treatment: [10_000, 500] }));
    expect(firstArm(worse).fixed).toMatchObject({ winner: 'control' });
  });

  it('R-605 is corrected by Holm over all goals and treatments', () => {
    const goals = [conversion, { ...conversion, name: 'signups' }];
    const sums = (one: number, two: number): Readonly<Record<string, MetricSums>> => ({
      conversion: share(10_000, one),
      signups: share(10_000, two),
    });
    const names = ['control', 'a', 'b'];
    const analysis = look(
      running(goals, names),
      dataOf({ control: [10_000, sums(500, 500)], a: [10_000, sums(570, 510)], b: [10_000, sums(505, 540)] }),
    );
    const all = analysis.metrics.flatMap(({ arms }) =>
      arms.map(({ fixed }) => [fixed?.p ?? 0, fixed?.adjusted ?? 0] as const),
    );
    const least = all.toSorted((one, other) => one[0] - other[0])[0];
    expect(least?.[1]).toBeCloseTo(4 * (least?.[0] ?? 0), 10);
    expect(firstArm(analysis).fixed?.p).toBeLessThan(0.05);
    expect(firstArm(analysis).fixed?.winner).toBeUndefined();
    expect(analysis.metrics.every(({ alpha }) => alpha === 0.05 / 4)).toBe(true);
  });
});

describe('an interval at any number of looks', () => {
  it('R-605 is wider than that of one look, and holds the estimate', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 3_000 }), fc.integer({ min: 20, max: 3_000 }), (a, b) => {
        const { effect, fixed, chance } = firstArm(
          look(running(), conversions(NOW, { control: [5_000, a], treatment: [5_000, b] })),
        );
        if (!effect || !fixed) throw new Error('no effect');
        expect(effect.lower).toBeLessThan(effect.estimate);
        expect(effect.upper).toBeGreaterThan(effect.estimate);
        expect(effect.p).toBeGreaterThanOrEqual(fixed.p);
        expect((chance ?? 0) > 0.5).toBe(b > a);
      }),
    );
  });

  it('R-605 calls a winner in at most 5 of 100 experiments without a difference, with a look every day', () => {
    // mulberry32, seeded: the same experiments on every machine.
    let seed = 20_261_121;
    const random = (): number => {
      seed = (seed + 0x6d2b79f5) | 0;
      let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
    };
    const draw = (n: number, p: number): number => {
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      return Math.max(0, Math.min(n, Math.round(n * p + normal * Math.sqrt(n * p * (1 - p)))));
    };
    let [sequential, peeking] = [0, 0];
    const experiments = 200;
    for (let run = 0; run < experiments; run += 1) {
      let [a, b] = [0, 0];
      let [called, peeked] = [false, false];
      for (let day = 1; day <= 20; day += 1) {
        a += draw(500, 0.1);
        b += draw(500, 0.1);
        const now = START + day * DAY;
        const analysis = look(running(), conversions(now, { control: [500 * day, a], treatment: [500 * day, b] }), now);
        called ||= ['won', 'lost'].includes(analysis.ruling.verdict);
        peeked ||= day > 1 && (firstArm(analysis).fixed?.p ?? 1) < 0.05;
      }
      if (called) sequential += 1;
      if (peeked) peeking += 1;
    }
    expect(sequential / experiments).toBeLessThanOrEqual(0.05);
    // What the same looks do to a test that is meant for one.
    expect(peeking / experiments).toBeGreaterThan(0.12);
  });

  it('R-605 narrows with what users did before (CUPED)', () => {
    const users = Array.from({ length: 2_000 }, (_, index) => index);
    const before = users.map((index) => (index % 97) + 1);
    const after = (lift: number): readonly number[] => before.map((value, index) => value * (1 + lift) + (index % 5));
    const revenue: ExperimentMetric = { name: 'revenue', role: 'goal', kind: 'mean', better: 'higher' };
    const of = (withBefore: boolean): Analysis =>
      look(
        running([revenue]),
        dataOf({
          control: [2_000, { revenue: meanSums(after(0), withBefore ? before : undefined) }],
          treatment: [2_000, { revenue: meanSums(after(0.03), withBefore ? before : undefined) }],
        }),
      );
    const [plain, adjusted] = [firstArm(of(false)), firstArm(of(true))];
    expect(plain.result).toBe('open');
    expect(adjusted.result).toBe('better');
    expect(adjusted.theta).toBeGreaterThan(0.9);
  });

  it('R-605 reads ratios, counts and quantiles, relative to the control', () => {
    const ratio: ExperimentMetric = { name: 'per-order', role: 'goal', kind: 'ratio', better: 'higher' };
    const crashes: ExperimentMetric = { name: 'crashes', role: 'secondary', kind: 'count', better: 'lower' };
    const load: ExperimentMetric = { name: 'load', role: 'secondary', kind: 'quantile', better: 'lower', q: 0.5 };
    const sums = (lift: number, count: number, counts: readonly number[]): Readonly<Record<string, MetricSums>> => ({
      'per-order': {
        kind: 'ratio',
        n: 4_000,
        numerator: { sum: 8_000 * lift, sumSquares: 20_000 * lift * lift },
        denominator: { sum: 4_000, sumSquares: 5_000 },
        sumOfProducts: 9_500 * lift,
      },
      crashes: { kind: 'count', count },
      load: { kind: 'quantile', bounds: [100, 200, 400], counts },
    });
    const analysis = look(
      running([ratio, crashes, load]),
      dataOf({
        control: [4_000, sums(1, 1_000, [1_000, 2_500, 450, 50])],
        treatment: [4_000, sums(1.2, 500, [3_500, 450, 40, 10])],
      }),
    );
    const [one, two, three] = analysis.metrics.map(({ arms }) => arms[0]);
    expect(one?.effect?.estimate).toBeCloseTo(0.2, 10);
    expect(one?.result).toBe('better');
    expect(two?.effect?.estimate).toBeCloseTo(-0.5, 10);
    expect(two?.result).toBe('better');
    expect(three?.effect?.estimate).toBeLessThan(-0.3);
    expect(three?.effect?.upper).toBeLessThanOrEqual(0);
  });
});

describe('the verdict', () => {
  const won = { control: [10_000, 500], treatment: [10_000, 700] } as const;
  const errors: ExperimentMetric = {
    name: 'errors',
    role: 'guardrail',
    kind: 'proportion',
    better: 'lower',
    margin: 0.1,
  };
  const withErrors = (control: number, treatment: number): ExperimentData =>
    conversions(NOW, won, {
      control: { errors: share(10_000, control) },
      treatment: { errors: share(10_000, treatment) },
    });

  it('R-605 asks first whether users arrive by the split, at any number of looks', () => {
    const off = look(running(), conversions(NOW, { control: [10_000, 500], treatment: [9_300, 900] }));
    expect(off.ruling.verdict).toBe('sample-ratio');
    expect(off.ratio.p).toBeLessThan(0.001);
    const near = look(running(), conversions(NOW, { control: [10_000, 500], treatment: [9_850, 700] }));
    expect(near.ruling.verdict).toBe('won');
    expect(near.ratio.p).toBeGreaterThan(near.ratio.chiSquare);
  });

  it('R-605 wants a guardrail with a margin shown to be within it, and one without not shown to be worse', () => {
    const strict = running([conversion, errors]);
    expect(look(strict, withErrors(3_000, 3_000)).ruling.verdict).toBe('won');
    const unclear = look(strict, withErrors(300, 310)).ruling;
    expect(unclear.verdict).toBe('collecting');
    expect(unclear.missing).toEqual([expect.stringContaining('is not yet shown to be at most 10% worse')]);
    expect(look(strict, withErrors(3_000, 4_000)).ruling).toMatchObject({
      verdict: 'guardrail-lost',
      variant: 'treatment',
    });
    const { margin: _, ...bare } = errors;
    expect(look(running([conversion, bare]), withErrors(300, 310)).ruling.verdict).toBe('won');
    expect(look(running([conversion, bare]), withErrors(300, 600)).ruling.verdict).toBe('guardrail-lost');
    expect(look(running([conversion, bare]), conversions(NOW, won)).ruling.verdict).toBe('collecting');
  });

  it('R-603 R-605 says harm early, and a winner only after 24 h and 1,000 users a variant', () => {
    const strict = running([conversion, errors]);
    const soon = START + HOUR;
    expect(look(strict, withErrors(1_000, 3_000), soon).ruling.verdict).toBe('guardrail-lost');
    expect(look(running(), conversions(soon, won), soon).ruling).toMatchObject({
      verdict: 'collecting',
      missing: ['23 h are left'],
    });
    const few = conversions(NOW, { control: [999, 20], treatment: [1_000, 300] });
    expect(look(running(), few).ruling.missing).toEqual(['control has 999 of 1,000 users']);
  });

  it('R-605 the goal that is shown to be worse is lost', () => {
    const { ruling } = look(running(), conversions(NOW, { control: [10_000, 700], treatment: [10_000, 500] }));
    expect(ruling).toMatchObject({ verdict: 'lost', variant: 'treatment' });
    expect(ruling.because).toContain('conversion of treatment is worse: -28.6%');
  });

  it('R-601 R-605 of several treatments the best one wins that hurts no guardrail', () => {
    const names = ['control', 'a', 'b'];
    const of = (converted: number, wrong: number): readonly [number, Readonly<Record<string, MetricSums>>] => [
      10_000,
      { conversion: share(10_000, converted), errors: share(10_000, wrong) },
    ];
    const data = dataOf({ control: of(500, 3_000), a: of(700, 3_000), b: of(900, 4_500) });
    expect(look(running([conversion, errors], names), data).ruling).toMatchObject({ verdict: 'won', variant: 'a' });
  });

  it('R-602 names users who crossed from one variant to another', () => {
    const s = look(running(), { ...conversions(NOW, won), crossed: 12 });
    expect(s.crossed).toBe(12);
  });

  it('a tick records a verdict when its word changes, and nothing when only numbers do', () => {
    const experiment = running();
    const ticking = { now: NOW, config };
    expect(
      verdictTick(experiment, conversions(NOW, { control: [500, 20], treatment: [500, 25] }), ticking),
    ).toBeUndefined();
    const first = verdictTick(experiment, conversions(NOW, won), ticking);
    expect(first).toMatchObject({ verdict: 'won', variant: 'treatment', by: { kind: 'sluice' } });
    if (!first) throw new Error('no decision');
    const more = conversions(NOW + DAY, { control: [20_000, 1_000], treatment: [20_000, 1_400] });
    expect(verdictTick({ ...experiment, decision: first }, more, { ...ticking, now: NOW + DAY })).toBeUndefined();
    expect(verdictTick({ ...experiment, state: 'stopped' }, conversions(NOW, won), ticking)).toBeUndefined();
  });
});
