import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chiSquareTail } from '../../../src/core/statistics/distribution.ts';
import { meanEffect } from '../../../src/core/statistics/effect.ts';
import { tTest, zTestProportions } from '../../../src/core/statistics/fixed.ts';
import { StatisticsError } from '../../../src/core/statistics/impossible.ts';
import { momentsOf } from '../../../src/core/statistics/moments.ts';
import { normalOf, uniforms } from './chance.ts';

const effects = fc.record({
  estimate: fc.double({ min: -10, max: 10, noNaN: true }),
  standardError: fc.double({ min: 0.01, max: 10, noNaN: true }),
  dof: fc.double({ min: 1, max: 1e6, noNaN: true }),
});
const levels = fc.constantFrom(0.001, 0.01, 0.05, 0.2);

describe('the t test', () => {
  it('R-603 calls an effect significant exactly when its interval leaves 0 out', () => {
    fc.assert(
      fc.property(effects, levels, fc.constantFrom('two-sided', 'greater', 'less'), (effect, alpha, alternative) => {
        const { p, lower, upper } = tTest(effect, { alpha, alternative });
        fc.pre(Math.abs(p - alpha) > 1e-9);
        expect(lower > 0 || upper < 0).toBe(p < alpha);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('has tails that sum to one, and the smaller twice as its two-sided p', () => {
    fc.assert(
      fc.property(effects, (effect) => {
        const p = (alternative: 'two-sided' | 'greater' | 'less') => tTest(effect, { alpha: 0.05, alternative }).p;
        expect(p('greater') + p('less')).toBeCloseTo(1, 9);
        expect(p('two-sided')).toBeCloseTo(2 * Math.min(p('greater'), p('less')), 9);
      }),
    );
  });

  it('becomes the z test with many degrees of freedom', () => {
    const effect = { estimate: 2.1, standardError: 1 };
    const z = tTest(effect, { alpha: 0.05 });
    expect(z.p).toBeCloseTo(0.0357288, 6);
    const t = tTest({ ...effect, dof: 1e7 }, { alpha: 0.05 });
    expect(t.p).toBeCloseTo(z.p, 6);
    expect(t.lower).toBeCloseTo(z.lower, 5);
  });

  it('R-603 has a uniform p when there is no effect, with unequal arms and variances', () => {
    const next = uniforms(11);
    const arm = (n: number, sd: number) => momentsOf(Array.from({ length: n }, () => 5 + sd * normalOf(next)));
    const runs = 4000;
    const ps = Array.from({ length: runs }, () => {
      const effect = meanEffect(arm(12, 1), arm(30, 4), 'absolute');
      return effect ? tTest(effect, { alpha: 0.05 }).p : NaN;
    }).toSorted((one, other) => one - other);
    const distance = Math.max(...ps.map((p, index) => Math.abs(p - (index + 0.5) / runs)));
    // The Kolmogorov bound at one in a thousand is 1.95/sqrt(runs).
    expect(distance).toBeLessThan(1.95 / Math.sqrt(runs));
  });

  it.each([0, 1, -0.1, NaN])('refuses alpha %d', (alpha) => {
    expect(() => tTest({ estimate: 1, standardError: 1 }, { alpha })).toThrow(StatisticsError);
  });
  it('refuses an effect without an error', () => {
    expect(() => tTest({ estimate: 1, standardError: 0 }, { alpha: 0.05 })).toThrow(StatisticsError);
  });
});

describe('the z test of two proportions', () => {
  const counts = fc.tuple(fc.nat(50), fc.nat(50)).map(([successes, rest]) => ({ n: successes + rest, successes }));

  it('is the chi-square test of the table', () => {
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const tested = zTestProportions(a, b, { alpha: 0.05 });
        fc.pre(tested !== undefined);
        const share = (a.successes + b.successes) / (a.n + b.n);
        const cells = [a, b].flatMap(({ n, successes }) => [
          [successes, n * share],
          [n - successes, n * (1 - share)],
        ]) as [number, number][];
        const statistic = cells.reduce((sum, [seen, expected]) => sum + (seen - expected) ** 2 / expected, 0);
        expect(tested.p).toBeCloseTo(chiSquareTail(statistic, 1), 9);
      }),
    );
  });

  it('has no value for an empty arm, for none and for all', () => {
    const [none, all, some] = [
      { n: 9, successes: 0 },
      { n: 9, successes: 9 },
      { n: 9, successes: 4 },
    ];
    expect(zTestProportions(none, none, { alpha: 0.05 })).toBeUndefined();
    expect(zTestProportions(all, all, { alpha: 0.05 })).toBeUndefined();
    expect(zTestProportions({ n: 0, successes: 0 }, some, { alpha: 0.05 })).toBeUndefined();
    expect(zTestProportions(none, all, { alpha: 0.05 })?.p).toBeLessThan(0.001);
  });
});
