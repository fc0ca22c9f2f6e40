import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mixtureWeight, proportionLogE } from '../../../src/core/statistics/beta-binomial.ts';
import {
  boundedBoundary,
  boundedLogE,
  gammaExponentialBoundary,
  gammaExponentialLogE,
  gammaPoissonBoundary,
  gammaPoissonLogE,
  stitchedBoundary,
} from '../../../src/core/statistics/boundaries.ts';
import { lnGamma } from '../../../src/core/statistics/distribution.ts';
import { StatisticsError } from '../../../src/core/statistics/impossible.ts';
import { boundary, logMixture, rhoFor } from '../../../src/core/statistics/normal-mixture.ts';
import { binomialProbability } from './chance.ts';

const tuned = { vOpt: 100, alphaOpt: 0.05 };
const level = fc.double({ min: 1e-6, max: 0.4, noNaN: true });
const time = fc.double({ min: 1, max: 1e5, noNaN: true });

describe('values that confseq publishes and the vectors leave out', () => {
  it.each([
    ['gamma-exponential boundary', gammaExponentialBoundary({ ...tuned, v: 100, c: 2, alpha: 0.05 }), 33.020_17],
    ['gamma-Poisson mixture', gammaPoissonLogE({ ...tuned, s: 10, v: 100, c: 2 }), -0.069_912_19],
    ['bounded mixture, one-sided', boundedLogE({ ...tuned, s: 10, v: 100, g: 0.2, h: 0.8, sided: 1 }), -0.071_340_19],
    [
      'bounded boundary, two-sided',
      boundedBoundary({ ...tuned, v: 100, g: 0.2, h: 0.8, sided: 2, alpha: 0.05 }),
      31.430_8,
    ],
    ['stitched boundary, c = -1', stitchedBoundary({ v: 100, alpha: 0.05, vMin: 10, c: -1 }), 28.993_89],
  ])('%s', (_name, value, expected) => {
    expect(value).toBeCloseTo(expected, 4);
  });
});

describe('expectation of E, exactly 1 for the process a mixture is made for', () => {
  const n = 60;

  it('centred Poisson counts in the gamma-Poisson mixture', () => {
    const mean = 30;
    let [sum, probability] = [0, Math.exp(-mean)];
    for (let count = 0; count <= 400; count++) {
      sum += probability * Math.exp(gammaPoissonLogE({ ...tuned, s: count - mean, v: mean, c: 1 }));
      probability *= mean / (count + 1);
    }
    expect(sum).toBeCloseTo(1, 8);
  });

  it('sums of centred exponential times in the gamma-exponential mixture', () => {
    // Over ln(total), as the mixture has a tail as heavy as 1/x.
    const step = 0.01;
    let sum = 0;
    for (let log = 0; log < 25; log += step) {
      const total = Math.exp(log);
      const logDensity = n * log - total - lnGamma(n);
      sum += step * Math.exp(logDensity + gammaExponentialLogE({ ...tuned, s: total - n, v: n, c: 1 }));
    }
    expect(sum).toBeCloseTo(1, 6);
  });

  it.each([1, 2] as const)('two-valued increments in the bounded mixture, sided %d', (sided) => {
    const [g, h] = [0.2, 0.8];
    let sum = 0;
    for (let ups = 0; ups <= n; ups++) {
      const s = ups * h - (n - ups) * g;
      const at = { ...tuned, s, v: g * h * n, g, h, sided };
      sum += binomialProbability(n, ups, g / (g + h)) * Math.exp(boundedLogE(at));
    }
    expect(sum).toBeCloseTo(1, 8);
  });
});

describe('mixtures', () => {
  it('reach 1/alpha exactly at their boundary', () => {
    fc.assert(
      fc.property(time, level, fc.double({ min: 0.05, max: 3, noNaN: true }), (v, alpha, c) => {
        const [exponential, poisson] = [
          { ...tuned, v, c },
          { ...tuned, v, c },
        ];
        const need = -Math.log(alpha);
        expect(
          gammaExponentialLogE({ ...exponential, s: gammaExponentialBoundary({ ...exponential, alpha }) }),
        ).toBeCloseTo(need, 4);
        expect(gammaPoissonLogE({ ...poisson, s: gammaPoissonBoundary({ ...poisson, alpha }) })).toBeCloseTo(need, 4);
      }),
      { numRuns: 30 },
    );
  });

  it('tend to the one-sided normal mixture as the scale c vanishes', () => {
    const normal = logMixture({ s: 40, v: 200, sided: 1, rho: rhoFor({ vOpt: 100, alpha: 0.05, sided: 1 }) });
    expect(gammaExponentialLogE({ ...tuned, s: 40, v: 200, c: 1e-3 })).toBeCloseTo(normal, 2);
    expect(gammaPoissonLogE({ ...tuned, s: 40, v: 200, c: 1e-3 })).toBeCloseTo(normal, 2);
    expect(gammaExponentialLogE({ ...tuned, s: 40, v: 200, c: 1 })).toBeLessThan(normal);
  });

  it('of bounded increments is the beta-binomial test when the increments are successes and failures', () => {
    const counts = fc
      .integer({ min: 1, max: 3_000 })
      .chain((n) => fc.record({ n: fc.constant(n), successes: fc.nat({ max: n }) }));
    fc.assert(
      fc.property(counts, fc.double({ min: 0.02, max: 0.98, noNaN: true }), ({ n, successes }, p) => {
        const [v, tOpt] = [p * (1 - p) * n, 500];
        const s = Math.min(v / p, Math.max(-v / (1 - p), successes - n * p));
        const bounded = boundedLogE({ s, v, g: p, h: 1 - p, sided: 2, vOpt: tOpt * p * (1 - p), alphaOpt: 0.05 });
        expect(bounded).toBeCloseTo(proportionLogE({ n, successes }, p, mixtureWeight({ tOpt })), 6);
      }),
    );
  });

  it('refuse a sum that increments of these bounds cannot reach, and scales that are not above 0', () => {
    const at = { ...tuned, v: 10, g: 0.2, h: 0.8, sided: 2 } as const;
    expect(() => boundedLogE({ ...at, s: 51 })).toThrow(StatisticsError);
    expect(() => boundedLogE({ ...at, s: -13 })).toThrow(StatisticsError);
    expect(() => gammaPoissonLogE({ ...tuned, s: NaN, v: 1, c: 1 })).toThrow(StatisticsError);
    expect(() => gammaExponentialLogE({ ...tuned, s: 1, v: 1, c: 0 })).toThrow(StatisticsError);
  });
});

describe('boundaries', () => {
  it('grow with time and with a smaller alpha', () => {
    fc.assert(
      fc.property(time, level, (v, alpha) => {
        const all = (at: { v: number; alpha: number }): readonly number[] => [
          gammaExponentialBoundary({ ...tuned, c: 1, ...at }),
          gammaPoissonBoundary({ ...tuned, c: 1, ...at }),
          boundedBoundary({ ...tuned, g: 0.3, h: 0.7, sided: 1, ...at }),
          stitchedBoundary({ vMin: 1, c: 0.5, ...at }),
        ];
        const [now, later, stricter] = [all({ v, alpha }), all({ v: 2 * v, alpha }), all({ v, alpha: alpha / 2 })];
        now.forEach((value, index) => {
          expect(later[index]).toBeGreaterThan(value);
          expect(stricter[index]).toBeGreaterThanOrEqual(value);
        });
      }),
      { numRuns: 20 },
    );
  });

  it('for heavier tails lie above the sub-Gaussian one', () => {
    const rho = rhoFor({ vOpt: 100, alpha: 0.05, sided: 1 });
    for (const v of [1, 10, 100, 1_000]) {
      const normal = boundary({ v, rho, alpha: 0.05, sided: 1 });
      expect(gammaPoissonBoundary({ ...tuned, v, c: 1, alpha: 0.05 })).toBeGreaterThan(normal);
      expect(gammaExponentialBoundary({ ...tuned, v, c: 1, alpha: 0.05 })).toBeGreaterThan(normal);
    }
  });

  it('stay finite up to 1e9', () => {
    const at = { ...tuned, v: 1e9, alpha: 0.05 };
    const values = [
      gammaExponentialBoundary({ ...at, c: 1 }),
      gammaPoissonBoundary({ ...at, c: 1 }),
      boundedBoundary({ ...at, g: 0.1, h: 0.9, sided: 1 }),
      boundedBoundary({ ...at, g: 0.1, h: 0.9, sided: 2 }),
      stitchedBoundary({ v: 1e9, alpha: 0.05, vMin: 1, c: 1 }),
    ];
    for (const value of values) expect(value).toBeGreaterThan(3 * Math.sqrt(1e9));
    for (const value of values) expect(value).toBeLessThan(10 * Math.sqrt(1e9));
  });
});
