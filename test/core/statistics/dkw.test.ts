import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cumulative } from '../../../src/core/statistics/cumulative.ts';
import {
  cdfDifference,
  cdfDifferences,
  dkwConstant,
  dkwWidth,
  quantileBand,
} from '../../../src/core/statistics/dkw.ts';
import { StatisticsError } from '../../../src/core/statistics/impossible.ts';
import { shareOfRuns } from './chance.ts';

const options = { m: 100, alpha: 0.05 };
const share = fc
  .integer({ min: 1, max: 1e9 })
  .chain((n) => fc.record({ n: fc.constant(n), atOrBelow: fc.nat({ max: n }) }));

describe('time-uniform band of a distribution', () => {
  it.each([
    [0.01, 9.283_54],
    [0.05, 8.122_72],
    [0.1, 7.622_97],
  ])('has the constant of the paper at alpha %d', (alpha, constant) => {
    expect(dkwConstant(alpha)).toBeCloseTo(constant, 4);
  });

  it('has a constant below the closed form 0.8 ln(1612/alpha), falling in alpha', () => {
    let before = Infinity;
    for (const alpha of [1e-10, 1e-6, 1e-3, 0.01, 0.05, 0.2]) {
      const constant = dkwConstant(alpha);
      expect(constant).toBeLessThan(before);
      expect(constant).toBeLessThan(0.8 * Math.log(1_612 / alpha));
      before = constant;
    }
  });

  it('narrows with observations from its start on, and is wider than the band for one look', () => {
    for (let t = 100; t < 1e9; t *= 1.7) {
      const now = dkwWidth({ t, ...options });
      expect(dkwWidth({ t: 1.7 * t, ...options })).toBeLessThan(now);
      expect(now).toBeGreaterThan(Math.sqrt(Math.log(2 / 0.05) / (2 * t)));
    }
    expect(dkwWidth({ t: 99, ...options })).toBe(Infinity);
    expect(dkwWidth({ t: 0, ...options })).toBe(Infinity);
  });
});

describe('difference of two distributions', () => {
  it('mirrors when the arms change places, has its value inside and stays in [-1, 1]', () => {
    fc.assert(
      fc.property(share, share, (a, b) => {
        const one = cdfDifference(a, b, options);
        const other = cdfDifference(b, a, options);
        expect(one?.difference).toBeCloseTo(-(other?.difference ?? NaN), 12);
        expect(one?.lower).toBeCloseTo(-(other?.upper ?? NaN), 12);
        const { difference, lower, upper } = one ?? { difference: NaN, lower: NaN, upper: NaN };
        expect(-1 <= lower && lower <= difference && difference <= upper && upper <= 1).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('at every bound of a histogram is the difference at that bound', () => {
    const bounds = [0.1, 0.5, 1, Infinity];
    const a: Cumulative = { n: 900, bounds, atOrBelow: [400, 800, 890, 900] };
    const b: Cumulative = { n: 500, bounds, atOrBelow: [100, 300, 480, 500] };
    expect(cdfDifferences(a, b, options)).toEqual(
      bounds.map((_, index) =>
        cdfDifference(
          { n: 900, atOrBelow: a.atOrBelow[index] ?? NaN },
          { n: 500, atOrBelow: b.atOrBelow[index] ?? NaN },
          options,
        ),
      ),
    );
  });

  it('says nothing about an empty arm and everything is possible before the start', () => {
    expect(cdfDifference({ n: 0, atOrBelow: 0 }, { n: 500, atOrBelow: 1 }, options)).toBeUndefined();
    expect(cdfDifference({ n: 50, atOrBelow: 10 }, { n: 500, atOrBelow: 100 }, options)).toEqual({
      difference: 0,
      lower: -1,
      upper: 1,
    });
  });

  it('R-605 leaves out 0 somewhere at any of 10 looks in at most alpha of the runs without a difference', () => {
    const bounds = [0.1, 0.3, 0.5, 0.7, 0.9, 1];
    const alarms = (slower: number) => (next: () => number) => {
      const counts = [bounds.map(() => 0), bounds.map(() => 0)];
      for (let look = 1; look <= 20; look++) {
        counts.forEach((arm, which) => {
          for (let value = 0; value < 50; value++) {
            const seen = next() ** (which === 1 ? 1 / slower : 1);
            bounds.forEach((bound, index) => (arm[index] = (arm[index] ?? 0) + (seen <= bound ? 1 : 0)));
          }
        });
        const [a, b] = counts.map((atOrBelow): Cumulative => ({ n: 50 * look, bounds, atOrBelow }));
        if (a === undefined || b === undefined) return false;
        const band = look % 2 === 0 ? cdfDifferences(a, b, options) : undefined;
        if (band?.some(({ lower, upper }) => lower > 0 || upper < 0)) return true;
      }
      return false;
    };
    expect(shareOfRuns(60, alarms(1))).toBeLessThanOrEqual(0.05);
    expect(shareOfRuns(20, alarms(2))).toBeGreaterThan(0.9);
  });

  it('refuses histograms that do not grow or do not match', () => {
    const fine: Cumulative = { n: 3, bounds: [1, 2], atOrBelow: [1, 3] };
    for (const wrong of [
      { ...fine, atOrBelow: [2, 1] },
      { ...fine, atOrBelow: [1, 4] },
      { ...fine, atOrBelow: [1] },
      { ...fine, bounds: [2, 2] },
      { ...fine, bounds: [1, 3] },
      { ...fine, n: NaN },
    ])
      expect(() => cdfDifferences(fine, wrong, options)).toThrow(StatisticsError);
    expect(() => dkwWidth({ t: -1, ...options })).toThrow(StatisticsError);
    expect(() => dkwConstant(1)).toThrow(StatisticsError);
  });
});

describe('band of a quantile', () => {
  it('has the quantile inside, moves with the values, and is open where the sample says nothing', () => {
    const values = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 100, maxLength: 400 });
    fc.assert(
      fc.property(values, fc.constantFrom(0.1, 0.5, 0.9), (list, q) => {
        const { lower, upper } = quantileBand(list, { q, ...options });
        const rank = list.toSorted((x, y) => x - y)[Math.ceil(q * list.length) - 1] ?? NaN;
        expect(lower <= rank && rank <= upper).toBe(true);
        const moved = quantileBand(
          list.map((value) => value + 7),
          { q, ...options },
        );
        expect(moved).toEqual({ lower: lower + 7, upper: upper + 7 });
      }),
      { numRuns: 30 },
    );
    expect(quantileBand([], { q: 0.5, ...options })).toEqual({ lower: -Infinity, upper: Infinity });
    expect(quantileBand([1, 2, 3], { q: 0.5, ...options })).toEqual({ lower: -Infinity, upper: Infinity });
    expect(() => quantileBand([1, NaN], { q: 0.5, ...options })).toThrow(StatisticsError);
  });
});
