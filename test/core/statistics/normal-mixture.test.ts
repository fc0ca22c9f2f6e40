import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalPdf } from '../../../src/core/statistics/distribution.ts';
import { StatisticsError } from '../../../src/core/statistics/impossible.ts';
import { boundary, logMixture, rhoFor, type Sided } from '../../../src/core/statistics/normal-mixture.ts';

const sided = fc.constantFrom<Sided>(1, 2);
const time = fc.double({ min: 1e-3, max: 1e9, noNaN: true });
const level = fc.double({ min: 1e-9, max: 0.4, noNaN: true });

/** E f(S) for S ~ N(0, v), by the trapezoidal rule over 30 standard deviations. */
function expectation(f: (s: number) => number, v: number): number {
  let sum = 0;
  for (let z = -30; z <= 30; z += 0.01) sum += f(z * Math.sqrt(v)) * normalPdf(z) * 0.01;
  return sum;
}

describe('normal mixture', () => {
  it('expects exactly E = 1 of a normal sum without drift', () => {
    fc.assert(
      fc.property(sided, fc.double({ min: 0.1, max: 50, noNaN: true }), (side, v) => {
        expect(expectation((s) => Math.exp(logMixture({ s, v, rho: 20, sided: side })), v)).toBeCloseTo(1, 6);
      }),
      { numRuns: 20 },
    );
  });

  it('reaches its level exactly at the boundary, and grows beyond it', () => {
    fc.assert(
      fc.property(sided, time, fc.record({ rho: time, alpha: level }), (side, v, { rho, alpha }) => {
        const s = boundary({ v, rho, alpha, sided: side });
        expect(logMixture({ s, v, rho, sided: side })).toBeCloseTo(-Math.log(alpha), 6);
        expect(logMixture({ s: 1.01 * s, v, rho, sided: side })).toBeGreaterThan(-Math.log(alpha));
      }),
    );
  });

  it('is symmetric two-sided, rises with s one-sided, and asks less of one side than of two', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e4, max: 1e4, noNaN: true }), time, level, (s, v, alpha) => {
        const two = { v, rho: 10, sided: 2 } as const;
        expect(logMixture({ ...two, s: -s })).toBe(logMixture({ ...two, s }));
        const one = { v, rho: 10, sided: 1 } as const;
        expect(logMixture({ ...one, s: s + 1 })).toBeGreaterThanOrEqual(logMixture({ ...one, s }));
        expect(boundary({ ...one, alpha })).toBeLessThan(boundary({ ...two, alpha }));
      }),
    );
  });

  it('is tightest at the time it was tuned to', () => {
    const at = (vOpt: number): number =>
      boundary({ v: 500, alpha: 0.05, sided: 2, rho: rhoFor({ vOpt, alpha: 0.05, sided: 2 }) });
    expect(at(500)).toBeLessThan(at(250));
    expect(at(500)).toBeLessThan(at(1_000));
  });

  it('stays finite far out in the tails and at time 0', () => {
    for (const s of [-1e9, -1e5, 0, 1e5, 1e9])
      for (const v of [0, 1, 1e9]) expect(Number.isFinite(logMixture({ s, v, rho: 1, sided: 1 }))).toBe(true);
  });

  it('refuses negative times and one-sided levels of a half', () => {
    expect(() => logMixture({ s: 1, v: -1, rho: 1, sided: 2 })).toThrow(StatisticsError);
    expect(() => logMixture({ s: NaN, v: 1, rho: 1, sided: 2 })).toThrow(StatisticsError);
    expect(() => rhoFor({ vOpt: 10, alpha: 0.5, sided: 1 })).toThrow(StatisticsError);
    expect(() => boundary({ v: 1, rho: 1, alpha: 0, sided: 2 })).toThrow(StatisticsError);
  });
});
