import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mixtureWeight, proportionInterval, proportionLogE } from '../../../src/core/statistics/beta-binomial.ts';
import { StatisticsError } from '../../../src/core/statistics/impossible.ts';
import { binomialProbability, shareOfRuns, successesOf } from './chance.ts';

const trials = fc
  .integer({ min: 1, max: 5_000 })
  .chain((n) => fc.record({ n: fc.constant(n), successes: fc.nat({ max: n }) }));
const rate = fc.double({ min: 0.001, max: 0.999, noNaN: true });
const weight = fc.double({ min: 0.01, max: 200, noNaN: true });

describe('one proportion at any number of looks', () => {
  it('expects exactly E = 1 when the rate is what the null says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), rate, weight, (n, p, k) => {
        let sum = 0;
        for (let successes = 0; successes <= n; successes++)
          sum += binomialProbability(n, successes, p) * Math.exp(proportionLogE({ n, successes }, p, k));
        expect(sum).toBeCloseTo(1, 8);
      }),
    );
  });

  it('has the estimate inside, 0 and 1 as limits, and rejects just the rates outside', () => {
    fc.assert(
      fc.property(trials, rate, fc.double({ min: 0.001, max: 0.3, noNaN: true }), (counts, p0, alpha) => {
        const { lower, upper } = proportionInterval(counts, { alpha, tOpt: 500 });
        const estimate = counts.successes / counts.n;
        expect(0 <= lower && lower <= estimate && estimate <= upper && upper <= 1).toBe(true);
        fc.pre(Math.abs(p0 - lower) > 1e-9 && Math.abs(p0 - upper) > 1e-9);
        const rejected = proportionLogE(counts, p0, mixtureWeight({ tOpt: 500 })) >= -Math.log(alpha);
        expect(rejected).toBe(p0 < lower || p0 > upper);
      }),
    );
  });

  it('mirrors when successes and failures change places', () => {
    fc.assert(
      fc.property(trials, ({ n, successes }) => {
        const options = { alpha: 0.05, tOpt: 100 };
        const straight = proportionInterval({ n, successes }, options);
        const mirrored = proportionInterval({ n, successes: n - successes }, options);
        expect(mirrored.lower).toBeCloseTo(1 - straight.upper, 9);
        expect(mirrored.upper).toBeCloseTo(1 - straight.lower, 9);
      }),
    );
  });

  it('narrows with data and with a larger alpha', () => {
    fc.assert(
      fc.property(trials, ({ n, successes }) => {
        const width = (factor: number, alpha: number): number => {
          const counts = { n: n * factor, successes: successes * factor };
          const { lower, upper } = proportionInterval(counts, { alpha, tOpt: 100 });
          return upper - lower;
        };
        expect(width(4, 0.05)).toBeLessThanOrEqual(width(1, 0.05) + 1e-12);
        expect(width(1, 0.2)).toBeLessThanOrEqual(width(1, 0.05) + 1e-12);
      }),
    );
  });

  it('is the whole unit interval without data and a short one at 1e9 trials', () => {
    expect(proportionInterval({ n: 0, successes: 0 }, { alpha: 0.05, tOpt: 100 })).toEqual({ lower: 0, upper: 1 });
    for (const successes of [0, 1, 2, 1_000, 5e8, 1e9 - 1, 1e9]) {
      const { lower, upper } = proportionInterval({ n: 1e9, successes }, { alpha: 0.05, tOpt: 1e6 });
      expect(lower).toBeLessThanOrEqual(successes / 1e9);
      expect(upper).toBeGreaterThanOrEqual(successes / 1e9);
      expect(upper - lower).toBeLessThan(1e-3);
    }
  });

  it('R-605 excludes the true rate at any of 80 looks in at most alpha of the runs', () => {
    const k = mixtureWeight({ tOpt: 200 });
    const misses = shareOfRuns(1_000, (next) => {
      let successes = 0;
      for (let n = 5; n <= 400; n += 5) {
        successes += successesOf(5, 0.1, next);
        if (proportionLogE({ n, successes }, 0.1, k) >= Math.log(20)) return true;
      }
      return false;
    });
    expect(misses).toBeLessThanOrEqual(0.05);
    expect(misses).toBeGreaterThan(0.005);
  });

  it('refuses counts, rates and levels that cannot be', () => {
    expect(() => proportionInterval({ n: 3, successes: 4 }, { alpha: 0.05, tOpt: 10 })).toThrow(StatisticsError);
    expect(() => proportionInterval({ n: 3, successes: 1 }, { alpha: 1, tOpt: 10 })).toThrow(StatisticsError);
    expect(() => proportionInterval({ n: 3, successes: 1 }, { alpha: 0.05, tOpt: 0 })).toThrow(StatisticsError);
    expect(() => proportionLogE({ n: 3, successes: 1 }, 1.2, 1)).toThrow(StatisticsError);
    expect(proportionLogE({ n: 3, successes: 1 }, 0, 1)).toBe(Infinity);
    expect(proportionLogE({ n: 3, successes: 0 }, 0, 1)).toBe(0);
  });
});
