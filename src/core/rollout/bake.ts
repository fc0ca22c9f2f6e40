/** Bake time: now - exposedAt - pauses; a pause, a restart or another process never begins it anew. */
import type { Operation, PlannedStage, Rollout } from '../model/rollout.ts';
import { type Milliseconds, toMilliseconds } from '../model/time.ts';
import { WHOLE, type Weight } from '../model/weight.ts';
import { weightsFor } from './traffic.ts';

export function stageOf(rollout: Rollout): PlannedStage | undefined {
  return rollout.plan.stages[rollout.stage];
}

/** How long the rollout was paused since the stage was exposed, in ms. */
function pausedFor(rollout: Rollout, now: Milliseconds): Milliseconds {
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
  if (rollout.weight !== stage.weight) return rollout.weight;
  const from = rollout.plan.stages[rollout.stage - 1]?.weight ?? 0;
  return from + Math.round((stage.weight - from) * shifted(stage.shift, now - toMilliseconds(operation.since)));
}

/** How much of a shift has passed, from 0 to 1, in its own steps. */
function shifted({ over, every }: NonNullable<PlannedStage['shift']>, since: Milliseconds): number {
  if (over === 0 || since >= over) return 1;
  return (Math.floor(Math.max(0, since) / every) * every) / over;
}

/** Whether a stage's weights are still on their way, as its plan spreads them over time. */
export function isShifting(rollout: Rollout, operation: Operation, now: Milliseconds): boolean {
  const over = stageOf(rollout)?.shift?.over;
  return (
    operation.purpose === 'stage' &&
    operation.state === 'running' &&
    rollout.step === 'shifting' &&
    over !== undefined &&
    now < toMilliseconds(operation.since) + over
  );
}

/** What the pair's versions shall have at this moment: of a stage that shifts a function of time, else the intent's own. */
export function weightsAt(rollout: Rollout, operation: Operation, now: Milliseconds): Readonly<Record<string, Weight>> {
  const intended = operation.weights ?? {};
  const stage = stageOf(rollout);
  if (!stage?.shift || !isShifting(rollout, operation, now)) return intended;
  if (!stage.weights) return weightsFor(rollout, weightAt(rollout, now));
  return between(stage.shift.from ?? {}, intended, shifted(stage.shift, now - toMilliseconds(operation.since)));
}

/** Part of the way from some weights to others; the sum stays whole, what rounding leaves goes to the largest. */
function between(
  from: Readonly<Record<string, Weight>>,
  to: Readonly<Record<string, Weight>>,
  share: number,
): Readonly<Record<string, Weight>> {
  const labels = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  const parts = labels.map((label): [string, number] => [
    label,
    Math.round((from[label] ?? 0) * (1 - share) + (to[label] ?? 0) * share),
  ]);
  const sum = parts.reduce((all, [, weight]) => all + weight, 0);
  const largest = parts.reduce((most, one) => (one[1] > most[1] ? one : most), ['', -1]);
  largest[1] += WHOLE - sum;
  return Object.fromEntries(parts.filter(([, weight]) => weight > 0));
}
