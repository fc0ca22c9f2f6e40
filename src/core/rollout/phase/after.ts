/** Phases after the last stage, and the way back. */
import type { Operation, Rollout } from '../../model/rollout.ts';
import { toInstant, toMilliseconds } from '../../model/time.ts';
import { WHOLE } from '../../model/weight.ts';
import { end } from '../enter.ts';
import type { Circumstances, Observation } from '../input.ts';
import { intend, isOpen, mayStillLand } from '../operation.ts';
import { weightsFor } from '../traffic.ts';

/** How often a step is tried before a person is called. */
const TRIES = 3;

/** All traffic, watched; the old version goes when `settle` and `keep-old` are over and nobody else moves the pair. */
export function settle(rollout: Rollout, c: Circumstances): Rollout {
  const over = toMilliseconds(rollout.phaseSince) + Math.max(rollout.plan.settle, rollout.plan.keepOld);
  if (c.now < over || c.pairTaken) return rollout;
  const removed = step(rollout, 'clean-up');
  const old = rollout.stable?.label;
  if (removed === 'none' && c.keepsOld && old !== undefined && old !== candidateLabel(rollout)) {
    return intend(rollout, { kind: 'remove', purpose: 'clean-up', label: old }, c);
  }
  if (removed === 'open') return rollout;
  return after(rollout, removed === 'failed' ? `; ${old} could not be removed` : '', c);
}

function after(rollout: Rollout, remark: string, c: Circumstances): Rollout {
  const run = step(rollout, 'after');
  if (run === 'none' && rollout.plan.after.length > 0)
    return intend(rollout, { kind: 'run', purpose: 'after', checks: rollout.plan.after }, c);
  if (run === 'open') return rollout;
  const said = run === 'failed' ? '; a step after the deploy failed' : '';
  return end(rollout, 'completed', `all stages passed${remark}${said}`, c);
}

function candidateLabel(rollout: Rollout): string | undefined {
  return rollout.subject.type === 'release' ? rollout.subject.release.label : undefined;
}

/** How far a phase has got with the operations of a purpose, counted since it began. */
function step(rollout: Rollout, purpose: Operation['purpose']): 'none' | 'open' | 'done' | 'failed' {
  const mine = rollout.operations.filter(
    (one) => one.purpose === purpose && one.since >= rollout.phaseSince && one.state !== 'void',
  );
  const last = mine.at(-1);
  if (!last) return 'none';
  if (isOpen(last)) return 'open';
  if (last.state === 'done') return 'done';
  return mine.filter((one) => one.state === 'failed').length < TRIES ? 'none' : 'failed';
}

/** One step of the way back; traffic first, then what the rollout made is taken away. */
export function goOnBack(rollout: Rollout, observation: Observation, c: Circumstances): Rollout {
  const back = rollout.goingBack;
  if (!back) return rollout;
  if (back.automatic && observation.stableHealthy === false && back.step === 0 && back.steps.length > 0) {
    return end(rollout, 'failed', `${back.to ?? 'stable'} is itself unhealthy: it does not get the traffic back`, c);
  }
  return back.step < back.steps.length ? trafficBack(rollout, c) : takeAway(rollout, c);
}

function trafficBack(rollout: Rollout, c: Circumstances): Rollout {
  const back = rollout.goingBack;
  const share = back?.steps[back.step];
  if (!back || !share) return rollout;
  const weight = Math.min(rollout.weight, WHOLE - share.weight);
  if (rollout.subject.type === 'flag') return nextStepBack({ ...rollout, weight }, share.bake, c);
  const mine = rollout.operations.filter((one) => one.purpose === 'rollback' && one.since >= rollout.phaseSince);
  const last = mine.at(-1);
  const done = mine.filter((one) => one.state === 'done').length;
  if (last && isOpen(last)) return rollout;
  if (done <= back.step) {
    if (mine.filter((one) => one.state === 'failed').length >= TRIES) {
      return end(rollout, 'failed', last?.detail ?? 'the way back failed', c);
    }
    return intendBack({ ...rollout, weight }, c);
  }
  return nextStepBack(rollout, share.bake, c);
}

/** A switch where the platform has one, else the old version is deployed again. */
function intendBack(rollout: Rollout, c: Circumstances): Rollout {
  const { stable } = rollout;
  if (c.instantBack || !stable) {
    return intend(rollout, { kind: 'weights', purpose: 'rollback', weights: weightsFor(rollout, rollout.weight) }, c);
  }
  return intend(rollout, { kind: 'deploy', purpose: 'rollback', label: stable.label, commit: stable.commit }, c);
}

function nextStepBack(rollout: Rollout, bake: number, c: Circumstances): Rollout {
  const back = rollout.goingBack;
  if (!back) return rollout;
  const since = back.stepSince === undefined ? c.now : toMilliseconds(back.stepSince);
  if (back.stepSince === undefined && bake > 0)
    return { ...rollout, goingBack: { ...back, stepSince: toInstant(c.now) } };
  if (c.now < since + bake) return rollout;
  const { stepSince: _, ...rest } = back;
  const next = { ...rollout, goingBack: { ...rest, step: back.step + 1 } };
  return next.goingBack.step < back.steps.length ? trafficBack(next, c) : takeAway(next, c);
}

/** Nothing the rollout made may stay, nor come late: what may still land is waited for, then the candidate goes. */
function takeAway(rollout: Rollout, c: Circumstances): Rollout {
  const back = rollout.goingBack;
  const reason = back?.reason ?? 'rolled back';
  if (rollout.subject.type === 'flag') return end({ ...rollout, weight: 0 }, 'rolled-back', reason, c);
  if (rollout.operations.some((one) => one.kind !== 'run' && one.state === 'void' && mayStillLand(one))) return rollout;
  const made = rollout.operations.some((one) => one.kind === 'deploy' && one.purpose === 'deploy');
  const removed = step(rollout, 'clean-up');
  const label = candidateLabel(rollout);
  if (made && removed === 'none' && label !== undefined && label !== rollout.stable?.label && c.keepsOld) {
    return intend({ ...rollout, weight: 0 }, { kind: 'remove', purpose: 'clean-up', label }, c);
  }
  if (removed === 'open') return rollout;
  return end(
    { ...rollout, weight: 0 },
    'rolled-back',
    removed === 'failed' ? `${reason}; ${label} could not be removed` : reason,
    c,
  );
}
