import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cumulative } from '../../../src/core/statistics/cumulative.ts';
import { StatisticsError } from '../../../src/core/statistics/impossible.ts';
import {
  doubleStitching,
  quantileInterval,
  quantileTest,
  quantileTestOfBuckets,
} from '../../../src/core/statistics/quantile.ts';
import { normalOf, shareOfRuns } from './chance.ts';

const integers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
const bucketsOf = (values: readonly number[], bounds: readonly number[]): Cumulative => ({
  n: values.length,
  bounds,
  atOrBelow: bounds.map((bound) => values.filter((value) => value <= bound).length),
});
const samples = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 300 });
const quantile = fc.constantFrom(0.1, 0.5, 0.9, 0.95, 0.99);
const options = { tOpt: 100, alpha: 0.05 };

describe('interval of one quantile from buckets', () => {
  it('contains the sample quantile, and coarser buckets give a wider interval around the finer one', () => {
    const fine = integers(0, 300);
    const coarse = fine.filter((bound) => bound % 25 === 0);
    fc.assert(
      fc.property(samples, quantile, (values, q) => {
        const one = quantileInterval(bucketsOf(values, fine), { q, ...options });
        const middle = values.toSorted((x, y) => x - y)[Math.ceil(q * values.length) - 1] ?? NaN;
        expect(one.lower < middle && middle <= one.upper).toBe(true);
        const other = quantileInterval(bucketsOf(values, coarse), { q, ...options });
        expect(other.lower).toBeLessThanOrEqual(one.lower);
        expect(other.upper).toBeGreaterThanOrEqual(one.upper);
      }),
    );
  });

  it('mirrors when the values change sign', () => {
    fc.assert(
      fc.property(samples, quantile, (values, q) => {
        // Bounds between the values, so that "at or below" and "at or above" are the same question.
        const bounds = integers(0, 301).map((bound) => bound - 0.5);
        const up = quantileInterval(bucketsOf(values, bounds), { q, ...options });
        const down = quantileInterval(
          bucketsOf(
            values.map((value) => 300 - value),
            bounds,
          ),
          { q: 1 - q, ...options },
        );
        expect([300 - down.upper, 300 - down.lower]).toEqual([up.lower, up.upper]);
      }),
    );
  });

  it('is open at both ends without data and beyond the last bound, and short at 1e9 observations', () => {
    const open = { lower: -Infinity, upper: Infinity };
    expect(quantileInterval({ n: 0, bounds: [1, 2], atOrBelow: [0, 0] }, { q: 0.5, ...options })).toEqual(open);
    const slow = quantileInterval({ n: 1e4, bounds: [1, 2], atOrBelow: [10, 20] }, { q: 0.95, ...options });
    expect(slow).toEqual({ lower: 2, upper: Infinity });
    const bounds = integers(1, 1_000);
    const many: Cumulative = { n: 1e9, bounds, atOrBelow: bounds.map((bound) => bound * 1e6) };
    expect(quantileInterval(many, { q: 0.9505, tOpt: 1e6, alpha: 0.05 })).toEqual({ lower: 950, upper: 951 });
  });

  it('R-605 leaves out the true quantile at any of 10 looks in at most alpha of the runs', () => {
    const bounds = integers(1, 40).map((bound) => bound / 10);
    const misses = shareOfRuns(60, (next) => {
      const atOrBelow = bounds.map(() => 0);
      for (let look = 1; look <= 10; look++) {
        for (let value = 0; value < 50; value++) {
          const seen = Math.exp(normalOf(next) / 2);
          bounds.forEach((bound, index) => (atOrBelow[index] = (atOrBelow[index] ?? 0) + (seen <= bound ? 1 : 0)));
        }
        const { lower, upper } = quantileInterval({ n: 50 * look, bounds, atOrBelow }, { q: 0.9, ...options });
        // exp(1.2816/2), the 90th percentile of exp(Z/2).
        if (lower > 1.898 || upper < 1.898) return true;
      }
      return false;
    });
    expect(misses).toBeLessThanOrEqual(0.05);
  });

  it('refuses counts that fall and quantiles outside (0, 1)', () => {
    const histogram: Cumulative = { n: 10, bounds: [1, 2], atOrBelow: [5, 9] };
    expect(() => quantileInterval(histogram, { q: 1, ...options })).toThrow(StatisticsError);
    expect(() => quantileInterval({ ...histogram, atOrBelow: [9, 5] }, { q: 0.5, ...options })).toThrow(
      StatisticsError,
    );
  });
});

describe('same quantile in two arms', () => {
  it.each([
    [0.5, 70, 0.814_704],
    [0.5, 100, 0.005_494_7],
  ])('agrees with confseq at quantile %d and a shift of %i', (q, shift, p) => {
    expect(quantileTest(integers(1, 1_000), integers(1 + shift, 1_000 + shift), { q, tOpt: 100 })).toBeCloseTo(p, 5);
  });

  it('does not depend on which arm is which, nor on the unit, and never rejects equal samples', () => {
    fc.assert(
      fc.property(samples, samples, quantile, (a, b, q) => {
        const test = { q, tOpt: 100 };
        const p = quantileTest(a, b, test);
        expect(quantileTest(b, a, test)).toBeCloseTo(p, 9);
        const double = (values: readonly number[]): readonly number[] => values.map((value) => 2 * value + 1);
        expect(quantileTest(double(a), double(b), test)).toBe(p);
        expect(quantileTest(a, a, test)).toBe(1);
      }),
    );
  });

  it('from buckets never says more than from the values, and the same from a bucket for each value', () => {
    const fine = integers(0, 300);
    const coarse = fine.filter((bound) => bound % 25 === 0);
    fc.assert(
      fc.property(samples, samples, quantile, (a, b, q) => {
        const moved = b.map((value) => Math.min(300, value + 100));
        const test = { q, tOpt: 100 };
        const p = quantileTest(a, moved, test);
        const of = (bounds: readonly number[]): number =>
          quantileTestOfBuckets(bucketsOf(a, bounds), bucketsOf(moved, bounds), test);
        expect(of(fine)).toBeCloseTo(p, 9);
        expect(of(coarse)).toBeGreaterThanOrEqual(p - 1e-9);
      }),
    );
  });

  it('R-605 finds a difference at any of 10 looks in at most alpha of the runs without one', () => {
    const bounds = integers(1, 40).map((bound) => bound / 10);
    const alarms = (slower: number) => (next: () => number) => {
      const arms = [1, slower].map((factor) => ({ factor, atOrBelow: bounds.map(() => 0) }));
      for (let look = 1; look <= 10; look++) {
        for (const { factor, atOrBelow } of arms)
          for (let value = 0; value < 50; value++) {
            const seen = factor * Math.exp(normalOf(next) / 2);
            bounds.forEach((bound, index) => (atOrBelow[index] = (atOrBelow[index] ?? 0) + (seen <= bound ? 1 : 0)));
          }
        const [a, b] = arms.map(({ atOrBelow }): Cumulative => ({ n: 50 * look, bounds, atOrBelow }));
        if (a && b && quantileTestOfBuckets(a, b, { q: 0.75, tOpt: 200 }) <= 0.05) return true;
      }
      return false;
    };
    expect(shareOfRuns(60, alarms(1))).toBeLessThanOrEqual(0.05);
    expect(shareOfRuns(10, alarms(1.6))).toBeGreaterThan(0.9);
  });

  it('is 1 without data and refuses values that are not numbers', () => {
    expect(quantileTest([], [], { q: 0.5, tOpt: 100 })).toBe(1);
    expect(quantileTest([1, 2], [], { q: 0.5, tOpt: 100 })).toBe(1);
    expect(() => quantileTest([1, NaN], [1], { q: 0.5, tOpt: 100 })).toThrow(StatisticsError);
  });
});

describe('double stitching', () => {
  it('grows with time more slowly than the data, and with a smaller alpha', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), (p) => {
        const at = (t: number, alpha: number): number => doubleStitching({ p, t, alpha, tOpt: 100 });
        for (let t = 100; t < 1e9; t *= 10) {
          expect(at(10 * t, 0.05)).toBeGreaterThan(at(t, 0.05));
          expect(at(10 * t, 0.05) / (10 * t)).toBeLessThan(at(t, 0.05) / t);
          expect(at(t, 0.01)).toBeGreaterThan(at(t, 0.05));
        }
      }),
    );
  });
});
