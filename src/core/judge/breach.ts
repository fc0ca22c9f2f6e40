/** From breaches of single windows to a failure, the same for every rule that has a bound. */
import type { Evidence, JudgeSpec } from '../model/metric.ts';
import type { StepContext } from './rule.ts';

/**
 * Whether windows are judged one by one. They are where `for` or `failures` ask for it, and for a gauge (`value`), which has
 * no sum over windows; everything else is judged on all of the stage's evidence, where one noisy window weighs little.
 */
export function byWindow(spec: JudgeSpec): boolean {
  return spec.for !== undefined || spec.failures > 0 || (spec.kind === 'value' && spec.rule.type !== 'compare');
}

/**
 * Counts a window's breach. Failed: more than `failures` windows breached, the present run of breaches lasts at least `for`,
 * and there were enough samples. `breach` undefined: the window says nothing, a run of breaches is neither longer nor over.
 */
export function countBreach(
  evidence: Evidence,
  { breach, enough }: { readonly breach: boolean | undefined; readonly enough: boolean },
  { spec, width, index }: StepContext,
): Evidence {
  if (breach === undefined) return evidence;
  if (!breach) return evidence.streak === 0 ? evidence : { ...evidence, streak: 0 };
  const breaches = evidence.breaches + 1;
  const streak = evidence.streak + 1;
  const failed = enough && breaches > spec.failures && streak * width >= (spec.for ?? 0);
  return { ...evidence, breaches, streak, failedAt: evidence.failedAt ?? (failed ? index : null) };
}
