/** Tests for one look at a planned sample size. Looking more often needs the sequential ones. */
import { normalCdf, normalQuantile, studentCdf, studentQuantile } from './distribution.ts';
import type { Effect } from './effect.ts';
import { mustBeLevel, mustBePositive } from './impossible.ts';
import { type Counts, mustBeCounts } from './moments.ts';

/** `greater`: only a treatment that lies above the control counts; `less`: only one below. */
export type Alternative = 'two-sided' | 'greater' | 'less';

/** An effect with its p value and its confidence interval; the open end of a one-sided interval is infinite. */
export interface Tested extends Effect {
  readonly p: number;
  readonly lower: number;
  readonly upper: number;
}

export interface Testing {
  /** The error level, both sides together. */
  readonly alpha: number;
  readonly alternative?: Alternative;
}

/**
 * Student's t test of an effect against 0: t = estimate/SE with the effect's degrees of freedom; without them the z test.
 * Two-sided: p = 2 P(T > |t|), estimate -+ t_{1-alpha/2} SE; one-sided: one tail and one bound at t_{1-alpha}.
 * Throws StatisticsError on an alpha outside (0, 1) or a standard error that is not above 0. Source: Welch 1947.
 */
export function tTest(effect: Effect, { alpha, alternative = 'two-sided' }: Testing): Tested {
  mustBeLevel(alpha, 'alpha');
  mustBePositive(effect.standardError, 'the standard error');
  const { estimate, standardError, dof } = effect;
  const t = estimate / standardError;
  const tail = (x: number): number => Math.min(1, dof === undefined ? normalCdf(-x) : studentCdf(-x, dof));
  const reach = (level: number): number => standardError * upperQuantile(level, dof);
  if (alternative === 'greater') return { ...effect, p: tail(t), lower: estimate - reach(alpha), upper: Infinity };
  if (alternative === 'less') return { ...effect, p: tail(-t), lower: -Infinity, upper: estimate + reach(alpha) };
  const half = reach(alpha / 2);
  return { ...effect, p: Math.min(1, 2 * tail(Math.abs(t))), lower: estimate - half, upper: estimate + half };
}

function upperQuantile(level: number, dof: number | undefined): number {
  return dof === undefined ? -normalQuantile(level) : -studentQuantile(level, dof);
}

/** A difference of proportions, treatment minus control. */
export interface TestedDifference {
  readonly difference: number;
  readonly lower: number;
  readonly upper: number;
  readonly p: number;
}

/**
 * The z test of two proportions: p two-sided with the pooled standard error sqrt(p q (1/nA + 1/nB)), which is the chi-square test
 * of the 2x2 table without continuity correction; the interval with the unpooled one, sqrt(pA qA/nA + pB qB/nB).
 * `undefined` for an empty arm, and where all or none of both arms had the event. Throws StatisticsError on impossible counts.
 */
export function zTestProportions(
  a: Counts,
  b: Counts,
  { alpha }: { readonly alpha: number },
): TestedDifference | undefined {
  mustBeLevel(alpha, 'alpha');
  mustBeCounts(a);
  mustBeCounts(b);
  if (a.n === 0 || b.n === 0) return undefined;
  const [pA, pB] = [a.successes / a.n, b.successes / b.n];
  const pooled = (a.successes + b.successes) / (a.n + b.n);
  const pooledError = Math.sqrt(pooled * (1 - pooled) * (1 / a.n + 1 / b.n));
  if (!(pooledError > 0)) return undefined;
  const half = -normalQuantile(alpha / 2) * Math.sqrt((pA * (1 - pA)) / a.n + (pB * (1 - pB)) / b.n);
  const difference = pB - pA;
  const p = Math.min(1, 2 * normalCdf(-Math.abs(difference) / pooledError));
  return { difference, lower: difference - half, upper: difference + half, p };
}
