/** A stage: shifting until its weights are seen, baking until judged, then left. */
import { SLUICE } from '../../model/actor.ts';
import { stageVerdict } from '../../judge/stage.ts';
import type { Action } from '../../model/metric.ts';
import type { Hold, Rollout } from '../../model/rollout.ts';
import { toMilliseconds } from '../../model/time.ts';
import { goBack, mayGoBackAlone } from '../back.ts';
import { bakeEnd, stageOf } from '../bake.ts';
import { removeCopy } from '../baseline.ts';
import { expose, stageKey } from '../enter.ts';
import { hold } from '../hold.ts';
import type { Circumstances } from '../input.ts';
import { isItsJob } from '../its-job.ts';
import { leaveStage } from '../leave.ts';
import { intend, isOpen, latest } from '../operation.ts';

export function shift(rollout: Rollout, c: Circumstances): Rollout {
  const operation = latest(rollout, 'stage', 'shift');
  if (!operation || isOpen(operation)) return rollout;
  if (operation.state === 'failed') return weightsFailed(rollout, operation.detail, c);
  const over = stageOf(rollout)?.shift?.over ?? 0;
  return c.now >= toMilliseconds(operation.since) + over ? removeCopy(expose(rollout, c), c) : rollout;
}

function weightsFailed(rollout: Rollout, detail: string | undefined, c: Circumstances): Rollout {
  const reason = detail ?? 'the weights could not be set';
  return goBack(rollout, { by: SLUICE, automatic: true, reason, cause: 'weights' }, c);
}

/** Judged when the last window is closed; until then only failing counts, and that is decided before this. */
export function bake(rollout: Rollout, c: Circumstances): Rollout {
  const operation = latest(rollout, 'stage', 'shift');
  if (operation?.state === 'failed') return weightsFailed(rollout, operation.detail, c);
  const tidied = removeCopy(rollout, c);
  if (tidied !== rollout) return tidied;
  if (rollout.hold && !mayLeave(rollout, rollout.hold, c)) return rollout;
  if (c.now < judgedFrom(rollout, c)) return rollout;
  const said = saidOf(rollout);
  if (said === 'fail') return rollout;
  if (said === 'no-data') return orElse(rollout, { then: rollout.plan.onNoData, kind: 'no-data' }, c);
  if (said === 'undecided') return extend(rollout, c);
  return verified(rollout, c);
}

/** Holds that are only a question: what is asked may have been answered, or be here. */
function mayLeave(rollout: Rollout, { kind }: Hold, c: Circumstances): boolean {
  if (kind === 'job') return isItsJob(rollout.plan.stages[rollout.stage + 1], rollout, c);
  return kind === 'approval' || kind === 'gate' || kind === 'no-data';
}

/** A stage with judges that nobody has looked at yet is undecided, never passed. */
function saidOf(rollout: Rollout): ReturnType<typeof stageVerdict>['result'] {
  const judges = stageOf(rollout)?.judges ?? [];
  return judges.length > 0 && rollout.verdicts.length === 0 ? 'undecided' : stageVerdict(rollout.verdicts).result;
}

/** The moment from which the stage may be judged: the end of its bake and the slowest metric's delay. */
function judgedFrom(rollout: Rollout, c: Circumstances): number {
  const delays = (stageOf(rollout)?.judges ?? []).map((judge) => judge.delay);
  return bakeEnd(rollout, c.now) + Math.max(0, ...delays);
}

/** Longer by a bake, then by as much again, while there is room; then as the plan says. */
function extend(rollout: Rollout, c: Circumstances): Rollout {
  const room = rollout.plan.extendMax - rollout.extendedBy;
  if (room > 0) {
    const step = Math.min(room, Math.max(stageOf(rollout)?.bake ?? 0, rollout.extendedBy));
    if (step > 0) return { ...rollout, extendedBy: rollout.extendedBy + Math.ceil(step) };
  }
  return orElse(rollout, { then: rollout.plan.onUndecided, kind: 'undecided' }, c);
}

interface OrElse {
  readonly then: Action | 'promote';
  readonly kind: 'undecided' | 'no-data';
}

function orElse(rollout: Rollout, { then, kind }: OrElse, c: Circumstances): Rollout {
  const reason = rollout.verdicts.find((one) => one.verdict === kind)?.because ?? kind;
  if (then === 'promote') return leaveStage(rollout, 'passed', c);
  const back = then === 'rollback' || then === 'rollback-gradually';
  if (back && mayGoBackAlone(rollout, c)) {
    return goBack(rollout, { by: SLUICE, automatic: true, gradual: then !== 'rollback', reason, cause: kind }, c);
  }
  return hold(rollout, { kind, by: SLUICE, reason, now: c.now });
}

/** The stage's own checks run once, after the bake; then it is left. */
function verified(rollout: Rollout, c: Circumstances): Rollout {
  const checks = stageOf(rollout)?.checks ?? [];
  if (checks.length === 0) return leaveStage(rollout, 'passed', c);
  const stage = stageKey(rollout);
  const run = rollout.operations.findLast((one) => one.purpose === 'verify' && one.stage === stage);
  if (!run) return intend(rollout, { kind: 'run', purpose: 'verify', checks, stage }, c);
  if (isOpen(run)) return rollout;
  if (run.state === 'done') return leaveStage(rollout, 'passed', c);
  const reason = run.detail ?? 'a check failed';
  if (!mayGoBackAlone(rollout, c)) return hold(rollout, { kind: 'paused', by: SLUICE, reason, now: c.now });
  return goBack(rollout, { by: SLUICE, automatic: true, reason, cause: run.id }, c);
}
