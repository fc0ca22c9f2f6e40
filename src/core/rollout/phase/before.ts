/** Phases before anybody has the candidate: preparing, deploying, validating. */
import { SLUICE } from '../../model/actor.ts';
import type { Operation, Rollout } from '../../model/rollout.ts';
import { type BackOptions, goBack } from '../back.ts';
import { deployCopy } from '../baseline.ts';
import { beginStage, enter, enterHeld } from '../enter.ts';
import { blocking, holdForGates } from '../gate-hold.ts';
import { release } from '../hold.ts';
import type { Circumstances } from '../input.ts';
import { intend, isOpen, latest } from '../operation.ts';
import { goOnBack } from './after.ts';

/** Gates, then what runs before the deploy, then the deploy itself; a flag needs no deploy. */
export function prepare(rollout: Rollout, c: Circumstances): Rollout {
  // What is held for another reason asks its gates when it goes on.
  if (rollout.hold && rollout.hold.kind !== 'gate' && rollout.hold.kind !== 'approval') return rollout;
  const closed = blocking(c.gates);
  if (closed?.answer === 'no') return giveUp(rollout, { reason: closed.detail, cause: `gate/${closed.gate}` }, c);
  if (closed) return holdForGates(rollout, closed, c);
  const open = rollout.hold?.kind === 'gate' || rollout.hold?.kind === 'approval' ? release(rollout, c.now) : rollout;
  if (c.uncertain) return open;
  const run = latest(open, 'before');
  if (!run && open.plan.before.length > 0)
    return intend(open, { kind: 'run', purpose: 'before', checks: open.plan.before }, c);
  if (run && isOpen(run)) return open;
  if (run?.state === 'failed') {
    const reason = run.detail ?? 'a check before the deploy failed';
    return giveUp(open, { reason, cause: run.id }, c);
  }
  return deploy(open, c);
}

function giveUp(rollout: Rollout, why: Pick<BackOptions, 'reason' | 'cause'>, c: Circumstances): Rollout {
  const back = goBack(rollout, { by: SLUICE, automatic: true, ...why }, c);
  return back.phase === 'rolling-back' ? goOnBack(back, {}, c) : back;
}

function deploy(rollout: Rollout, c: Circumstances): Rollout {
  if (rollout.subject.type === 'flag' || rollout.kind === 'traffic') return beginStage(rollout, 0, c);
  const { label, commit } = rollout.subject.release;
  return intend(enter(rollout, 'deploying', c), { kind: 'deploy', purpose: 'deploy', label, commit }, c);
}

/** The candidate has a place when the deploy is done, then what it is compared with has one; then it is validated at weight 0. */
export function awaitDeploy(rollout: Rollout, c: Circumstances): Rollout {
  const operation = latest(rollout, 'deploy');
  if (!operation || isOpen(operation)) return rollout;
  if (operation.state === 'failed') return failBack(rollout, operation, c);
  const copy = latest(rollout, 'baseline');
  if (!copy) {
    const copied = deployCopy(rollout, c);
    if (copied !== rollout) return copied;
  } else if (isOpen(copy)) return rollout;
  else if (copy.state === 'failed') return failBack(rollout, copy, c);
  const url = operation.url ?? rollout.url;
  const validating = { ...enterHeld(rollout, 'validating', c), ...(url === undefined ? {} : { url }) };
  if (rollout.plan.validate.length === 0) return validating;
  return intend(validating, { kind: 'run', purpose: 'validate', checks: rollout.plan.validate }, c);
}

/** Readiness, smoke tests, critical flows passed: the first stage, if its gates are still open. */
export function validate(rollout: Rollout, c: Circumstances): Rollout {
  const run = latest(rollout, 'validate');
  if (run?.state === 'failed') return failBack(rollout, run, c);
  if (run && isOpen(run)) return rollout;
  if (rollout.hold && rollout.hold.kind !== 'gate' && rollout.hold.kind !== 'approval') return rollout;
  const closed = blocking(c.gates);
  if (closed) return holdForGates(rollout, closed, c);
  return c.uncertain ? rollout : beginStage(rollout, rollout.stage, c);
}

function failBack(rollout: Rollout, operation: Operation, c: Circumstances): Rollout {
  const reason = operation.detail ?? `${operation.purpose} failed`;
  return goBack(rollout, { by: SLUICE, automatic: true, reason, cause: operation.id }, c);
}
