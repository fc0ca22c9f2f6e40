/** When numbers are committed although nothing durable changed (rollouts.md section 5). */
import { lookAt } from '../judge/look.ts';
import type { Rollout } from '../model/rollout.ts';
import { type Milliseconds, MINUTE } from '../model/time.ts';

const SHORTEST = 15 * MINUTE;

/** Due where a source cannot be asked about the past and the last committed fold is max(15 min, bake / 16) old. */
export function checkpointDue(rollout: Rollout, now: Milliseconds, hasPast: (source: string) => boolean): boolean {
  const look = lookAt(rollout, now);
  if (!look) return false;
  const period = Math.max(SHORTEST, look.bake / 16);
  return look.judges.some((judge) => {
    if (hasPast(judge.source)) return false;
    const folded = rollout.evidence.find((one) => one.judge === judge.id && one.stage === look.stage)?.folded ?? 0;
    return now - (look.exposedAt + folded * look.width) >= period + judge.delay;
  });
}
