/** Which versions get how much, as a pair's platform understands it. */
import type { Rollout } from '../model/rollout.ts';
import { WHOLE, type Weight } from '../model/weight.ts';
import { armAt, fitsTwice } from './arm.ts';

/**
 * Candidate at `weight`, as much to the baseline copy where the stage has one, the rest to stable; labels at 0 are left out so that a
 * removed version is never named.
 */
export function weightsFor(rollout: Rollout, weight: Weight): Readonly<Record<string, Weight>> {
  if (rollout.subject.type !== 'release') return {};
  const candidate = rollout.subject.release.label;
  const stable = rollout.stable?.label;
  if (stable === undefined || stable === candidate) return { [candidate]: WHOLE };
  if (weight <= 0) return { [stable]: WHOLE };
  if (weight >= WHOLE) return { [candidate]: WHOLE };
  const arm = armAt(rollout);
  const others = arm === undefined || !fitsTwice(weight) ? {} : { [arm]: weight };
  const rest = WHOLE - weight - (others[arm ?? ''] ?? 0);
  return { ...(rest > 0 && { [stable]: rest }), ...others, [candidate]: weight };
}
