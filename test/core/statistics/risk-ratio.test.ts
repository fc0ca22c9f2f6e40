import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flooredEffect } from '../../../src/core/statistics/floored.ts';
import { riskRatio } from '../../../src/core/statistics/risk-ratio.ts';
import { seeded } from '../experiment/looking.ts';

const OPTIONS = { alpha: 0.05, tOpt: 2_500 };
const of = (n: number, successes: number) => ({ n, successes });

describe('the ratio of two proportions at any number of looks', () => {
  it('R-605 says something where one or both are 0 % or 100 %', () => {
    expect(riskRatio(of(1_000, 0), of(1_000, 0), OPTIONS)).toMatchObject({ lower: 0, upper: Infinity, p: 1 });
    const harm = riskRatio(of(10_000, 0), of(10_000, 60), OPTIONS);
    expect(harm.estimate).toBe(Infinity);
    expect(harm.lower).toBeGreaterThan(2);
    expect(harm.upper).toBe(Infinity);
    const gone = riskRatio(of(10_000, 60), of(10_000, 0), OPTIONS);
    expect(gone.upper).toBeCloseTo(1 / harm.lower, 4);
    const full = riskRatio(of(10_000, 10_000), of(10_000, 9_900), OPTIONS);
    expect(full.upper).toBeLessThan(1);
    expect(full.lower).toBeGreaterThan(0.98);
  });

  it('R-605 holds its estimate, turns with its arms, and its p agrees with its interval', () => {
    const arm = fc.tuple(fc.integer({ min: 1, max: 3_000 }), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(arm, arm, ([n, a], [m, b]) => {
        const [one, two] = [of(n, Math.round(n * a)), of(m, Math.round(m * b))];
        const { estimate, lower, upper, p } = riskRatio(one, two, OPTIONS);
        if (estimate !== undefined) expect(lower <= estimate && estimate <= upper).toBe(true);
        expect(lower).toBeLessThanOrEqual(upper);
        if (p < 0.0499) expect(lower > 1 || upper < 1).toBe(true);
        if (p > 0.0501) expect(lower <= 1 && 1 <= upper).toBe(true);
        const turned = riskRatio(two, one, OPTIONS);
        expect(turned.p).toBeCloseTo(p, 6);
      }),
      { numRuns: 40 },
    );
  });

  it('R-605 rejects equal rates in at most 5 of 100 sequences, at rates where a variant often shows none', () => {
    const random = seeded(11);
    let rejected = 0;
    for (let run = 0; run < 60; run += 1) {
      const [a, b] = [
        { n: 0, successes: 0 },
        { n: 0, successes: 0 },
      ];
      let isRejected = false;
      for (let look = 0; look < 8; look += 1) {
        for (const arm of [a, b]) {
          arm.n += 250;
          arm.successes += Array.from({ length: 250 }, random).filter((drawn) => drawn < 0.004).length;
        }
        isRejected ||= riskRatio(a, b, OPTIONS).p < 0.05;
      }
      if (isRejected) rejected += 1;
    }
    expect(rejected / 60).toBeLessThanOrEqual(0.05);
  });
});

describe('a difference whose variance has a floor', () => {
  const arm = (n: number, mean: number, variance: number) => ({ n, mean, variance });

  it('R-605 an arm without variance has that of both together', () => {
    const effect = flooredEffect(arm(1_000, 0, 0), arm(1_000, 0.02, 0.02));
    expect(effect?.estimate).toBe(0.02);
    // 20 of 2,000: the pooled variance is about 0.01, the other arm keeps its own.
    expect(effect?.standardError).toBeCloseTo(Math.sqrt(0.02 / 1_000 + 0.01 / 1_000), 4);
  });

  it('of the same constant there is none, of two constants there is', () => {
    expect(flooredEffect(arm(100, 5, 0), arm(100, 5, 0))).toBeUndefined();
    expect(flooredEffect(arm(100, 5, 0), arm(100, 6, 0))?.standardError).toBeGreaterThan(0);
    expect(flooredEffect(arm(1, 5, 0), arm(100, 6, 0))).toBeUndefined();
  });
});
