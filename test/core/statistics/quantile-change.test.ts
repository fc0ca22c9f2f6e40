import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cumulative } from '../../../src/core/statistics/cumulative.ts';
import { StatisticsError } from '../../../src/core/statistics/impossible.ts';
import { quantileTestOfBuckets } from '../../../src/core/statistics/quantile.ts';
import { quantileChange } from '../../../src/core/statistics/quantile-change.ts';
import { normalOf, shareOfRuns } from './chance.ts';

const bounds = Array.from({ length: 60 }, (_, index) => (index + 1) / 10);
const bucketsOf = (values: readonly number[], at: readonly number[] = bounds): Cumulative => ({
  n: values.length,
  bounds: at,
  atOrBelow: at.map((bound) => values.filter((value) => value <= bound).length),
});
const values = fc.array(fc.double({ min: 0.01, max: 6.5, noNaN: true }), { minLength: 1, maxLength: 200 });
const pushed = fc
  .tuple(values, fc.double({ min: 0.5, max: 3, noNaN: true }))
  .map(([all, factor]) => all.map((value) => factor * (value + 1)));
const quantile = fc.constantFrom(0.1, 0.5, 0.9, 0.95);
const options = { tOpt: 100, alphaOpt: 0.05, alpha: 0.05 };

describe('the change of a quantile from buckets', () => {
  it('R-605 has a p below alpha just where its interval leaves no change out', () => {
    fc.assert(
      fc.property(values, pushed, quantile, (a, moved, q) => {
        const { p, ratio, difference } = quantileChange(bucketsOf(a), bucketsOf(moved), { q, ...options });
        const isSeen = p < options.alpha;
        expect(difference.lower > 0 || difference.upper < 0).toBe(isSeen);
        expect(ratio !== undefined && (ratio.lower > 1 || ratio.upper < 1)).toBe(isSeen);
      }),
      { numRuns: 300 },
    );
  });

  it('R-605 sees nothing between values of two buckets that touch, which could be the same', () => {
    const of = (value: number): Cumulative => bucketsOf(Array.from({ length: 200 }, () => value));
    const at = { q: 0.5, ...options };
    expect(quantileChange(of(1.05), of(1.15), at)).toMatchObject({ p: 1, ratio: { lower: 1 } });
    const apart = quantileChange(of(1.05), of(1.25), at);
    expect(apart.p).toBeLessThan(0.0001);
    expect(apart.ratio?.lower).toBeCloseTo(1.2 / 1.1, 9);
  });

  it('never says more than the test of the values in the same buckets', () => {
    fc.assert(
      fc.property(values, values, quantile, (a, b, q) => {
        const [one, other] = [bucketsOf(a), bucketsOf(b.map((value) => value + 1))];
        const { p } = quantileChange(one, other, { q, ...options });
        expect(p).toBeGreaterThanOrEqual(quantileTestOfBuckets(one, other, { q, tOpt: 100, alphaOpt: 0.05 }));
      }),
    );
  });

  it('turns its sign with its arms, and contains the difference of the sample quantiles', () => {
    fc.assert(
      fc.property(values, values, quantile, (a, b, q) => {
        const [one, other] = [bucketsOf(a), bucketsOf(b)];
        const up = quantileChange(one, other, { q, ...options });
        const down = quantileChange(other, one, { q, ...options });
        expect(down.p).toBeCloseTo(up.p, 12);
        expect(down.difference.lower).toBeCloseTo(-up.difference.upper, 9);
        const at = (all: readonly number[]): number =>
          all.toSorted((x, y) => x - y)[Math.ceil(q * all.length) - 1] ?? NaN;
        expect(up.difference.lower).toBeLessThanOrEqual(at(b) - at(a));
        expect(up.difference.upper).toBeGreaterThanOrEqual(at(b) - at(a));
      }),
    );
  });

  it('has no ratio where the quantile of the first arm may be below 0, and knows nothing of no values', () => {
    const signed = bounds.map((bound) => bound - 3);
    const arm = bucketsOf([-1, 0, 1, 2], signed);
    expect(quantileChange(arm, arm, { q: 0.5, ...options }).ratio).toBeUndefined();
    const none = bucketsOf([]);
    expect(quantileChange(none, none, { q: 0.5, ...options })).toMatchObject({ p: 1, ratio: { lower: 0 } });
  });

  it('R-605 leaves out the true ratio at any of 10 looks in at most alpha of the runs', () => {
    const misses = shareOfRuns(60, (next) => {
      const arms = [1, 1.5].map((factor) => ({ factor, atOrBelow: bounds.map(() => 0) }));
      for (let seen = 1; seen <= 10; seen++) {
        for (const { factor, atOrBelow } of arms)
          for (let index = 0; index < 50; index++) {
            const value = factor * Math.exp(normalOf(next) / 2);
            bounds.forEach((bound, at) => (atOrBelow[at] = (atOrBelow[at] ?? 0) + (value <= bound ? 1 : 0)));
          }
        const [a, b] = arms.map(({ atOrBelow }): Cumulative => ({ n: 50 * seen, bounds, atOrBelow }));
        const { ratio } = a && b ? quantileChange(a, b, { q: 0.75, ...options }) : {};
        if (ratio && (ratio.lower > 1.5 || ratio.upper < 1.5)) return true;
      }
      return false;
    });
    expect(misses).toBeLessThanOrEqual(0.05);
  });

  it('refuses histograms that do not compare', () => {
    expect(() => quantileChange(bucketsOf([1]), bucketsOf([1], [1, 2]), { q: 0.5, ...options })).toThrow(
      StatisticsError,
    );
  });
});
