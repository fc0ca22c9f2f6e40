import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Spending,
  groupSequentialBounds,
  groupSequentialLevels,
  spentBy,
} from '../../../src/core/statistics/group-sequential.ts';
import { normalQuantile } from '../../../src/core/statistics/distribution.ts';
import { StatisticsError } from '../../../src/core/statistics/impossible.ts';
import { normalOf, shareOfRuns } from './chance.ts';

const power2: Spending = { family: 'power', rho: 2 };
const families: readonly Spending[] = [power2, { family: 'obrien-fleming' }, { family: 'pocock' }];
const even = (looks: number) => Array.from({ length: looks }, (_, index) => (index + 1) / looks);

/** Looks of any spacing, at least a hundredth apart. */
const spacings = fc
  .uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 6 })
  .map((list) => list.toSorted((one, other) => one - other).map((share) => share / 100));

describe('spending', () => {
  it('never takes back, and has spent alpha at the end', () => {
    for (const spending of families) {
      const spent = even(50).map((t) => spentBy(t, { alpha: 0.05, spending }));
      spent.slice(1).forEach((level, index) => expect(level).toBeGreaterThan(spent[index] as number));
      expect(spent.at(-1)).toBeCloseTo(0.05, 12);
    }
  });
});

describe('group-sequential bounds', () => {
  it('R-605 of one look are those of the fixed test', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.2, noNaN: true }), fc.constantFrom(...families), (alpha, spending) => {
        const [bound] = groupSequentialBounds({ informationFractions: [1], alpha, sides: 1, spending });
        expect(bound).toBeCloseTo(-normalQuantile(alpha), 8);
      }),
    );
  });

  it('R-605 are never milder than the fixed test, at any spacing of the looks', () => {
    fc.assert(
      fc.property(spacings, fc.constantFrom(...families), (informationFractions, spending) => {
        for (const bound of groupSequentialBounds({ informationFractions, alpha: 0.05, spending }))
          expect(bound).toBeGreaterThanOrEqual(-normalQuantile(0.025) - 1e-9);
      }),
      { numRuns: 40 },
    );
  });

  it('agree with the values of ldbounds at ten looks and of Pocock spending at five', () => {
    const ten = groupSequentialBounds({ informationFractions: even(10), alpha: 0.05, spending: power2 });
    const known = [3.4808, 3.1523, 2.9508, 2.7935, 2.661, 2.545, 2.4406, 2.3451, 2.2566, 2.1736];
    known.forEach((value, look) => expect(Math.abs((ten[look] as number) - value)).toBeLessThan(2e-4));
    const flat = groupSequentialBounds({ informationFractions: even(5), alpha: 0.05, spending: { family: 'pocock' } });
    [2.438, 2.4268, 2.4102, 2.3966, 2.386].forEach((value, look) =>
      expect(Math.abs((flat[look] as number) - value)).toBeLessThan(1e-4),
    );
  });

  it('stay exact where a look follows at once upon another', () => {
    const close = { informationFractions: [0.1, 0.1001, 0.5, 1], alpha: 0.05, spending: power2 };
    // By integration on a mesh of 5,000 points that are evenly spaced.
    const known = [3.480756404, 3.534249473, 2.50959705, 2.019370769];
    groupSequentialBounds(close).forEach((bound, look) => expect(bound).toBeCloseTo(known[look] as number, 8));
  });

  it('R-605 cross by chance as often as was spent, however the looks lie', () => {
    const informationFractions = [0.1, 0.12, 0.5, 0.55, 1];
    const bounds = groupSequentialBounds({ informationFractions, alpha: 0.1, sides: 1, spending: power2 });
    const crossed = shareOfRuns(12_000, (next) => {
      let [at, before] = [0, 0];
      return informationFractions.some((time, look) => {
        at += Math.sqrt(time - before) * normalOf(next);
        before = time;
        return at / Math.sqrt(time) > (bounds[look] as number);
      });
    });
    expect(Math.abs(crossed - 0.1)).toBeLessThan(0.009);
  });

  it('spend no more when more was observed than was planned', () => {
    const looks = { counts: [500, 1000, 3000], alpha: 0.05, spending: power2 };
    const levels = groupSequentialLevels({ ...looks, plannedTotal: 2000 });
    expect(levels).toEqual(groupSequentialLevels({ ...looks, plannedTotal: 3000 }));
    expect(levels.every((level) => level < 0.05)).toBe(true);
  });

  it('are infinite where nothing may be spent yet', () => {
    const early = { informationFractions: [0.0005, 1], alpha: 0.05, spending: { family: 'obrien-fleming' } as const };
    const [first, last] = groupSequentialBounds(early);
    expect(first).toBe(Infinity);
    expect(last).toBeCloseTo(1.959964, 5);
  });

  it.each([[[0.5, 0.5]], [[0.5, 0.50001]], [[0.7, 0.6]], [[0, 1]], [[0.5, 1.1]], [[NaN]]])(
    'refuse the looks %o',
    (informationFractions) => {
      expect(() => groupSequentialBounds({ informationFractions, alpha: 0.05, spending: power2 })).toThrow(
        StatisticsError,
      );
    },
  );
});
