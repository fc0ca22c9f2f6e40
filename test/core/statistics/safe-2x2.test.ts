import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addBlock,
  type Block,
  type Margin,
  NO_EVIDENCE,
  type SafeEvidence,
  type SafeOptions,
  safeTest,
} from '../../../src/core/statistics/safe-2x2.ts';
import { StatisticsError } from '../../../src/core/statistics/impossible.ts';
import type { Counts } from '../../../src/core/statistics/moments.ts';
import { binomialProbability, shareOfRuns, successesOf } from './chance.ts';

const counts = (most: number): fc.Arbitrary<Counts> =>
  fc.nat({ max: most }).chain((n) => fc.record({ n: fc.constant(n), successes: fc.nat({ max: n }) }));
const block = (most: number): fc.Arbitrary<Block> => fc.record({ a: counts(most), b: counts(most) });
const past: fc.Arbitrary<SafeEvidence> = fc.record({ a: counts(500), b: counts(500), logE: fc.constant(0) });
const rate = fc.double({ min: 0, max: 1, noNaN: true });

/** The expectation of the next block's factor, over all that the block can do. */
function expectation(before: SafeEvidence, rates: { a: number; b: number }, options: SafeOptions): number {
  const [nA, nB] = [3, 4];
  let sum = 0;
  for (let x = 0; x <= nA; x++)
    for (let y = 0; y <= nB; y++) {
      const next = addBlock(before, { a: { n: nA, successes: x }, b: { n: nB, successes: y } }, options);
      sum += binomialProbability(nA, x, rates.a) * binomialProbability(nB, y, rates.b) * Math.exp(next.logE);
    }
  return sum;
}

const under = (margin: Margin, a: number): number => Math.min(1, Math.max(0, margin.factor * a + margin.add));

describe('safe test of two proportions', () => {
  it('expects a factor of at most 1 from every block when both arms have the same rate, whatever it learnt', () => {
    fc.assert(
      fc.property(past, rate, (before, p) => {
        expect(expectation(before, { a: p, b: p }, {})).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });

  it('expects at most 1 wherever the candidate is not worse than the margin allows, and more than 1 somewhere beyond', () => {
    const margin = fc.record({
      factor: fc.double({ min: 0.5, max: 3, noNaN: true }),
      add: fc.double({ min: -0.1, max: 0.2, noNaN: true }),
    });
    fc.assert(
      fc.property(past, margin, fc.tuple(rate, rate), (before, allowed, [a, share]) => {
        const options: SafeOptions = { alternative: 'greater', margin: allowed };
        fc.pre(allowed.factor * a + allowed.add >= 0);
        const b = share * under(allowed, a);
        expect(expectation(before, { a, b }, options)).toBeLessThanOrEqual(1 + 1e-9);
        const mirrored = b + (1 - b) * share;
        if (mirrored >= allowed.factor * a + allowed.add)
          expect(expectation(before, { a, b: mirrored }, { ...options, alternative: 'less' })).toBeLessThanOrEqual(
            1 + 1e-9,
          );
      }),
      { numRuns: 300 },
    );
    // A limit that reaches 1 within a rounding error before its arm does.
    const rounding: Margin = { factor: 1.669_321_821_100_337_6, add: 8.429_745_790_294_875e-11 };
    const onlyStable: SafeEvidence = { a: { n: 122, successes: 0 }, b: { n: 0, successes: 0 }, logE: 0 };
    expect(expectation(onlyStable, { a: 0, b: 0 }, { alternative: 'greater', margin: rounding })).toBeLessThanOrEqual(
      1,
    );
    const learnt: SafeEvidence = { a: { n: 100, successes: 10 }, b: { n: 100, successes: 40 }, logE: 0 };
    const rates = { a: 0.1, b: 0.4 };
    expect(expectation(learnt, rates, { alternative: 'greater', margin: { factor: 2, add: 0 } })).toBeGreaterThan(1.05);
  });

  it('gives the same evidence when the arms change places, `greater` becoming `less`', () => {
    const swap = ({ a, b }: Block): Block => ({ a: b, b: a });
    fc.assert(
      fc.property(fc.array(block(40), { maxLength: 8 }), (blocks) => {
        const swapped = blocks.map(swap);
        expect(safeTest(swapped).logE).toBeCloseTo(safeTest(blocks).logE, 8);
        expect(safeTest(swapped, { alternative: 'less' }).logE).toBeCloseTo(
          safeTest(blocks, { alternative: 'greater' }).logE,
          8,
        );
      }),
    );
  });

  it('is what it was after a block without trials, and may be folded in any number of processes', () => {
    const nothing: Block = { a: { n: 0, successes: 0 }, b: { n: 0, successes: 0 } };
    fc.assert(
      fc.property(fc.array(block(40), { minLength: 1, maxLength: 8 }), (blocks) => {
        const folded = blocks.reduce<SafeEvidence>(
          (evidence, next) => addBlock(addBlock(evidence, next), nothing),
          NO_EVIDENCE,
        );
        expect(folded.logE).toBe(safeTest(blocks).logE);
      }),
    );
  });

  it('never bets on a candidate that is better when only a worse one counts', () => {
    const better: Block[] = Array.from({ length: 20 }, () => ({
      a: { n: 50, successes: 20 },
      b: { n: 50, successes: 2 },
    }));
    expect(safeTest(better, { alternative: 'greater' }).logE).toBe(0);
    expect(safeTest(better).logE).toBeGreaterThan(50);
  });

  it('asks for more evidence the more is tolerated', () => {
    const blocks: Block[] = Array.from({ length: 10 }, () => ({
      a: { n: 200, successes: 10 },
      b: { n: 200, successes: 30 },
    }));
    const evidence = [1, 1.2, 1.5, 2, 2.8, 4].map(
      (factor) => safeTest(blocks, { alternative: 'greater', margin: { factor, add: 0 } }).logE,
    );
    expect(evidence).toEqual(evidence.toSorted((x, y) => y - x));
    expect(evidence.at(-1)).toBe(0);
  });

  it('stays finite at no events, only events and 1e9 trials', () => {
    const big = 1e9;
    for (const [x, y] of [
      [0, 0],
      [0, big],
      [big, big],
      [1, 0],
      [12_345, 12_999],
    ] as const) {
      const one: Block = { a: { n: big, successes: x }, b: { n: big, successes: y } };
      for (const options of [{}, { alternative: 'greater', margin: { factor: 1.1, add: 0.001 } }] as const)
        expect(safeTest([one, one], options).logEByBlock.every(Number.isFinite)).toBe(true);
    }
  });

  it('R-605 alarms at any of 60 looks in at most alpha of the runs without a difference, and soon when errors are four times as many', () => {
    const alarms = (rateB: number) => (next: () => number) => {
      let evidence = NO_EVIDENCE;
      for (let look = 0; look < 60; look++) {
        const now = {
          a: { n: 40, successes: successesOf(40, 0.05, next) },
          b: { n: 10, successes: successesOf(10, rateB, next) },
        };
        evidence = addBlock(evidence, now, { alternative: 'greater' });
        if (evidence.logE >= Math.log(20)) return true;
      }
      return false;
    };
    expect(shareOfRuns(1_000, alarms(0.05))).toBeLessThanOrEqual(0.05);
    expect(shareOfRuns(200, alarms(0.2))).toBeGreaterThan(0.9);
  });

  it('refuses counts, priors and margins that cannot be', () => {
    const fine: Block = { a: { n: 1, successes: 1 }, b: { n: 1, successes: 0 } };
    expect(() => safeTest([{ ...fine, a: { n: 1, successes: 2 } }])).toThrow(StatisticsError);
    expect(() => safeTest([{ ...fine, b: { n: -1, successes: 0 } }])).toThrow(StatisticsError);
    expect(() => safeTest([fine], { prior: { a: [0, 1], b: [1, 1] } })).toThrow(StatisticsError);
    expect(() => safeTest([fine], { margin: { factor: 2, add: 0 } })).toThrow(StatisticsError);
    expect(() => safeTest([fine], { alternative: 'less', margin: { factor: NaN, add: 0 } })).toThrow(StatisticsError);
  });
});
