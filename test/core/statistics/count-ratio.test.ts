import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countRatioInterval,
  countRatioSequence,
  countRatioTest,
  multinomialIntervals,
  multinomialTest,
} from '../../../src/core/statistics/count-ratio.ts';
import { StatisticsError } from '../../../src/core/statistics/impossible.ts';
import { binomialProbability, shareOfRuns, successesOf } from './chance.ts';

type Pair = readonly [number, number];
const pair = (most: number): fc.Arbitrary<Pair> => fc.tuple(fc.nat({ max: most }), fc.nat({ max: most }));
const share = fc.double({ min: 0.02, max: 0.98, noNaN: true });
const weight = fc.double({ min: 0.5, max: 500, noNaN: true });

describe('ratio of two count rates', () => {
  it('expects exactly E = 1 when events fall as traffic does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), share, weight, (n, ofB, k) => {
        let sum = 0;
        for (let b = 0; b <= n; b++)
          sum +=
            binomialProbability(n, b, ofB) *
            Math.exp(countRatioTest({ counts: [n - b, b], rho: [1 - ofB, ofB], k }).logE);
        expect(sum).toBeCloseTo(1, 8);
      }),
    );
  });

  it('mirrors when the arms change places', () => {
    fc.assert(
      fc.property(pair(3_000), share, weight, ([x, y], ofB, k) => {
        const straight = { counts: [x, y], rho: [1 - ofB, ofB], k } as const;
        const mirrored = { counts: [y, x], rho: [ofB, 1 - ofB], k } as const;
        expect(countRatioTest(mirrored).logE).toBeCloseTo(countRatioTest(straight).logE, 6);
        const one = countRatioInterval({ ...straight, alpha: 0.05 });
        const other = countRatioInterval({ ...mirrored, alpha: 0.05 });
        expect(-other.lower).toBeCloseTo(one.upper, 7);
        expect(-other.upper).toBeCloseTo(one.lower, 7);
      }),
    );
  });

  it('takes shares in any unit: percent or requests', () => {
    fc.assert(
      fc.property(pair(500), share, (counts, ofB) => {
        const one = countRatioTest({ counts, rho: [1 - ofB, ofB], k: 50 }).logE;
        expect(countRatioTest({ counts, rho: [1e6 * (1 - ofB), 1e6 * ofB], k: 50 }).logE).toBeCloseTo(one, 8);
      }),
    );
  });

  it('has the estimate inside its interval, and excludes 0 just when the test rejects', () => {
    fc.assert(
      fc.property(pair(3_000), share, weight, (counts, ofB, k) => {
        const options = { counts, rho: [1 - ofB, ofB], k } as const;
        const { estimate, lower, upper } = countRatioInterval({ ...options, alpha: 0.05 });
        if (estimate !== undefined) expect(lower <= estimate && estimate <= upper).toBe(true);
        const { p } = countRatioTest(options);
        fc.pre(Math.abs(p - 0.05) > 1e-9);
        expect(p < 0.05).toBe(lower > 0 || upper < 0);
      }),
    );
  });

  it('has infinite ends for an arm without events, and no estimate without any', () => {
    const rho = [0.5, 0.5] as const;
    const none = countRatioInterval({ counts: [0, 0], rho, k: 10, alpha: 0.05 });
    expect(none).toEqual({ estimate: undefined, lower: -Infinity, upper: Infinity });
    const onlyB = countRatioInterval({ counts: [0, 40], rho, k: 10, alpha: 0.05 });
    expect(onlyB).toMatchObject({ estimate: Infinity, upper: Infinity });
    expect(onlyB.lower).toBeGreaterThan(0.5);
    expect(countRatioTest({ counts: [0, 0], rho, k: 10 })).toEqual({ logE: 0, p: 1 });
  });

  it('stays finite and sharp at 1e9 events', () => {
    const rho = [0.9, 0.1] as const;
    const even = countRatioInterval({ counts: [9e8, 1e8], rho, k: 1_000, alpha: 0.05 });
    expect(even.estimate).toBeCloseTo(0, 12);
    expect(even.upper - even.lower).toBeLessThan(0.002);
    expect(countRatioTest({ counts: [9e8, 1e8], rho, k: 1_000 }).p).toBe(1);
    expect(countRatioTest({ counts: [9e8, 1.01e8], rho, k: 1_000 }).p).toBe(0);
  });

  it('keeps the smallest p and the common part of all intervals', () => {
    const looks = fc.array(pair(60), { minLength: 1, maxLength: 12 }).map((steps) => {
      let [x, y] = [0, 0];
      return steps.map(([dx, dy]): Pair => [(x += dx), (y += dy)]);
    });
    fc.assert(
      fc.property(looks, (counts) => {
        const sequence = countRatioSequence(counts, { rho: [0.5, 0.5], k: 20, alpha: 0.05 });
        sequence.forEach(({ running }, index) => {
          const soFar = sequence.slice(0, index + 1).map(({ now }) => now);
          expect(running.p).toBe(Math.min(...soFar.map(({ p }) => p)));
          expect(running.lower).toBe(Math.max(...soFar.map(({ lower }) => lower)));
          expect(running.upper).toBe(Math.min(...soFar.map(({ upper }) => upper)));
        });
      }),
    );
  });

  it('R-605 alarms at any of 100 looks in at most alpha of the runs although the base rate may do what it likes', () => {
    const alarms = (ratio: number) => (next: () => number) => {
      const ofB = (0.2 * ratio) / (0.8 + 0.2 * ratio);
      let ofCandidate = 0;
      for (let events = 5; events <= 500; events += 5) {
        ofCandidate += successesOf(5, ofB, next);
        const counts = [events - ofCandidate, ofCandidate] as const;
        if (countRatioTest({ counts, rho: [0.8, 0.2], k: 100 }).p <= 0.05) return true;
      }
      return false;
    };
    expect(shareOfRuns(600, alarms(1))).toBeLessThanOrEqual(0.05);
    expect(shareOfRuns(100, alarms(2))).toBeGreaterThan(0.95);
  });
});

describe('shares of several arms', () => {
  it('expect exactly E = 1 when users fall as planned', () => {
    const [theta, n] = [[0.2, 0.3, 0.5] as const, 15];
    let sum = 0;
    for (let a = 0; a <= n; a++)
      for (let b = 0; b <= n - a; b++) {
        const probability =
          binomialProbability(n, a, theta[0]) * binomialProbability(n - a, b, theta[1] / (theta[1] + theta[2]));
        sum += probability * Math.exp(multinomialTest({ counts: [a, b, n - a - b], theta, k: 7 }).logE);
      }
    expect(sum).toBeCloseTo(1, 9);
  });

  it('do not depend on the order of the arms', () => {
    const arms = fc.array(fc.tuple(fc.nat({ max: 2_000 }), fc.double({ min: 0.1, max: 5, noNaN: true })), {
      minLength: 2,
      maxLength: 6,
    });
    fc.assert(
      fc.property(arms, (list) => {
        const options = { counts: list.map(([count]) => count), theta: list.map(([, theta]) => theta), k: 30 };
        const turned = { ...options, counts: options.counts.toReversed(), theta: options.theta.toReversed() };
        expect(multinomialTest(turned).logE).toBeCloseTo(multinomialTest(options).logE, 6);
        const intervals = multinomialIntervals({ ...options, alpha: 0.05 });
        const n = options.counts.reduce((sum, count) => sum + count, 0);
        fc.pre(n > 0);
        intervals.forEach(([lower, upper], arm) => {
          const estimate = (options.counts[arm] ?? NaN) / n;
          expect(0 <= lower && lower <= estimate && estimate <= upper && upper <= 1).toBe(true);
        });
      }),
    );
  });

  it('an event in an arm that gets no traffic is the end of the null', () => {
    expect(multinomialTest({ counts: [10, 1], theta: [1, 0], k: 10 })).toEqual({ logE: Infinity, p: 0 });
    expect(multinomialTest({ counts: [10, 0, 12], theta: [1, 0, 1], k: 10 }).logE).toBeCloseTo(
      multinomialTest({ counts: [10, 12], theta: [1, 1], k: 10 }).logE,
      12,
    );
  });

  it('refuses what cannot be', () => {
    expect(() => multinomialTest({ counts: [1, 2], theta: [1], k: 1 })).toThrow(StatisticsError);
    expect(() => multinomialTest({ counts: [1, -2], theta: [1, 1], k: 1 })).toThrow(StatisticsError);
    expect(() => multinomialTest({ counts: [1, 2], theta: [0, 0], k: 1 })).toThrow(StatisticsError);
    expect(() => countRatioInterval({ counts: [1, 2], rho: [1, 0], k: 1, alpha: 0.05 })).toThrow(StatisticsError);
    expect(() => countRatioInterval({ counts: [1, NaN], rho: [1, 1], k: 1, alpha: 0.05 })).toThrow(StatisticsError);
  });
});
