/** When numbers are committed although nothing durable changed (rollouts.md section 5). */
import { lookAt } from '../judge/look.ts';
import type { Rollout } from '../model/rollout.ts';
import { type Milliseconds, MINUTE } from '../model/time.ts';

const SHORTEST = 15 * MINUTE;
/** Windows that are folded anew at each look since nothing was committed: more than these are kept, however long it is held. */
const MOST_BEHIND = 10_000;

/**
 * Due where a source cannot be asked about the past and the last committed fold is max(15 min, bake / 16) old; of any source
 * where a long hold has left so many windows behind that each look would ask for days.
 */
export function checkpointDue(rollout: Rollout, now: Milliseconds, hasPast: (source: string) => boolean): boolean {
  const look = lookAt(rollout, now);
  if (!look) return false;
  const period = Math.max(SHORTEST, look.bake / 16);
  return look.judges.some((judge) => {
    const folded = rollout.evidence.find((one) => one.judge === judge.id && one.stage === look.stage)?.folded ?? 0;
    const behind = Math.min(now, look.watchedUntil) - (look.exposedAt + folded * look.width);
    return behind >= (hasPast(judge.source) ? MOST_BEHIND * look.width : period) + judge.delay;
  });
}
