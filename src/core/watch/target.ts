/** Which rollout a trigger without a version or variant acts on. */
import type { Rollout } from '../model/rollout.ts';
import { type Milliseconds, toMilliseconds } from '../model/time.ts';
import { windowWidth } from '../judge/window.ts';

/** How long the first rollout's going back is given to help before the next one is suspected. */
const WAIT_WINDOWS = 2;

interface Pair {
  readonly service: string;
  readonly environment: string;
}

/** Unfinished rollouts that touch a service and have traffic, or give it back: its own releases, and flags that name it. */
export function rolloutsOf(rollouts: Iterable<Rollout>, { service, environment }: Pair): readonly Rollout[] {
  return [...rollouts].filter((rollout) => {
    const { subject } = rollout;
    if (subject.environment !== environment || !(hasTraffic(rollout) || rollout.phase === 'rolling-back')) return false;
    return subject.type === 'release' ? subject.service === service : subject.services.includes(service);
  });
}

/** Users have the candidate, and it can still go back. */
export function hasTraffic({ phase, weight }: Rollout): boolean {
  return weight > 0 && (phase === 'exposing' || phase === 'provisional');
}

/**
 * The last thing raised, among rollouts of one service. Once the trigger has acted on one it waits two of its windows, then
 * takes the next that it has not acted on yet; when all had their turn, the one whose turn is longest ago.
 * Undefined: there is none, or it still waits.
 */
export function chooseTarget(
  trigger: { readonly name: string },
  rollouts: readonly Rollout[],
  now: Milliseconds,
): string | undefined {
  const fired = ({ fired: all }: Rollout): Milliseconds =>
    all[trigger.name] === undefined ? Number.NEGATIVE_INFINITY : toMilliseconds(all[trigger.name] ?? '');
  if (rollouts.some((rollout) => now - fired(rollout) < WAIT_WINDOWS * widthOf(rollout))) return undefined;
  const candidates = rollouts.filter(hasTraffic);
  const [first] = candidates.toSorted((a, b) => compare(fired(a), fired(b)) || compare(raisedAt(b), raisedAt(a)));
  return first?.id;
}

/** When it was raised last: the moment its present share was seen, or its phase began. */
function raisedAt(rollout: Rollout): Milliseconds {
  return toMilliseconds(rollout.exposedAt ?? rollout.phaseSince);
}

function widthOf({ plan, stage }: Rollout): Milliseconds {
  return windowWidth(plan.stages[stage]?.bake ?? 0);
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
