import { describe, expect, it } from 'vitest';
import { binomialTail } from './binomial.ts';

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
