import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalPdf } from '../../../src/core/statistics/distribution.ts';
import { StatisticsError } from '../../../src/core/statistics/impossible.ts';
import { sprtMeans, sprtProportions, sprtTauSquared } from '../../../src/core/statistics/msprt.ts';
import { normalOf, shareOfRuns } from './chance.ts';

const positive = fc.double({ min: 1e-3, max: 1e3, noNaN: true });

describe('mixture SPRT', () => {
  it('does not depend on which arm is ahead, nor on the unit', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e9 }), positive, fc.tuple(positive, positive), (n, difference, [sigma, unit]) => {
        const one = sprtMeans({ meanDifference: difference, n, sigma, tau: sigma / 10 });
        expect(sprtMeans({ meanDifference: -difference, n, sigma, tau: sigma / 10 })).toEqual(one);
        const scaled = sprtMeans({
          meanDifference: unit * difference,
          n,
          sigma: unit * sigma,
          tau: (unit * sigma) / 10,
        });
        expect(scaled.logE / (1 + Math.abs(one.logE))).toBeCloseTo(one.logE / (1 + Math.abs(one.logE)), 9);
        expect(Number.isFinite(one.logE) && one.p >= 0 && one.p <= 1).toBe(true);
      }),
    );
  });

  it('expects exactly Lambda = 1 of normal means without a difference', () => {
    for (const n of [1, 20, 500]) {
      let sum = 0;
      for (let z = -30; z <= 30; z += 0.01)
        sum +=
          0.01 *
          normalPdf(z) *
          Math.exp(sprtMeans({ meanDifference: 3 * z * Math.sqrt(2 / n), n, sigma: 3, tau: 0.3 }).logE);
      expect(sum).toBeCloseTo(1, 6);
    }
  });

  it('treats proportions as means whose variance is p(1-p)', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.99, noNaN: true }), fc.nat({ max: 1e6 }), (rate, n) => {
        const [sigma, tau] = [Math.sqrt(rate * (1 - rate)), 0.02];
        const proportions = sprtProportions({ xBar: rate, yBar: rate, n, tau, theta0: 0.01 });
        const means = sprtMeans({ meanDifference: 0, n, sigma, tau, theta0: 0.01 });
        expect(proportions?.logE).toBeCloseTo(means.logE, 6);
      }),
    );
  });

  it('says nothing where nothing varies: all failures, all successes', () => {
    for (const rate of [0, 1]) expect(sprtProportions({ xBar: rate, yBar: rate, n: 50, tau: 0.1 })).toBeUndefined();
    expect(sprtProportions({ xBar: 0.1, yBar: 0.2, n: 0, tau: 0.1 })).toEqual({ logE: 0, p: 1 });
  });

  it('has a mixing variance that grows smoothly as the test is cut shorter', () => {
    let before = 0;
    for (let truncation = 1e6; truncation >= 1e-4; truncation *= 0.97) {
      const now = sprtTauSquared({ alpha: 0.05, sigma: 1, truncation });
      expect(now).toBeGreaterThan(before);
      if (before > 0) expect(now / before).toBeLessThan(1.05);
      before = now;
    }
  });

  it('has no seam where the series takes over from the distribution function', () => {
    // b = 2 ln(1/alpha)/sqrt(M) is 30 at the first of these.
    const truncation = (2 * Math.log(20)) ** 2 / 900;
    const [shorter, longer] = [1 - 1e-12, 1 + 1e-12].map((factor) =>
      sprtTauSquared({ alpha: 0.05, sigma: 1, truncation: factor * truncation }),
    );
    expect((shorter ?? NaN) / (longer ?? NaN)).toBeCloseTo(1, 8);
  });

  it('R-605 alarms at any of 100 looks in at most alpha of the runs without a difference', () => {
    const alarms = shareOfRuns(500, (next) => {
      let sum = 0;
      for (let n = 5; n <= 500; n += 5) {
        // The difference of five observations of each arm has variance 2 x 5.
        sum += Math.sqrt(10) * normalOf(next);
        if (sprtMeans({ meanDifference: sum / n, n, sigma: 1, tau: 0.2 }).p <= 0.05) return true;
      }
      return false;
    });
    expect(alarms).toBeLessThanOrEqual(0.05);
    expect(alarms).toBeGreaterThan(0.005);
  });

  it('refuses rates, sizes and deviations that cannot be', () => {
    expect(() => sprtProportions({ xBar: 1.2, yBar: 0.1, n: 10, tau: 1 })).toThrow(StatisticsError);
    expect(() => sprtMeans({ meanDifference: 1, n: -1, sigma: 1, tau: 1 })).toThrow(StatisticsError);
    expect(() => sprtMeans({ meanDifference: 1, n: 1, sigma: 0, tau: 1 })).toThrow(StatisticsError);
    expect(() => sprtTauSquared({ alpha: 0, sigma: 1, truncation: 10 })).toThrow(StatisticsError);
  });
});
