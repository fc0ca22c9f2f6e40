import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanEffect, proportionEffect } from '../../../src/core/statistics/effect.ts';
import { tTest, zTestProportions } from '../../../src/core/statistics/fixed.ts';
import { StatisticsError } from '../../../src/core/statistics/impossible.ts';
import { momentsOf } from '../../../src/core/statistics/moments.ts';
import {
  achievedPower,
  midExperimentFactor,
  minimumEffect,
  powerOf,
  sampleSizeMeans,
  sampleSizeProportions,
  sampleSizeTotal,
  sampleSizeUnequal,
} from '../../../src/core/statistics/power.ts';
import { normalOf, shareOfRuns, successesOf } from './chance.ts';

const arms = fc.record({
  mean: fc.double({ min: 0.05, max: 20, noNaN: true }),
  variance: fc.double({ min: 0.01, max: 50, noNaN: true }),
  perArm: fc.integer({ min: 10, max: 1_000_000 }),
  alpha: fc.constantFrom(0.01, 0.05, 0.1),
  tuning: fc.constantFrom(undefined, 5000),
});

describe('power', () => {
  it('R-604 of the smallest effect that is found is the power that was asked for', () => {
    fc.assert(
      fc.property(arms, fc.constantFrom(0.6, 0.8, 0.95), (plan, power) => {
        const effect = minimumEffect({ ...plan, power });
        fc.pre(effect !== undefined);
        expect(effect).toBeGreaterThan(0);
        // The far tail, which the closed form leaves out, only adds.
        const found = powerOf({ ...plan, effect }) ?? NaN;
        expect(found).toBeGreaterThanOrEqual(power - 1e-9);
        expect(found - power).toBeLessThan(0.005);
      }),
    );
  });

  it('R-604 grows with the sample, and looking at any time costs some of it', () => {
    fc.assert(
      fc.property(arms, (plan) => {
        const effect = 0.1;
        const [small, large] = [plan.perArm, plan.perArm * 3].map(
          (perArm) => powerOf({ ...plan, perArm, effect }) ?? NaN,
        );
        expect(large).toBeGreaterThanOrEqual((small as number) - 1e-9);
        const free = powerOf({ ...plan, tuning: 5000, effect }) ?? NaN;
        expect(free).toBeLessThanOrEqual((powerOf({ ...plan, tuning: undefined, effect }) ?? NaN) + 1e-12);
      }),
    );
  });

  it('R-604 is what simulated experiments have', () => {
    const found = shareOfRuns(900, (next) => {
      const arm = (mean: number) => momentsOf(Array.from({ length: 150 }, () => mean + normalOf(next)));
      const effect = meanEffect(arm(4), arm(4.3), 'relative');
      return effect !== undefined && tTest(effect, { alpha: 0.05 }).p < 0.05;
    });
    const said = powerOf({ mean: 4, variance: 1, perArm: 150, alpha: 0.05, effect: 0.075 }) ?? NaN;
    expect(Math.abs(found - said)).toBeLessThan(0.045);
  });

  it('has no value for a mean of 0, without variance, or where a sample can never be large enough', () => {
    const plan = { mean: 1, variance: 1, perArm: 100, alpha: 0.05 };
    expect(powerOf({ ...plan, mean: 0, effect: 0.1 })).toBeUndefined();
    expect(powerOf({ ...plan, variance: 0, effect: 0.1 })).toBeUndefined();
    expect(minimumEffect({ ...plan, perArm: 5, power: 0.8 })).toBeUndefined();
    expect(() => powerOf({ ...plan, perArm: 0, effect: 0.1 })).toThrow(StatisticsError);
    expect(() => minimumEffect({ ...plan, power: 1 })).toThrow(StatisticsError);
  });
});

describe('sample sizes', () => {
  const wanted = { alpha: 0.05, power: 0.8 };

  it('R-604 of two proportions give the power that was asked for, in simulated experiments', () => {
    const perArm = sampleSizeProportions({ p1: 0.1, p2: 0.16, ...wanted });
    const found = shareOfRuns(900, (next) => {
      const arm = (rate: number) => ({ n: perArm, successes: successesOf(perArm, rate, next) });
      return (zTestProportions(arm(0.1), arm(0.16), { alpha: 0.05 })?.p ?? 1) < 0.05;
    });
    expect(Math.abs(found - 0.8)).toBeLessThan(0.045);
  });

  it('do not care which proportion is the greater', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99 }), (one, other) => {
        fc.pre(one !== other);
        const size = (p1: number, p2: number) => sampleSizeProportions({ p1: p1 / 100, p2: p2 / 100, ...wanted });
        expect(size(one, other)).toBe(size(other, one));
      }),
    );
  });

  it('R-604 agree: all traffic of two equal arms is both arms, and what it can find is what was asked', () => {
    const [variance, delta] = [2.13, 0.0456];
    const perArm = sampleSizeMeans({ variance, delta, ...wanted });
    const total = sampleSizeTotal({ variance, delta, controlShare: 0.5, treatmentShare: 0.5, ...wanted });
    const unequal = sampleSizeUnequal({ variance, delta, kappa: 1, pairShare: 1, alphaOneSided: 0.025, power: 0.8 });
    expect(Math.abs(total - 2 * perArm)).toBeLessThanOrEqual(2);
    expect(unequal).toBe(total);
    const power = achievedPower({ mde: delta, variance, alpha: 0.05, n1: perArm, n2: perArm });
    expect(power).toBeGreaterThanOrEqual(0.8);
    expect(power).toBeLessThan(0.801);
  });

  it('refuse an effect of nothing', () => {
    expect(() => sampleSizeProportions({ p1: 0.1, p2: 0.1, ...wanted })).toThrow(StatisticsError);
    expect(() => sampleSizeProportions({ p1: 0.1, p2: 1.1, ...wanted })).toThrow(StatisticsError);
    expect(() => sampleSizeMeans({ variance: 1, delta: 0, ...wanted })).toThrow(StatisticsError);
  });
});

describe('what a running experiment still needs', () => {
  const counts = { a: { n: 500, successes: 50 }, b: { n: 500, successes: 55 } };
  const standardError = proportionEffect(counts.a, counts.b, 'absolute')?.standardError ?? NaN;
  const now = { standardError, n: 1000, minimumEffect: 0.04, power: 0.8, alpha: 0.05 };

  it('is nothing when the power is there', () => {
    expect(midExperimentFactor({ ...now, minimumEffect: 0.5 })).toBe(0);
  });

  it('R-604 is exactly so much more that the power is reached', () => {
    const more = midExperimentFactor(now);
    const z = 0.04 / (standardError / Math.sqrt(1 + more));
    expect(z).toBeCloseTo(1.959964 + 0.841621, 3);
  });

  it('R-605 is more when anybody may look at any time, and less with a prior that believes in the effect', () => {
    const fixed = midExperimentFactor(now);
    expect(midExperimentFactor({ ...now, tuning: 5000 })).toBeGreaterThan(fixed);
    expect(midExperimentFactor({ ...now, prior: { mean: 0.04, variance: 0.01 } })).toBeLessThan(fixed);
  });
});
