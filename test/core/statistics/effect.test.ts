import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cupedRatioEffect } from '../../../src/core/statistics/cuped-ratio.ts';
import {
  type CupedSums,
  type Difference,
  type RatioSums,
  cupedEffect,
  meanEffect,
  proportionEffect,
  ratioEffect,
} from '../../../src/core/statistics/effect.ts';
import { StatisticsError } from '../../../src/core/statistics/impossible.ts';
import { momentsOf } from '../../../src/core/statistics/moments.ts';
import { normalOf, uniforms } from './chance.ts';

const sample = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 3, maxLength: 40 });
const differences: readonly Difference[] = ['absolute', 'relative'];

/** Sums of pairs (metric, covariate). */
function pairedSums(pairs: readonly (readonly [post: number, pre: number])[]): CupedSums {
  const { n, ...post } = momentsOf(pairs.map(([value]) => value));
  const { sum, sumSquares } = momentsOf(pairs.map(([, before]) => before));
  const sumOfProducts = pairs.reduce((whole, [value, before]) => whole + value * before, 0);
  return { n, post, pre: { sum, sumSquares }, sumOfProducts };
}
function asRatio({ n, post, pre, sumOfProducts }: CupedSums): RatioSums {
  return { n, numerator: post, denominator: pre, sumOfProducts };
}

describe('the effect on a mean', () => {
  it('R-603 changes its sign, not its error, when the arms change places', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const [there, back] = [
          meanEffect(momentsOf(a), momentsOf(b), 'absolute'),
          meanEffect(momentsOf(b), momentsOf(a), 'absolute'),
        ];
        fc.pre(there !== undefined);
        expect(back?.estimate).toBeCloseTo(-there.estimate, 10);
        expect(back?.standardError).toBeCloseTo(there.standardError, 10);
        expect(back?.dof).toBeCloseTo(there.dof ?? 0, 8);
      }),
    );
  });

  it('is in the unit of the metric, and in no unit at all when it is relative', () => {
    fc.assert(
      fc.property(sample, sample, fc.constantFrom(0.001, 7, 60_000), (a, b, unit) => {
        const scaled = (values: readonly number[]) => momentsOf(values.map((value) => value * unit));
        const absolute = meanEffect(momentsOf(a), momentsOf(b), 'absolute');
        fc.pre(absolute !== undefined);
        const ratio = (meanEffect(scaled(a), scaled(b), 'absolute')?.standardError ?? 0) / absolute.standardError;
        expect(ratio / unit).toBeCloseTo(1, 6);
        const relative = meanEffect(momentsOf(a), momentsOf(b), 'relative');
        expect(meanEffect(scaled(a), scaled(b), 'relative')?.estimate).toBeCloseTo(relative?.estimate ?? NaN, 8);
      }),
    );
  });

  it('lies, in degrees of freedom, between the smaller arm and both together', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const dof = meanEffect(momentsOf(a), momentsOf(b), 'absolute')?.dof;
        fc.pre(dof !== undefined);
        expect(dof).toBeGreaterThanOrEqual(Math.min(a.length, b.length) - 1 - 1e-9);
        expect(dof).toBeLessThanOrEqual(a.length + b.length - 2 + 1e-9);
      }),
    );
  });

  it.each([0, 0.1, 1 / 3, -7.7, 1e9])(
    'has no value where an arm is constantly %d, whatever rounding leaves',
    (value) => {
      const constant = momentsOf(Array.from({ length: 100_000 }, () => value));
      const other = momentsOf([1, 2, 3, 4]);
      for (const difference of differences) {
        expect(meanEffect(constant, other, difference)).toBeUndefined();
        expect(meanEffect(other, constant, difference)).toBeUndefined();
      }
    },
  );

  it('has no relative value against a mean of 0', () => {
    expect(meanEffect(momentsOf([-1, 1]), momentsOf([3, 4]), 'relative')).toBeUndefined();
    expect(meanEffect(momentsOf([-1, 1]), momentsOf([3, 4]), 'absolute')?.estimate).toBe(3.5);
  });

  it('refuses what no data can have', () => {
    expect(() => meanEffect({ n: -1, sum: 0, sumSquares: 0 }, momentsOf([1, 2]), 'absolute')).toThrow(StatisticsError);
    expect(() => proportionEffect({ n: 3, successes: 4 }, { n: 3, successes: 1 }, 'absolute')).toThrow(StatisticsError);
  });
});

describe('the effect on a ratio', () => {
  it('is the effect on the mean when every denominator is 1', () => {
    fc.assert(
      fc.property(sample, sample, fc.constantFrom(...differences), (a, b, difference) => {
        const ones = (values: readonly number[]) => asRatio(pairedSums(values.map((value) => [value, 1])));
        const plain = meanEffect(momentsOf(a), momentsOf(b), difference);
        const ratio = ratioEffect(ones(a), ones(b), difference);
        expect(ratio === undefined).toBe(plain === undefined);
        expect(ratio?.estimate).toBe(plain?.estimate);
        if (plain && ratio) expect(ratio.standardError / plain.standardError).toBeCloseTo(1, 9);
      }),
    );
  });

  it('has the standard error that simulated ratios have', () => {
    const next = uniforms(3);
    const draw = () =>
      Array.from({ length: 200 }, () => {
        const orders = 1 + Math.floor(next() * 4);
        return [orders * 10 + normalOf(next) * 5, orders] as const;
      });
    const effects = Array.from({ length: 600 }, () =>
      ratioEffect(asRatio(pairedSums(draw())), asRatio(pairedSums(draw())), 'absolute'),
    );
    const seen = momentsOf(effects.map((effect) => effect?.estimate ?? NaN));
    const said = momentsOf(effects.map((effect) => (effect?.standardError ?? NaN) ** 2));
    expect(seen.sumSquares / seen.n / (said.sum / said.n)).toBeGreaterThan(0.82);
    expect(seen.sumSquares / seen.n / (said.sum / said.n)).toBeLessThan(1.18);
  });
});

describe('CUPED', () => {
  /** A covariate with correlation 0.8, and a treatment that adds `lift`. */
  function arm(seed: number, lift: number): CupedSums {
    const next = uniforms(seed);
    return pairedSums(
      Array.from({ length: 2000 }, () => {
        const before = 10 + normalOf(next);
        return [before * 0.8 + 0.6 * normalOf(next) + lift, before] as const;
      }),
    );
  }

  it('R-605 makes the error smaller by the root of 1 - correlation^2 and keeps the effect', () => {
    const [a, b] = [arm(1, 0), arm(2, 0.2)];
    const adjusted = cupedEffect(a, b, 'absolute');
    const plain = meanEffect({ n: a.n, ...a.post }, { n: b.n, ...b.post }, 'absolute');
    expect(adjusted?.theta).toBeCloseTo(0.8, 1);
    expect((adjusted?.standardError ?? 0) / (plain?.standardError ?? 1)).toBeCloseTo(0.6, 1);
    expect(Math.abs((adjusted?.estimate ?? 0) - 0.2)).toBeLessThan(3 * (adjusted?.standardError ?? 0));
  });

  it('is the plain effect, and says theta 0, when the covariate does not vary', () => {
    const flat = (values: readonly number[]) => pairedSums(values.map((value) => [value, 5]));
    const [a, b] = [
      [1, 2, 3, 9],
      [2, 4, 4, 8],
    ];
    for (const difference of differences)
      expect(cupedEffect(flat(a), flat(b), difference)).toEqual({
        ...meanEffect(momentsOf(a), momentsOf(b), difference),
        theta: 0,
      });
  });

  it('for ratios is that for means when every denominator is 1', () => {
    const [a, b] = [arm(3, 0), arm(4, 0.1)];
    const asSums = ({ n, post, pre, sumOfProducts }: CupedSums) => ({
      n,
      numerator: post,
      denominator: { sum: n, sumSquares: n },
      numeratorPre: pre,
      denominatorPre: { sum: n, sumSquares: n },
      products: {
        numeratorDenominator: post.sum,
        numeratorPreDenominatorPre: pre.sum,
        numeratorNumeratorPre: sumOfProducts,
        numeratorDenominatorPre: post.sum,
        numeratorPreDenominator: pre.sum,
        denominatorDenominatorPre: n,
      },
    });
    const [mean, ratio] = [cupedEffect(a, b, 'absolute'), cupedRatioEffect(asSums(a), asSums(b), 'absolute')];
    // Theta is pooled over arms with and without their difference.
    expect(ratio?.theta).toBeCloseTo(mean?.theta ?? NaN, 2);
    expect((ratio?.standardError ?? 0) / (mean?.standardError ?? 1)).toBeCloseTo(1, 3);
  });
});
