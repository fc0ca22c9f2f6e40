/** A comparison's share of the rollout's false-rollback budget. */
import type { JudgeSpec } from '../model/metric.ts';

/** The budget where the configuration says nothing, and of plans made before judges had shares. */
const USUAL_FALSE_ROLLBACKS = 0.05;

/** The chance with which this judge may fail a rollout that is no worse, over the whole rollout. */
export function alphaOf({ rule }: JudgeSpec): number {
  return (rule.type === 'compare' ? rule.alpha : undefined) ?? USUAL_FALSE_ROLLBACKS;
}
