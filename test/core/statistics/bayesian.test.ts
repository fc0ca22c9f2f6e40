import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { liftPosterior, rescalePrior, riskOf } from '../../../src/core/statistics/bayesian.ts';
import { tTest } from '../../../src/core/statistics/fixed.ts';
import { StatisticsError } from '../../../src/core/statistics/impossible.ts';

const numbers = fc.double({ min: -5, max: 5, noNaN: true });
const spreads = fc.double({ min: 0.05, max: 5, noNaN: true });

describe('the posterior of a lift', () => {
  it('with a flat prior believes in a win as much as the one-sided test disbelieves in none', () => {
    fc.assert(
      fc.property(numbers, spreads, (estimate, standardError) => {
        const effect = { estimate, standardError };
        const { chanceToWin, lower } = liftPosterior(effect, { alpha: 0.05 });
        expect(chanceToWin).toBeCloseTo(1 - tTest(effect, { alpha: 0.05, alternative: 'greater' }).p, 9);
        expect(lower).toBeCloseTo(tTest(effect, { alpha: 0.05 }).lower, 9);
      }),
    );
  });

  it('lies between the prior and the data, and is narrower than both', () => {
    fc.assert(
      fc.property(fc.tuple(numbers, spreads), fc.tuple(numbers, spreads), ([estimate, standardError], [mean, sd]) => {
        const found = liftPosterior({ estimate, standardError }, { alpha: 0.1, prior: { mean, variance: sd * sd } });
        expect(found.mean).toBeGreaterThanOrEqual(Math.min(estimate, mean) - 1e-9);
        expect(found.mean).toBeLessThanOrEqual(Math.max(estimate, mean) + 1e-9);
        expect(found.standardDeviation).toBeLessThan(Math.min(standardError, sd));
      }),
    );
  });

  it('has risks that are not negative and differ by the mean', () => {
    fc.assert(
      fc.property(fc.double({ min: -300, max: 300, noNaN: true }), spreads, (mean, sd) => {
        const [control, treatment] = riskOf(mean, sd);
        expect(control).toBeGreaterThanOrEqual(0);
        expect(treatment).toBeGreaterThanOrEqual(0);
        expect(control - treatment).toBeCloseTo(mean, 8);
      }),
    );
  });

  it('takes a prior to the other scale and back', () => {
    const prior = { mean: 0.5, variance: 0.25 };
    const relative = rescalePrior(prior, { from: 'absolute', to: 'relative', controlMean: -10 });
    expect(relative?.mean).toBeCloseTo(0.05, 12);
    expect(relative?.variance).toBeCloseTo(0.0025, 12);
    const back = relative && rescalePrior(relative, { from: 'relative', to: 'absolute', controlMean: -10 });
    expect(back?.mean).toBeCloseTo(0.5, 12);
    expect(back?.variance).toBeCloseTo(0.25, 12);
    expect(rescalePrior(prior, { from: 'absolute', to: 'relative', controlMean: 0 })).toBeUndefined();
  });

  it('refuses a prior that is certain', () => {
    const effect = { estimate: 1, standardError: 1 };
    expect(() => liftPosterior(effect, { alpha: 0.05, prior: { mean: 0, variance: 0 } })).toThrow(StatisticsError);
  });
});
