/** Which rollouts this process may move: only those it can also see, or it would take its own blindness for bad news. */
import type { Rollout } from '../core/model/rollout.ts';
import { platformFor } from './task.ts';
import type { Wiring } from './wiring.ts';

export function isOurs(wiring: Wiring, rollout: Rollout): boolean {
  if (!wiring.here) return false;
  const { has } = wiring.here;
  if (rollout.subject.type === 'release' && !platformFor(wiring, rollout)?.needs.every((need) => has.includes(need)))
    return false;
  return rollout.plan.stages.every((stage) => stage.judges.every((judge) => isReachable(wiring, judge.source)));
}

/** The local router's numbers are in the process that runs it and nowhere else; other sources answer everybody. */
function isReachable({ config, sources }: Wiring, source: string): boolean {
  return sources.has(source) || config.sources[source]?.type !== 'router';
}
