/** Which versions get how much, as a pair's platform understands it. */
import type { Rollout } from '../model/rollout.ts';
import { WHOLE, type Weight } from '../model/weight.ts';

/** Candidate at `weight`, the rest to stable; labels at 0 are left out so that a removed version is never named. */
export function weightsFor(rollout: Rollout, weight: Weight): Readonly<Record<string, Weight>> {
  if (rollout.subject.type !== 'release') return {};
  const candidate = rollout.subject.release.label;
  const stable = rollout.stable?.label;
  if (stable === undefined || stable === candidate) return { [candidate]: WHOLE };
  if (weight <= 0) return { [stable]: WHOLE };
  if (weight >= WHOLE) return { [candidate]: WHOLE };
  return { [stable]: WHOLE - weight, [candidate]: weight };
}
