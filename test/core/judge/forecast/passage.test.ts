import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binomialTail } from '../binomial.ts';
import { drawBinomial, seeded } from '../../../../src/core/judge/forecast/draw.ts';
import { passageChance } from '../../../../src/core/judge/forecast/passage.ts';

const times = (count: number, size: number): readonly number[] => Array.from({ length: count }, () => size);

/** The share of drawn runs that cross. */
function drawn(sizes: readonly number[], rate: number, crosses: (bad: number, total: number) => boolean): number {
  const random = seeded(11);
  const runs = 6_000;
  let crossed = 0;
  for (let run = 0; run < runs; run++) {
    let bad = 0;
    let total = 0;
    for (const size of sizes) {
      bad += drawBinomial(size, rate, random);
      total += size;
      if (!crosses(bad, total)) continue;
      crossed += 1;
      break;
    }
  }
  return crossed / runs;
}

describe('the chance to cross a bound at any look', () => {
  it('is the binomial tail where there is one look', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 900 }), fc.double({ min: 0.001, max: 0.03, noNaN: true }), (n, rate) => {
        const from = Math.ceil(n * rate * 1.5);
        const chance = passageChance({ sizes: [n], rate, minSamples: 1, edge: () => ({ from }) });
        expect(Math.abs(chance - binomialTail(n, rate, from))).toBeLessThan(1e-9);
        const until = Math.floor(n * rate * 0.5);
        const low = passageChance({ sizes: [n], rate, minSamples: 1, edge: () => ({ until }) });
        expect(Math.abs(low - (1 - binomialTail(n, rate, until + 1)))).toBeLessThan(1e-9);
      }),
    );
  });

  for (const [size, rate, bound] of [
    [21, 0.007, 0.01],
    [420, 0.008, 0.01],
    [20_000, 0.0099, 0.01],
  ] as const)
    it(`is what drawn runs show, with ${size} requests a window`, () => {
      const sizes = times(90, size);
      const edge = (total: number): { from: number } => ({ from: Math.ceil(bound * total) });
      const chance = passageChance({ sizes, rate, minSamples: 500, edge });
      const seen = drawn(sizes, rate, (bad, total) => total >= 500 && bad >= Math.ceil(bound * total));
      expect(Math.abs(chance - seen)).toBeLessThan(0.02);
      const atTheEnd = binomialTail(90 * size, rate, Math.ceil(bound * 90 * size));
      expect(chance).toBeGreaterThan(1.5 * atTheEnd);
    });

  it('never falls with more looks', () => {
    const chances = [1, 5, 30, 90].map((looks) =>
      passageChance({
        sizes: times(looks, 9_000 / looks),
        rate: 0.008,
        minSamples: 100,
        edge: (total) => ({ from: Math.ceil(0.01 * total) }),
      }),
    );
    expect(chances).toEqual(chances.toSorted((one, other) => one - other));
  });
});
