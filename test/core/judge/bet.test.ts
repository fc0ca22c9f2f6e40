import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, bet } from '../../../src/core/judge/sequential/bet.ts';
import type { Margin } from '../../../src/core/judge/sequential/margin.ts';

const ratios = [1.25, 2.5, 8];
const unit = fc.double({ min: 0, max: 1, noNaN: true });

/** What was seen before: any sums whatever, as a bet may believe anything that earlier windows made it believe. */
const pasts: fc.Arbitrary<Block> = fc
  .tuple(unit, fc.nat(5_000), unit, fc.integer({ min: 1, max: 50_000 }))
  .map(([p, size, q, stableSize]) => ({ bad: p * size, size, stableBad: q * stableSize, stableSize }));

const margins: fc.Arbitrary<Margin> = fc.record({
  sign: fc.constantFrom(1 as const, -1 as const),
  ratio: fc.double({ min: 0.5, max: 2, noNaN: true }),
  tolerance: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.2, noNaN: true })),
});

/** ln n! */
function logFactorial(n: number): number {
  let sum = 0;
  for (let k = 2; k <= n; k++) sum += Math.log(k);
  return sum;
}
function binomial(n: number, p: number, k: number): number {
  const logs = [k === 0 ? 0 : k * Math.log(p), k === n ? 0 : (n - k) * Math.log1p(-p)] as const;
  return Math.exp(logFactorial(n) - logFactorial(k) - logFactorial(n - k) + logs[0] + logs[1]);
}
function poisson(mean: number, k: number): number {
  return mean === 0 ? Number(k === 0) : Math.exp(k * Math.log(mean) - mean - logFactorial(k));
}

interface Game {
  readonly chance: (bad: number, stableBad: number) => number;
  readonly most: readonly [bad: number, stableBad: number];
  readonly size: number;
  readonly stableSize: number;
}

/** The exact mean of each alternative's factor over everything that can happen in one block. */
function means(
  { chance, most, ...sizes }: Game,
  how: Omit<Parameters<typeof bet>[2], 'block' | 'ratios'>,
): readonly number[] {
  const sums = Array.from({ length: ratios.length + 1 }, () => 0);
  for (let bad = 0; bad <= most[0]; bad++)
    for (let stableBad = 0; stableBad <= most[1]; stableBad++) {
      const logs = sums.map(() => 0);
      bet(logs, 0, { ...how, ratios, block: { bad, stableBad, ...sizes } });
      logs.forEach((log, index) => (sums[index] = (sums[index] ?? 0) + chance(bad, stableBad) * Math.exp(log)));
    }
  return sums;
}

const ROUNDING = 1e-9;

describe('one bet', () => {
  it('R-605 on trials gains nothing on average while the candidate is no worse: exactly, for any sizes, past, margin and rates', () => {
    const size = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(fc.record({ nC: size, nS: size, past: pasts, margin: margins, pS: unit, part: unit }), (drawn) => {
        const { nC, nS, past, margin, pS, part } = drawn;
        const { sign, ratio, tolerance } = margin;
        const border = Math.min(1, Math.max(0, ratio * pS + sign * tolerance));
        // Most often on the border, where it is dearest.
        const inside = part < 0.5 ? border : sign > 0 ? border * part : border + (1 - border) * part;
        fc.pre(sign > 0 ? inside <= ratio * pS + tolerance : inside >= ratio * pS - tolerance);
        const chance = (bad: number, stableBad: number) => binomial(nC, inside, bad) * binomial(nS, pS, stableBad);
        const found = means({ chance, most: [nC, nS], size: nC, stableSize: nS }, { past, margin, events: 'trials' });
        for (const mean of found) expect(mean).toBeLessThanOrEqual(1 + ROUNDING);
      }),
      { numRuns: 400 },
    );
  });

  it('R-605 on counts gains nothing on average while the candidate is no worse, and exactly 1 on the border', () => {
    const exposure = fc.double({ min: 0.2, max: 3, noNaN: true });
    fc.assert(
      fc.property(
        fc.record({ size: exposure, stableSize: exposure, past: pasts, margin: margins, stable: unit }),
        (drawn) => {
          const { size, stableSize, past, margin, stable } = drawn;
          const { sign, ratio, tolerance } = margin;
          const border = ratio * stable + sign * tolerance;
          fc.pre(border >= 0);
          const chance = (bad: number, stableBad: number) =>
            poisson(border * size, bad) * poisson(stable * stableSize, stableBad);
          const found = means({ chance, most: [40, 40], size, stableSize }, { past, margin, events: 'poisson' });
          for (const mean of found) {
            expect(mean).toBeLessThanOrEqual(1 + ROUNDING);
            expect(mean).toBeGreaterThan(0.98);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('gains on average where the candidate is worse, the more so the nearer its alternative', () => {
    const past = { bad: 10, size: 1_000, stableBad: 90, stableSize: 9_000 };
    const margin: Margin = { sign: 1, ratio: 1, tolerance: 0 };
    const growth = (times: number): readonly number[] => {
      const logs = [0, 0, 0, 0];
      bet(logs, 0, {
        past,
        margin,
        ratios,
        events: 'trials',
        block: { bad: times, size: 100, stableBad: 9, stableSize: 900 },
      });
      return logs;
    };
    const [small = 0, middle = 0, large = 0] = growth(2.5);
    expect(small).toBeGreaterThan(0);
    expect(middle).toBeGreaterThan(Math.max(small, large));
    expect(growth(8)[2]).toBeGreaterThan(growth(8)[1] ?? 0);
    for (const log of growth(1).slice(0, 3)) expect(log).toBeLessThan(0);
  });

  it('R-605 is decided by no single window: it wins a factor of 10,000 at most, and loses one of 1,000', () => {
    const past = { bad: 10, size: 1_000, stableBad: 90, stableSize: 9_000 };
    const oneWindow = (bad: number, stableBad: number): readonly number[] => {
      const logs = [0, 0, 0, 0];
      const block = { bad, size: 1_000, stableBad, stableSize: 9_000 };
      bet(logs, 0, { past, margin: { sign: 1, ratio: 1, tolerance: 0 }, ratios, events: 'trials', block });
      return logs;
    };
    for (const log of oneWindow(1_000, 90)) expect(log).toBeLessThanOrEqual(Math.log(10_000));
    for (const log of oneWindow(10, 9_000)) expect(log).toBeGreaterThanOrEqual(Math.log(0.001) - 1e-9);
    expect(Math.max(...oneWindow(1_000, 90))).toBeGreaterThan(9);
    expect(Math.min(...oneWindow(10, 9_000))).toBeLessThan(-6.9);
  });
});
