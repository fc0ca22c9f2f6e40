/** Going back: never waits for approval, lock, freeze, queue or quorum (architecture.md section 4, law 5). */
import type { Actor } from '../model/actor.ts';
import type { GoingBack, Rollout } from '../model/rollout.ts';
import { toInstant } from '../model/time.ts';
import { WHOLE } from '../model/weight.ts';
import { closeStage, end, enter } from './enter.ts';
import type { Circumstances } from './input.ts';
import { hasChanged } from './migrations.ts';
import { voidOpen } from './operation.ts';

export interface BackOptions {
  readonly by: Actor;
  readonly automatic: boolean;
  readonly gradual?: boolean;
  /** One sentence with numbers. */
  readonly reason: string;
  /** What asked for it: a judge's id, `trigger/NAME`, `command`, `deadline`, an operation's id. */
  readonly cause: string;
}

/** Starts the way back from wherever the rollout is. What never began and changed nothing is cancelled; what has ended stays. */
export function goBack(rollout: Rollout, options: BackOptions, c: Circumstances): Rollout {
  const unbegun = rollout.phase === 'queued' || rollout.phase === 'preparing';
  if (unbegun && !hasChanged(rollout))
    return end(voidOpen(rollout, c), { phase: 'cancelled', outcome: options.reason }, c);
  if (!unbegun && !['deploying', 'validating', 'exposing', 'provisional', 'failed'].includes(rollout.phase))
    return rollout;
  const stopped = voidOpen(closeStage(rollout, 'rolled-back', c), c);
  const { step: _, ...rest } = enter(stopped, 'rolling-back', c);
  const goingBack: GoingBack = {
    by: options.by,
    at: toInstant(c.now),
    automatic: options.automatic,
    reason: options.reason,
    cause: options.cause,
    to: c.pairLost ? null : (rollout.stable?.label ?? null),
    step: 0,
    steps: stepsBack(rollout, options.gradual === true, c),
    incident: `${rollout.id}-${rollout.rollbackAttempts + 1}`,
  };
  return { ...rest, goingBack, rollbackAttempts: rollout.rollbackAttempts + 1 };
}

/** Shares for the way back; the last is everything. A candidate that never had traffic needs no step. */
function stepsBack(rollout: Rollout, gradual: boolean, c: Circumstances): GoingBack['steps'] {
  // Where going back is a new deploy, the candidate took everything the moment its own deploy began.
  const exposed =
    rollout.stages.length > 0 || (!c.instantBack && rollout.operations.some((one) => one.kind === 'deploy'));
  if (rollout.subject.type === 'release' && (!exposed || !rollout.stable || c.pairLost)) return [];
  const steps = gradual
    ? rollout.plan.gradual.filter((step) => WHOLE - step.weight < rollout.weight && step.weight < WHOLE)
    : [];
  return [...steps, { weight: WHOLE, bake: 0 }];
}

/** Automatic way back, where it is allowed and has not been tried; undefined: a person must. */
export function mayGoBackAlone(rollout: Rollout, c: Circumstances): boolean {
  return c.mayGoBackAlone && rollout.plan.automaticRollback && rollout.rollbackAttempts === 0;
}
