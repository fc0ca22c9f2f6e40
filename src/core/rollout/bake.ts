/** Bake time: now - exposedAt - pauses; a pause, a restart or another process never begins it anew. */
import type { PlannedStage, Rollout } from '../model/rollout.ts';
import { type Milliseconds, toMilliseconds } from '../model/time.ts';

export function stageOf(rollout: Rollout): PlannedStage | undefined {
  return rollout.plan.stages[rollout.stage];
}

/** How long the rollout was paused since the stage was exposed, in ms. */
export function pausedFor(rollout: Rollout, now: Milliseconds): Milliseconds {
  const open = rollout.pausedAt === undefined ? 0 : Math.max(0, now - toMilliseconds(rollout.pausedAt));
  return rollout.pausedFor + open;
}

/** How long the stage has baked, in ms; 0 before it is exposed. */
export function baked(rollout: Rollout, now: Milliseconds): Milliseconds {
  if (rollout.exposedAt === undefined) return 0;
  return Math.max(0, now - toMilliseconds(rollout.exposedAt) - pausedFor(rollout, now));
}

/** When the bake ends if nobody pauses it any more. */
export function bakeEnd(rollout: Rollout, now: Milliseconds): Milliseconds {
  const stage = stageOf(rollout);
  if (rollout.exposedAt === undefined || !stage) return Number.POSITIVE_INFINITY;
  return toMilliseconds(rollout.exposedAt) + stage.bake + rollout.extendedBy + pausedFor(rollout, now);
}

/** What the candidate shall have at this moment: inside a `shift` a function of time, else the wanted weight. */
export function weightAt(rollout: Rollout, now: Milliseconds): number {
  const stage = stageOf(rollout);
  const operation = rollout.operations.findLast((one) => one.kind === 'weights' && one.state !== 'void');
  if (rollout.step !== 'shifting' || !stage?.shift || !operation) return rollout.weight;
  const from = rollout.plan.stages[rollout.stage - 1]?.weight ?? 0;
  const { over, every } = stage.shift;
  const passed = Math.floor(Math.max(0, now - toMilliseconds(operation.since)) / every) * every;
  return from + Math.round((stage.weight - from) * Math.min(1, over === 0 ? 1 : passed / over));
}
