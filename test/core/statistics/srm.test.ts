import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StatisticsError } from '../../../src/core/statistics/impossible.ts';
import { sampleRatio } from '../../../src/core/statistics/srm.ts';
import { shareOfRuns, successesOf } from './chance.ts';

const arms = fc.array(fc.record({ users: fc.nat(5000), weight: fc.integer({ min: 0, max: 9 }) }), {
  minLength: 2,
  maxLength: 6,
});
const of = (list: readonly { readonly users: number; readonly weight: number }[], unit = 1) =>
  sampleRatio({ observed: list.map(({ users }) => users), weights: list.map(({ weight }) => weight * unit) });

describe('the sample ratio', () => {
  it('R-605 does not depend on the order of the arms or the unit of the weights', () => {
    fc.assert(
      fc.property(arms, fc.constantFrom(0.01, 100), (list, unit) => {
        fc.pre(list.some(({ weight }) => weight > 0));
        expect(of(list.toReversed()).p).toBeCloseTo(of(list).p, 10);
        expect(of(list, unit).p).toBeCloseTo(of(list).p, 10);
      }),
    );
  });

  it('R-605 alarms at its level when the split is right', () => {
    const alarms = shareOfRuns(2000, (next) => {
      const users = successesOf(400, 0.3, next);
      return sampleRatio({ observed: [users, 400 - users], weights: [0.3, 0.7] }).p < 0.05;
    });
    expect(alarms).toBeGreaterThan(0.03);
    expect(alarms).toBeLessThan(0.07);
  });

  it('R-605 calls users in an arm of weight 0 a mismatch, and an empty one no arm', () => {
    expect(sampleRatio({ observed: [100, 1, 100], weights: [1, 0, 1] })).toMatchObject({ p: 0, mismatch: true });
    const without = sampleRatio({ observed: [100, 0, 130], weights: [1, 0, 1] });
    expect(without).toEqual(sampleRatio({ observed: [100, 130], weights: [1, 1] }));
  });

  it('has nothing to say about one arm', () => {
    expect(sampleRatio({ observed: [12], weights: [100] })).toEqual({ p: 1, dof: 0, statistic: 0 });
  });

  it.each([
    { observed: [1, 2], weights: [1] },
    { observed: [1, -2], weights: [1, 1] },
    { observed: [1, NaN], weights: [1, 1] },
    { observed: [1, 2], weights: [0, 0] },
  ])('refuses %o', (input) => {
    expect(() => sampleRatio(input)).toThrow(StatisticsError);
  });
});
