import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { halfWidth, rho2, type SequentialTesting, sequentialTest } from '../../../src/core/statistics/asymptotic.ts';
import { type Effect, meanEffect } from '../../../src/core/statistics/effect.ts';
import { tTest } from '../../../src/core/statistics/fixed.ts';
import { StatisticsError } from '../../../src/core/statistics/impossible.ts';
import { normalOf, shareOfRuns } from './chance.ts';

const effects: fc.Arbitrary<Effect> = fc.record({
  estimate: fc.double({ min: -10, max: 10, noNaN: true }),
  standardError: fc.double({ min: 1e-3, max: 5, noNaN: true }),
});
const testing = fc.record({
  n: fc.integer({ min: 2, max: 1e9 }),
  alpha: fc.double({ min: 1e-4, max: 0.3, noNaN: true }),
  tuning: fc.integer({ min: 10, max: 1e7 }),
});

describe('asymptotic confidence sequence', () => {
  it('has p = alpha for the effect whose interval ends at 0, less beyond it and more before', () => {
    fc.assert(
      fc.property(effects, testing, (effect, options) => {
        for (const alternative of ['two-sided', 'greater'] as const) {
          const reach = -sequentialTest({ ...effect, estimate: 0 }, { ...options, alternative }).lower;
          const p = (share: number): number =>
            sequentialTest({ ...effect, estimate: share * reach }, { ...options, alternative }).p;
          expect(p(1) / options.alpha).toBeCloseTo(1, 6);
          expect(p(1.01)).toBeLessThan(options.alpha);
          expect(p(0.99)).toBeGreaterThan(options.alpha);
        }
      }),
    );
  });

  it('mirrors with the sign of the effect, `greater` becoming `less`', () => {
    fc.assert(
      fc.property(effects, testing, (effect, options) => {
        const mirrored = { ...effect, estimate: -effect.estimate };
        const [one, other] = [sequentialTest(effect, options), sequentialTest(mirrored, options)];
        expect([other.p, other.lower, other.upper]).toEqual([one.p, -one.upper, -one.lower]);
        const up = sequentialTest(effect, { ...options, alternative: 'greater' });
        const down = sequentialTest(mirrored, { ...options, alternative: 'less' });
        expect([down.p, down.lower, down.upper]).toEqual([up.p, -up.upper, -up.lower]);
      }),
    );
  });

  it('scales with the unit of the metric', () => {
    fc.assert(
      fc.property(effects, testing, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (effect, options, unit) => {
        const scaled = { estimate: unit * effect.estimate, standardError: unit * effect.standardError };
        const [one, other] = [sequentialTest(effect, options), sequentialTest(scaled, options)];
        expect(other.p).toBeCloseTo(one.p, 9);
        expect(other.upper / unit).toBeCloseTo(one.upper, 6);
      }),
    );
  });

  it('is wider than the interval of a single look, and its p is larger', () => {
    fc.assert(
      fc.property(effects, testing, (effect, options) => {
        for (const alternative of ['two-sided', 'greater', 'less'] as const) {
          const peeking = sequentialTest(effect, { ...options, alternative });
          const once = tTest(effect, { alpha: options.alpha, alternative });
          expect(peeking.lower).toBeLessThanOrEqual(once.lower);
          expect(peeking.upper).toBeGreaterThanOrEqual(once.upper);
          if (alternative === 'two-sided') expect(peeking.p).toBeGreaterThanOrEqual(once.p);
        }
      }),
    );
  });

  it('is tightest in standard errors where it was tuned, the exact tuning a little tighter', () => {
    const inErrors = (t: number, method: 'exact' | 'approximate'): number =>
      halfWidth({ t, tOpt: 1_000, alpha: 0.05, sigma: Math.sqrt(t), method });
    for (const t of [100, 500, 800, 1_250, 2_000, 10_000])
      expect(inErrors(t, 'exact')).toBeGreaterThan(inErrors(1_000, 'exact'));
    expect(inErrors(1_000, 'exact')).toBeCloseTo(1.548_56 * 1.959_964, 4);
    expect(inErrors(1_000, 'exact')).toBeLessThan(inErrors(1_000, 'approximate'));
  });

  it('narrows as 1/sqrt(t), up to a slowly growing factor, and is infinite before any data', () => {
    const width = (t: number): number => halfWidth({ t, tOpt: 1_000, alpha: 0.05, sigma: 1 });
    expect(width(0)).toBe(Infinity);
    for (let t = 1; t < 1e9; t *= 4) expect(width(4 * t)).toBeLessThan(width(t));
  });

  it('the exact rho solves the equation of the Lambert function', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 0.49, noNaN: true }), fc.constantFrom(1, 2), (alpha, sided) => {
        const x = rho2({ tOpt: 1, alpha, method: 'exact', sided: sided === 1 ? 1 : 2 });
        const level = sided === 1 ? 2 * alpha : alpha;
        expect(-(x + 1) * Math.exp(-(x + 1))).toBeCloseTo(-(level * level) / Math.E, 12);
        expect(x).toBeGreaterThan(0);
      }),
    );
  });

  it('R-605 leaves out the truth at any of 50 looks in at most alpha of the runs, where a test for one look often does', () => {
    const options: Omit<SequentialTesting, 'n'> = { alpha: 0.05, tuning: 2_000 };
    const alarms = (sequential: boolean) => (next: () => number) => {
      const arm = { n: 0, sum: 0, sumSquares: 0 };
      const [a, b] = [{ ...arm }, { ...arm }];
      for (let look = 1; look <= 50; look++) {
        for (const moments of [a, b])
          for (let unit = 0; unit < 20; unit++) {
            const value = Math.exp(normalOf(next) / 2);
            moments.n++;
            moments.sum += value;
            moments.sumSquares += value * value;
          }
        const effect = meanEffect(a, b, 'relative');
        if (effect === undefined) continue;
        const n = a.n + b.n;
        if ((sequential ? sequentialTest(effect, { ...options, n }) : tTest(effect, options)).p <= 0.05) return true;
      }
      return false;
    };
    expect(shareOfRuns(200, alarms(true))).toBeLessThanOrEqual(0.05);
    expect(shareOfRuns(200, alarms(false))).toBeGreaterThan(0.2);
  });

  it('refuses an effect without error, empty samples and levels that cannot be', () => {
    const fine = { n: 100, alpha: 0.05, tuning: 100 };
    expect(() => sequentialTest({ estimate: 1, standardError: 0 }, fine)).toThrow(StatisticsError);
    expect(() => sequentialTest({ estimate: NaN, standardError: 1 }, fine)).toThrow(StatisticsError);
    expect(() => sequentialTest({ estimate: 1, standardError: 1 }, { ...fine, n: 0 })).toThrow(StatisticsError);
    expect(() => sequentialTest({ estimate: 1, standardError: 1 }, { ...fine, alpha: 1.5 })).toThrow(StatisticsError);
    expect(() => rho2({ tOpt: 100, alpha: 0.6, sided: 1 })).toThrow(StatisticsError);
  });
});
