/** Entering a phase or a stage: the one place where they change. */
import type { Phase, Rollout, StageRecord } from '../model/rollout.ts';
import { toInstant } from '../model/time.ts';
import { release } from './hold.ts';
import type { Circumstances } from './input.ts';
import { runOfStage } from './its-job.ts';
import { intend } from './operation.ts';
import { weightsFor } from './traffic.ts';

export function enter(rollout: Rollout, phase: Phase, c: Circumstances): Rollout {
  return enterHeld(release(rollout, c.now), phase, c);
}

/** Enters a phase in which nobody has more than before: what holds the rollout goes on holding it. */
export function enterHeld(rollout: Rollout, phase: Phase, c: Circumstances): Rollout {
  return { ...rollout, phase, phaseSince: toInstant(c.now) };
}

/** A hold that ends. What was reduced while it lasted begins its stage again, bake and windows too. */
export function resumed(rollout: Rollout, c: Circumstances): Rollout {
  const free = release(rollout, c.now);
  const planned = rollout.plan.stages[rollout.stage]?.weight ?? 0;
  const reduced = rollout.phase === 'exposing' && rollout.weight < planned;
  return reduced ? beginStage(closeStage(free, 'reduced', c), rollout.stage, c) : free;
}

/** The stage's bake and windows begin anew; its weights are there. */
export function bakeAgain(rollout: Rollout, c: Circumstances): Rollout {
  const closed = closeStage(rollout, 'repeated', c);
  const record: StageRecord = { stage: closed.stages.at(-1)?.stage ?? '', began: toInstant(c.now), verdicts: [] };
  return expose({ ...closed, extendedBy: 0, verdicts: [], stages: [...closed.stages, record] }, c);
}

interface End {
  readonly phase: 'completed' | 'rolled-back' | 'cancelled' | 'failed';
  /** One sentence. */
  readonly outcome: string;
}

export function end(rollout: Rollout, { phase, outcome }: End, c: Circumstances): Rollout {
  const entered = { ...enter(rollout, phase, c), outcome };
  return phase === 'failed' ? entered : { ...entered, ended: toInstant(c.now) };
}

/** Begins stage `index`: its weights are intended now; it bakes once they are seen. */
export function beginStage(rollout: Rollout, index: number, c: Circumstances): Rollout {
  const stage = rollout.plan.stages[index];
  if (!stage) return rollout;
  const run = runOfStage(stage, rollout, c);
  const record: StageRecord = { stage: stage.name, began: toInstant(c.now), ...(run && { run }), verdicts: [] };
  const { exposedAt: _, ...held } = release(rollout, c.now);
  const begun: Rollout = {
    ...held,
    phase: 'exposing',
    phaseSince: rollout.phase === 'exposing' ? rollout.phaseSince : toInstant(c.now),
    stage: index,
    step: 'shifting',
    weight: stage.weight,
    pausedFor: 0,
    extendedBy: 0,
    verdicts: [],
    gates: c.gates,
    stages: [...rollout.stages, record],
  };
  // A platform that sets no weights gave the candidate everything when it was deployed.
  if (rollout.subject.type === 'flag' || !c.weighted) return expose(begun, c);
  const weights = stage.weights ?? weightsFor(begun, stage.weight);
  return intend(begun, { kind: 'weights', purpose: 'stage', weights }, c);
}

/** The stage's weights are there: its bake and its windows begin now. */
export function expose(rollout: Rollout, c: Circumstances): Rollout {
  const exposed = toInstant(c.now);
  return withLastRecord({ ...rollout, step: 'baking', exposedAt: exposed, pausedFor: 0 }, { exposed });
}

/** Writes how the stage that is being left went. */
export function closeStage(rollout: Rollout, how: NonNullable<StageRecord['how']>, c: Circumstances): Rollout {
  const last = rollout.stages.at(-1);
  if (!last || last.ended !== undefined) return rollout;
  return withLastRecord(rollout, { ended: toInstant(c.now), how, verdicts: rollout.verdicts });
}

function withLastRecord(rollout: Rollout, more: Partial<StageRecord>): Rollout {
  const last = rollout.stages.at(-1);
  return last ? { ...rollout, stages: [...rollout.stages.slice(0, -1), { ...last, ...more }] } : rollout;
}

/** Which exposure of which stage evidence belongs to: a stage that is exposed again begins its windows anew. */
export function stageKey(rollout: Rollout): string {
  const name = rollout.plan.stages[rollout.stage]?.name ?? '';
  const times = rollout.stages.filter((record) => record.stage === name).length;
  return times > 1 ? `${name}/${times}` : name;
}
