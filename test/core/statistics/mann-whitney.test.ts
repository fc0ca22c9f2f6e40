import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brentRoot } from '../../../src/core/statistics/brent.ts';
import { percentile } from '../../../src/core/statistics/descriptive.ts';
import { StatisticsError } from '../../../src/core/statistics/impossible.ts';
import { type Shift, classify, effectSize, mannWhitney } from '../../../src/core/statistics/mann-whitney.ts';
import { wilcoxon } from '../../../src/core/statistics/wilcoxon.ts';
import { normalOf, shareOfRuns } from './chance.ts';

const TOLERANCE = 1e-3;
const sample = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 4, maxLength: 25 });
const arms = fc.tuple(sample, sample).filter(([x, y]) => new Set(x).size > 1 && new Set(y).size > 1);

function shiftOf(x: readonly number[], y: readonly number[]): Shift {
  const shift = mannWhitney(x, y, { confidence: 0.95 });
  if (!shift) throw new Error('both arms vary');
  return shift;
}

describe('the rank statistic', () => {
  it('ranks as the definition says', () => {
    fc.assert(
      fc.property(sample, sample, fc.integer({ min: -20, max: 20 }), (x, y, mu) => {
        const all = [...x.map((value) => value - mu), ...y];
        const rank = (value: number) =>
          all.filter((other) => other < value).length + (all.filter((other) => other === value).length + 1) / 2;
        const [n, m] = [x.length, y.length];
        const dz = x.reduce((sum, value) => sum + rank(value - mu), 0) - (n * (n + 1)) / 2 - (n * m) / 2;
        const ties = [...new Set(all)].map((value) => all.filter((other) => other === value).length);
        const tied = ties.reduce((sum, t) => sum + t ** 3 - t, 0);
        const sigma = Math.sqrt(((n * m) / 12) * (n + m + 1 - tied / ((n + m) * (n + m - 1))));
        const found = wilcoxon({ x: Float64Array.from(x).toSorted(), y: Float64Array.from(y).toSorted() }, mu);
        if (sigma < 1e-9) expect(found).toBeUndefined();
        else expect(found).toBeCloseTo((dz - Math.sign(dz) / 2) / sigma, 9);
      }),
    );
  });
});

describe('the shift between two samples', () => {
  it('R-309 lies inside its interval, and that inside the differences there are', () => {
    fc.assert(
      fc.property(arms, ([x, y]) => {
        const { lower, upper, estimate } = shiftOf(x, y);
        expect(lower).toBeLessThanOrEqual(estimate + TOLERANCE);
        expect(upper).toBeGreaterThanOrEqual(estimate - TOLERANCE);
        expect(lower).toBeGreaterThanOrEqual(Math.min(...x) - Math.max(...y) - TOLERANCE);
        expect(upper).toBeLessThanOrEqual(Math.max(...x) - Math.min(...y) + TOLERANCE);
      }),
    );
  });

  it('moves with the experiment and turns over with the arms', () => {
    fc.assert(
      fc.property(arms, fc.integer({ min: -30, max: 30 }), ([x, y], by) => {
        const base = shiftOf(x, y);
        const moved = shiftOf(
          x.map((value) => value + by),
          y,
        );
        expect(Math.abs(moved.lower - base.lower - by)).toBeLessThan(TOLERANCE);
        expect(Math.abs(moved.upper - base.upper - by)).toBeLessThan(TOLERANCE);
        const turned = shiftOf(y, x);
        expect(Math.abs(turned.upper + base.lower)).toBeLessThan(TOLERANCE);
        expect(Math.abs(turned.lower + base.upper)).toBeLessThan(TOLERANCE);
      }),
    );
  });

  it('is about the median of all differences', () => {
    fc.assert(
      fc.property(arms, ([x, y]) => {
        const differences = x.flatMap((one) => y.map((other) => one - other));
        // W is flat where the count of differences above it is within one of the middle.
        const around = 100 / differences.length;
        const { estimate } = shiftOf(x, y);
        expect(estimate).toBeGreaterThanOrEqual(
          (percentile(differences, Math.max(0, 50 - around)) ?? NaN) - TOLERANCE - 1,
        );
        expect(estimate).toBeLessThanOrEqual(
          (percentile(differences, Math.min(100, 50 + around)) ?? NaN) + TOLERANCE + 1,
        );
      }),
    );
  });

  it('holds the true shift as often as its confidence says', () => {
    const held = shareOfRuns(600, (next) => {
      const x = Array.from({ length: 25 }, () => normalOf(next) ** 3 + 2);
      const y = Array.from({ length: 35 }, () => normalOf(next) ** 3);
      const shift = mannWhitney(x, y, { confidence: 0.9 });
      return shift !== undefined && shift.lower <= 2 && shift.upper >= 2;
    });
    expect(held).toBeGreaterThan(0.87);
    expect(held).toBeLessThan(0.945);
  });

  it('has no value for an empty arm or two constant ones, and refuses a NaN', () => {
    expect(mannWhitney([], [1], { confidence: 0.95 })).toBeUndefined();
    expect(mannWhitney([3, 3], [1, 1, 1], { confidence: 0.95 })).toBeUndefined();
    expect(() => mannWhitney([NaN], [1], { confidence: 0.95 })).toThrow(StatisticsError);
    expect(() => mannWhitney([2], [1], { confidence: 1 })).toThrow(StatisticsError);
  });
});

describe('the class of a shift', () => {
  const wide = { decrease: 1, increase: 1 };
  const up: Shift = { lower: 3, upper: 9, estimate: 6 };

  it('R-309 is High only on the side that is bad and beyond the band and the allowed effect', () => {
    const usual = { shift: up, effect: 1.5, tolerance: 0.25, direction: 'either' as const, allowed: wide };
    expect(classify(usual)).toBe('High');
    expect(classify({ ...usual, direction: 'decrease' })).toBe('Pass');
    expect(classify({ ...usual, tolerance: 0.5 })).toBe('Pass');
    expect(classify({ ...usual, allowed: { decrease: 1, increase: 1.6 } })).toBe('Pass');
    expect(classify({ ...usual, effect: undefined, allowed: { decrease: 1, increase: 1.6 } })).toBe('High');
  });

  it('is the mirror image when the arms are turned over', () => {
    fc.assert(
      fc.property(arms, ([x, y]) => {
        const of = (one: readonly number[], other: readonly number[]) =>
          classify({
            shift: shiftOf(one, other),
            effect: effectSize(one, other, 'cles'),
            tolerance: 0.1,
            direction: 'either',
            allowed: { decrease: 0.5, increase: 0.5 },
          });
        const [there, back] = [of(x, y), of(y, x)];
        expect(back).toBe(there === 'High' ? 'Low' : there === 'Low' ? 'High' : 'Pass');
      }),
    );
  });
});

describe('the root finder', () => {
  it('finds where a curve crosses zero', () => {
    const root = brentRoot((x) => x ** 3 - 2, { from: 0, to: 5, tolerance: 1e-12 });
    expect(root).toBeCloseTo(2 ** (1 / 3), 10);
    expect(brentRoot((x) => x - 3, { from: 3, to: 9, tolerance: 1e-9 })).toBe(3);
    expect(brentRoot((x) => x - 9, { from: 3, to: 9, tolerance: 1e-9 })).toBe(9);
    expect(brentRoot((x) => x * x + 1, { from: -1, to: 1, tolerance: 1e-9 })).toBeUndefined();
  });

  it('finds the jump of a step', () => {
    fc.assert(
      fc.property(fc.double({ min: -99, max: 99, noNaN: true }), (jump) => {
        const root = brentRoot((x) => (x < jump ? 1 : -1), { from: -100, to: 100, tolerance: 1e-6 });
        expect(Math.abs((root ?? NaN) - jump)).toBeLessThan(1e-6);
      }),
    );
  });
});
