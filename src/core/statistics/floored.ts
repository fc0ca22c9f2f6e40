/** Two means where a relative effect or a variance is missing: their absolute difference, with a variance that is never too small. */
import type { Arm, Effect } from './effect.ts';

/**
 * mB - mA with the variance max(s^2, pooled s^2)/n of each arm, where the pooled one is that of both arms together about their common
 * mean: what "no difference" would have drawn both from. So an arm in which nothing happened has no variance of 0. `undefined` where an
 * arm has fewer than two units, or both are the same constant.
 */
export function flooredEffect(a: Arm, b: Arm): Effect | undefined {
  if (a.n < 2 || b.n < 2) return undefined;
  const all = a.n + b.n;
  const mean = (a.n * a.mean + b.n * b.mean) / all;
  const within = (a.n - 1) * a.variance + (b.n - 1) * b.variance;
  const between = a.n * (a.mean - mean) ** 2 + b.n * (b.mean - mean) ** 2;
  const pooled = (within + between) / (all - 1);
  // What rounding leaves of a constant is about eps of its square.
  if (!(pooled > mean * mean * Math.max(1e-12, all * 1e-16))) return undefined;
  const error = Math.max(a.variance, pooled) / a.n + Math.max(b.variance, pooled) / b.n;
  return { estimate: b.mean - a.mean, standardError: Math.sqrt(error) };
}

/** Whether a mean is so near to 0, in its own standard errors, that nothing can be said relative to it. */
export function isWithinNoise({ n, mean, variance }: Arm): boolean {
  return mean === 0 || (n > 0 && Math.abs(mean) < NOISE * Math.sqrt(variance / n));
}

/** Fieller's interval of a ratio is open as soon as its denominator is not shown to differ from 0, at the levels of sequences. */
const NOISE = 3;

/**
 * Of how many alike units the sum could be: (sum y)^2/sum y^2 (Kish 1965). n equal values count n, a sum that one unit carries counts 1;
 * n/(1 + CV^2) for a squared coefficient of variation. 0 of no values but zeros.
 */
export function alikeUnits(...sums: readonly { readonly sum: number; readonly sumSquares: number }[]): number {
  const sum = sums.reduce((total, one) => total + one.sum, 0);
  const sumSquares = sums.reduce((total, one) => total + one.sumSquares, 0);
  return sumSquares > 0 ? (sum / sumSquares) * sum : 0;
}
