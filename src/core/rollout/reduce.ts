/** Half the exposure and a hold: below 1 % it is a rollback. */
import type { Actor } from '../model/actor.ts';
import type { Rollout } from '../model/rollout.ts';
import { fromPercent } from '../model/weight.ts';
import { goBack } from './back.ts';
import { hold, release } from './hold.ts';
import type { Circumstances } from './input.ts';
import { intend, voidOpen } from './operation.ts';
import { weightsFor } from './traffic.ts';

const SMALLEST = fromPercent(1);

/** Whether half of it is still an exposure, on a platform that can set one. */
export function mayReduce(rollout: Rollout, c: Circumstances): boolean {
  if (rollout.phase !== 'exposing' || rollout.weight / 2 < SMALLEST) return false;
  return rollout.subject.type === 'flag' || c.weighted;
}

export function reduce(
  rollout: Rollout,
  why: { readonly by: Actor; readonly reason: string },
  c: Circumstances,
): Rollout {
  const weight = Math.floor(rollout.weight / 2);
  if (!mayReduce(rollout, c)) {
    return goBack(rollout, { by: why.by, automatic: why.by.kind === 'sluice', reason: why.reason, cause: 'reduce' }, c);
  }
  // A step up that still runs is superseded: its late effect is levelled.
  const halved = hold({ ...voidOpen(release(rollout, c.now), c), weight }, { kind: 'reduced', ...why, now: c.now });
  if (rollout.subject.type === 'flag') return halved;
  return intend(halved, { kind: 'weights', purpose: 'shift', weights: weightsFor(halved, weight) }, c);
}
