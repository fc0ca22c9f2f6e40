import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StatisticsError } from '../../../src/core/statistics/impossible.ts';
import { countsAsMoments, meanOf, momentsOf, varianceOf } from '../../../src/core/statistics/moments.ts';

const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 50 });

describe('moments', () => {
  it('give the mean and the n-1 variance of the values', () => {
    expect(meanOf(momentsOf([2, 4, 9]))).toBe(5);
    expect(varianceOf(momentsOf([2, 4, 9]))).toBeCloseTo(13, 12);
    fc.assert(
      fc.property(values, (list) => {
        const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
        const squares = list.reduce((sum, value) => sum + (value - mean) ** 2, 0);
        expect(varianceOf(momentsOf(list))).toBeCloseTo(squares / (list.length - 1), 5);
      }),
    );
  });

  it('of counts are those of ones and zeros', () => {
    expect(countsAsMoments({ n: 5, successes: 2 })).toEqual(momentsOf([1, 0, 1, 0, 0]));
  });

  it('have no mean without observations, no variance with one, and never a negative one', () => {
    expect(meanOf(momentsOf([]))).toBeUndefined();
    expect(varianceOf(momentsOf([3]))).toBeUndefined();
    fc.assert(
      fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.integer({ min: 2, max: 40 }), (value, n) => {
        expect(varianceOf(momentsOf(Array.from({ length: n }, () => value)))).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it.each([
    { n: -1, sum: 0, sumSquares: 0 },
    { n: NaN, sum: 0, sumSquares: 0 },
    { n: 2, sum: Infinity, sumSquares: 1 },
    { n: 2, sum: 1, sumSquares: -1 },
    { n: 0, sum: 1, sumSquares: 1 },
  ])('refuse what no values have: %o', (moments) => {
    expect(() => meanOf(moments)).toThrow(StatisticsError);
    expect(() => varianceOf(moments)).toThrow(StatisticsError);
  });

  it('refuse more successes than trials and values that are not numbers', () => {
    expect(() => countsAsMoments({ n: 2, successes: 3 })).toThrow('3 successes cannot come from 2 trials');
    expect(() => momentsOf([1, NaN])).toThrow(StatisticsError);
  });
});
