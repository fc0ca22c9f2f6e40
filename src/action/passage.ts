/** How far a rollout has come, as a job that waits for one of its stages must know it. */
import type { Code } from '../core/model/code.ts';
import type { Rollout } from '../core/model/rollout.ts';
import { SLUICE } from '../core/model/actor.ts';
import { baked } from '../core/rollout/bake.ts';

export interface Passage {
  /**
   * `moving`: wait on; `passed`: the stage is behind; `held`: it stands, and a person or another job goes on with it;
   * `back`: it went back, or could go neither way.
   */
  readonly is: 'moving' | 'passed' | 'held' | 'back';
  /** What it means for the job where the wait is over. */
  readonly code: Code;
}

const MOVING: Passage = { is: 'moving', code: 'baking' };
const PASSED: Passage = { is: 'passed', code: 'done' };

/**
 * Whether `stage` (absent: the last one) is behind. A rollout that waits for what comes after it has passed it; one that waits
 * for its own gate, a judge or a person has not. `now` is the store's, in ms.
 */
export function passageOf(rollout: Rollout, stage: string | undefined, now: number): Passage {
  const wanted = indexOf(rollout, stage);
  switch (rollout.phase) {
    case 'completed':
    case 'provisional':
      return PASSED;
    case 'rolled-back':
      return rollout.kind === 'rollback' ? PASSED : { is: 'back', code: 'rolled-back' };
    case 'cancelled':
      return { is: 'back', code: 'failed' };
    case 'failed':
      return { is: 'back', code: 'needs-a-person' };
    case 'queued':
      return { is: 'held', code: 'queued' };
    case 'exposing':
      return exposed(rollout, wanted, now);
    default:
      return rollout.hold ? held(rollout) : MOVING;
  }
}

function indexOf({ plan }: Rollout, stage: string | undefined): number {
  const index = plan.stages.findIndex(({ name }) => name === stage);
  return stage === undefined || index < 0 ? plan.stages.length - 1 : index;
}

function exposed(rollout: Rollout, wanted: number, now: number): Passage {
  if (rollout.stage > wanted) return PASSED;
  if (!rollout.hold) return MOVING;
  if (rollout.stage === wanted && waitsForNext(rollout, now)) return PASSED;
  return held(rollout);
}

/** The stage has passed, and what holds is a question before the next one. */
export function waitsForNext(rollout: Rollout, now: number): boolean {
  const { hold, step } = rollout;
  const stage = rollout.plan.stages[rollout.stage];
  if (rollout.phase !== 'exposing' || step !== 'baking' || !hold || !stage) return false;
  if (baked(rollout, now) < stage.bake + rollout.extendedBy) return false;
  if (hold.kind === 'paused') return rollout.until === stage.name && hold.by.kind === SLUICE.kind;
  return hold.kind === 'job' || hold.kind === 'approval' || hold.kind === 'gate';
}

function held({ hold }: Rollout): Passage {
  return { is: 'held', code: hold?.kind === 'approval' ? 'waits-for-approval' : 'held' };
}
