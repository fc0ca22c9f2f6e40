import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cohenD,
  commonLanguage,
  iqrOutliers,
  meanRatio,
  percentile,
} from '../../../src/core/statistics/descriptive.ts';
import { StatisticsError } from '../../../src/core/statistics/impossible.ts';

const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 30 });

describe('percentiles', () => {
  it('go from the least to the greatest value and never fall', () => {
    fc.assert(
      fc.property(values, (sample) => {
        const at = Array.from({ length: 101 }, (_, p) => percentile(sample, p) ?? NaN);
        expect(at[0]).toBe(Math.min(...sample));
        expect(at[100]).toBe(Math.max(...sample));
        at.slice(1).forEach((value, p) => expect(value).toBeGreaterThanOrEqual((at[p] as number) - 1e-12));
      }),
    );
  });

  it('have no value of nothing, and none outside 0 to 100', () => {
    expect(percentile([], 50)).toBeUndefined();
    expect(() => percentile([1], 101)).toThrow(StatisticsError);
    expect(() => percentile([NaN], 50)).toThrow(StatisticsError);
  });
});

describe('effect sizes', () => {
  it('count every pair once: the common language effect of both directions sums to one', () => {
    fc.assert(
      fc.property(values, values, (x, y) => {
        const pairs = x.flatMap((one) => y.map((other): number => (one > other ? 1 : one === other ? 0.5 : 0)));
        const expected = pairs.reduce((sum, win) => sum + win, 0) / pairs.length;
        expect(commonLanguage(x, y)).toBeCloseTo(expected, 12);
        expect((commonLanguage(x, y) ?? NaN) + (commonLanguage(y, x) ?? NaN)).toBeCloseTo(1, 12);
      }),
    );
  });

  it('have no value where there is nothing to divide by', () => {
    expect(meanRatio([1], [0])).toBeUndefined();
    expect(meanRatio([0], [1])).toBeUndefined();
    expect(meanRatio([], [1])).toBeUndefined();
    expect(cohenD([1, 1], [2, 2])).toBeUndefined();
    expect(cohenD([], [2, 3])).toBeUndefined();
    expect(commonLanguage([], [1])).toBeUndefined();
  });
});

describe('outliers', () => {
  it('are fewer with reduced sensitivity, and none lies between the quartiles', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(0.5, 1.5, 3), (sample, factor) => {
        const all = iqrOutliers(sample, { factor });
        const fewer = iqrOutliers(sample, { factor, reduceSensitivity: true });
        expect(all).toEqual(expect.arrayContaining([...fewer]));
        const [low, high] = [percentile(sample, 25) ?? NaN, percentile(sample, 75) ?? NaN];
        for (const index of all) expect((sample[index] as number) < low || (sample[index] as number) > high).toBe(true);
      }),
    );
  });
});
