/** From breaches of single windows to a failure, the same for every rule that has a bound. */
import type { Evidence, JudgeSpec } from '../model/metric.ts';
import type { Step, StepContext } from './rule.ts';

/**
 * Whether windows are judged one by one. They are where `for` or `failures` ask for it, and for a gauge (`value`), which has
 * no sum over windows; everything else is judged on all of the stage's evidence, where one noisy window weighs little.
 */
export function byWindow(spec: JudgeSpec): boolean {
  return spec.for !== undefined || spec.failures > 0 || (spec.kind === 'value' && spec.rule.type !== 'compare');
}

/** Evidence while a fold works on it. */
export type Draft = { -readonly [K in keyof Evidence]: Evidence[K] };

/**
 * Counts the breach of the window that was folded last. Failed: more than `failures` windows breached, the present run of breaches lasts at least `for`,
 * and there were enough samples.
 */
export function countBreach(
  draft: Draft,
  { breach, enough }: Step,
  { spec, width }: Pick<StepContext, 'spec' | 'width'>,
): void {
  if (breach === undefined) return;
  if (!breach) {
    draft.streak = 0;
    return;
  }
  draft.breaches += 1;
  draft.streak += 1;
  const failed = enough && draft.breaches > spec.failures && draft.streak * width >= (spec.for ?? 0);
  if (failed) draft.failedAt ??= draft.folded - 1;
}
