import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalRadius, tLogE, tRadius } from '../../../src/core/statistics/anytime-t.ts';
import { StatisticsError } from '../../../src/core/statistics/impossible.ts';

const sizes = fc.record({ n: fc.integer({ min: 3, max: 1e9 }), g: fc.double({ min: 1e-3, max: 100, noNaN: true }) });

describe('t statistic at any number of looks', () => {
  it('reaches the level 1/alpha exactly at the radius', () => {
    fc.assert(
      fc.property(sizes, fc.double({ min: 1e-6, max: 0.5, noNaN: true }), (size, alpha) => {
        const radius = tRadius({ ...size, coefficients: 2, alpha });
        fc.pre(radius < 1e6);
        expect(tLogE({ ...size, t: radius, dof: size.n - 2 })).toBeCloseTo(-Math.log(alpha), 5);
      }),
    );
  });

  it('has a radius that shrinks to its normal limit', () => {
    const [few, many] = [50, 1e8].map(
      (n) => tRadius({ n, g: 1, coefficients: 2, alpha: 0.05 }) / normalRadius({ n, g: 1, alpha: 0.05 }),
    );
    expect(few).toBeGreaterThan(1);
    expect(many).toBeCloseTo(1, 6);
  });

  it('is infinite while so few observations exclude nothing', () => {
    expect(tRadius({ n: 3, g: 100, coefficients: 2, alpha: 0.05 })).toBe(Infinity);
  });

  it('does not depend on the sign of t, grows with its size and stays finite', () => {
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 1e9, noNaN: true }), (size, t) => {
        const at = (value: number): number => tLogE({ ...size, t: value, dof: size.n - 2 });
        expect(at(-t)).toBe(at(t));
        expect(at(2 * t + 1)).toBeGreaterThanOrEqual(at(t) - 1e-9);
        expect(Number.isFinite(at(t))).toBe(true);
      }),
    );
  });

  it('refuses sizes that leave nothing', () => {
    expect(() => tRadius({ n: 2, g: 1, coefficients: 2, alpha: 0.05 })).toThrow(StatisticsError);
    expect(() => tLogE({ t: 1, n: 10, dof: 0, g: 1 })).toThrow(StatisticsError);
    expect(() => normalRadius({ n: 10, g: 0, alpha: 0.05 })).toThrow(StatisticsError);
  });
});
