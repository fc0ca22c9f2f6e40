import { describe, expect, it } from 'vitest';
import { binomialTail } from '../../../src/core/judge/binomial.ts';
import { canSee } from '../../../src/core/judge/can-see.ts';
import { MINUTE } from '../../../src/core/model/time.ts';
import { fromPercent } from '../../../src/core/model/weight.ts';

describe('the binomial tail', () => {
  it('agrees with adding up every term', () => {
    const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);
    const slow = (n: number, p: number, from: number): number => {
      let sum = 0;
      for (let k = from; k <= n; k++) sum += choose(n, k) * p ** k * (1 - p) ** (n - k);
      return sum;
    };
    for (const [n, p] of [
      [10, 0.3],
      [40, 0.02],
      [60, 0.9],
    ] as const)
      for (let k = 0; k <= n + 1; k++) expect(binomialTail(n, p, k)).toBeCloseTo(slow(n, p, k), 11);
  });

  it('is right at large numbers, where it comes close to a normal one', () => {
    expect(binomialTail(1_000_000, 0.5, 500_000)).toBeCloseTo(0.5 + 0.3989 / 1_000, 6);
    expect(binomialTail(1_000_000, 0.01, 10_000 + 3 * 99.5)).toBeCloseTo(0.00135, 3);
    expect(binomialTail(1_000_000, 0.01, 20_000)).toBe(0);
  });

  it('knows its edges', () => {
    expect([binomialTail(5, 0.5, 0), binomialTail(5, 0.5, 6), binomialTail(5, 0, 1), binomialTail(5, 1, 5)]).toEqual([
      1, 0, 0, 1,
    ]);
  });
});

describe('what a canary can see', () => {
  const canary = { requestsPerSecond: 42, weight: fromPercent(5), bake: 30 * MINUTE };

  it('says how many requests it gets and which errors it would notice', () => {
    const seen = canSee({ ...canary, errorRate: 0.001 });
    expect(seen.requests).toBe(3_780);
    expect(seen.sentence).toBe(
      'about 3,800 requests; three times the errors are noticed 9 times in 10, twice 5 times in 10',
    );
    expect(seen.falseAlarm).toBeLessThanOrEqual(0.05);
  });

  it('by a threshold says what that bound would notice', () => {
    const seen = canSee({ ...canary, errorRate: 0.005, bound: 0.01 });
    expect(seen.sentence).toBe(
      'about 3,800 requests; three times the errors are noticed nearly always, twice 5 times in 10',
    );
    expect(seen.falseAlarm).toBeLessThan(0.001);
  });

  it('notices more with more traffic', () => {
    const chance = (bake: number): number => canSee({ ...canary, bake, errorRate: 0.001 }).noticed[1]?.chance ?? 0;
    expect(chance(120 * MINUTE)).toBeGreaterThan(chance(30 * MINUTE));
  });

  it('says when min-samples is out of reach, and then promises nothing', () => {
    const seen = canSee({ ...canary, bake: MINUTE, errorRate: 0.01, minSamples: 500 });
    expect(seen).toMatchObject({ requests: 126, enough: false, noticed: [{ chance: 0 }, { chance: 0 }] });
    expect(seen.sentence).toBe(
      'about 130 requests: too few for min-samples 500; a longer bake or a larger weight would do',
    );
  });
});
