/** Phases after the last stage, and the way back. */
import type { Operation, Rollout } from '../../model/rollout.ts';
import { SECOND, toInstant, toMilliseconds } from '../../model/time.ts';
import { WHOLE } from '../../model/weight.ts';
import { copyOf } from '../arm.ts';
import { removal, removeCopy } from '../baseline.ts';
import { end } from '../enter.ts';
import { ontoFallback } from '../fallback.ts';
import type { Circumstances, Observation } from '../input.ts';
import { hasBegun, revertStep, unknownMigrations } from '../migrations.ts';
import { intend, isOpen, mayStillLand } from '../operation.ts';
import { weightsFor } from '../traffic.ts';

/** How often a step is tried before a person is called. */
const TRIES = 3;
/** And the moment between two tries, times the tries so far. */
const PAUSE = 10 * SECOND;

/** All traffic, watched; the old version goes when `settle` and `keep-old` are over and nobody else moves the pair. */
export function settle(rollout: Rollout, c: Circumstances): Rollout {
  const over = toMilliseconds(rollout.phaseSince) + Math.max(rollout.plan.settle, rollout.plan.keepOld);
  if (c.pairTaken) return rollout;
  const tidied = removeCopy(rollout, c);
  if (tidied !== rollout || c.now < over || removal(rollout, c) === 'open') return tidied;
  const removed = step(rollout, 'clean-up', c);
  const old = rollout.stable?.label;
  // A newer rollout may still have to go back to it: it is removed when that one has ended.
  if (removed === 'none' && old !== undefined && c.replaced && c.inUse.includes(old) && !c.live.includes(old))
    return rollout;
  if (removed === 'none' && c.keepsOld && old !== undefined && isNobodys(old, rollout, c)) {
    return intend(rollout, { kind: 'remove', purpose: 'clean-up', label: old }, c);
  }
  if (removed === 'open') return rollout;
  return after(rollout, `${removed === 'failed' ? left(old) : ''}${copyLeft(rollout, c)}`, c);
}

function left(label: string | undefined): string {
  return `; ${label} could not be removed`;
}

function copyLeft(rollout: Rollout, c: Circumstances): string {
  return removal(rollout, c) === 'failed' ? left(copyOf(rollout)) : '';
}

function after(rollout: Rollout, remark: string, c: Circumstances): Rollout {
  const run = step(rollout, 'after', c);
  if (run === 'none' && rollout.plan.after.length > 0)
    return intend(rollout, { kind: 'run', purpose: 'after', checks: rollout.plan.after }, c);
  if (run === 'open') return rollout;
  const said = run === 'failed' ? '; a step after the deploy failed' : '';
  return end(rollout, { phase: 'completed', outcome: `all stages passed${remark}${said}` }, c);
}

/** Never what is live or what another rollout stands on (R-112). */
function isNobodys(label: string, rollout: Rollout, c: Circumstances): boolean {
  const own = rollout.phase === 'provisional' ? candidateLabel(rollout) : rollout.stable?.label;
  return label !== own && !c.inUse.includes(label);
}

function candidateLabel(rollout: Rollout): string | undefined {
  return rollout.subject.type === 'release' ? rollout.subject.release.label : undefined;
}

/** How far a phase has got with the operations of a purpose, counted since it began; between two tries it is open. */
function step(rollout: Rollout, purpose: Operation['purpose'], c: Circumstances): 'none' | 'open' | 'done' | 'failed' {
  const mine = rollout.operations.filter(
    (one) => one.purpose === purpose && one.since >= rollout.phaseSince && one.state !== 'void',
  );
  const last = mine.at(-1);
  if (!last) return 'none';
  if (isOpen(last)) return 'open';
  if (last.state === 'done') return 'done';
  if (mine.filter((one) => one.state === 'failed').length >= TRIES) return 'failed';
  return c.now < againAt(mine) ? 'open' : 'none';
}

/** One step of the way back; traffic first, then what the rollout made is taken away. */
export function goOnBack(rollout: Rollout, observation: Observation, c: Circumstances): Rollout {
  const back = rollout.goingBack;
  if (!back) return rollout;
  if (back.automatic && observation.stableHealthy === false && !hasBegunBack(rollout) && back.steps.length > 0) {
    const instead = ontoFallback(rollout, observation, c);
    if (instead) return trafficBack(instead, c);
    return end(
      rollout,
      { phase: 'failed', outcome: `${back.to ?? 'stable'} is itself unhealthy: it does not get the traffic back` },
      c,
    );
  }
  return back.step < back.steps.length && !c.pairLost ? trafficBack(rollout, c) : takeAway(rollout, c);
}

/** Whether users have been given anything back already: then it is not stopped half-way. */
function hasBegunBack(rollout: Rollout): boolean {
  return rollout.operations.some((one) => one.purpose === 'rollback' && one.since >= rollout.phaseSince);
}

function trafficBack(rollout: Rollout, c: Circumstances): Rollout {
  const back = rollout.goingBack;
  const share = back?.steps[back.step];
  if (!back || !share) return rollout;
  const weight = Math.min(rollout.weight, WHOLE - share.weight);
  if (rollout.subject.type === 'flag') return nextStepBack({ ...rollout, weight }, share.bake, c);
  const mine = rollout.operations.filter((one) => one.purpose === 'rollback' && one.since >= rollout.phaseSince);
  const last = mine.at(-1);
  if (last && isOpen(last)) return rollout;
  if (mine.filter((one) => one.state === 'failed').length >= TRIES) {
    return end(rollout, { phase: 'failed', outcome: last?.detail ?? 'the way back failed' }, c);
  }
  if (last?.state === 'failed' && c.now < againAt(mine)) return rollout;
  if (back.stepSince === undefined && !(isStepDone(rollout, last, c) && rollout.weight === weight))
    return intendBack({ ...rollout, weight }, c);
  return nextStepBack(rollout, share.bake, c);
}

/** Whether the last thing done was the switch itself, and nothing landed after it that took the traffic again. */
function isStepDone(rollout: Rollout, last: Operation | undefined, c: Circumstances): boolean {
  if (last?.state !== 'done' || last.kind !== (c.instantBack ? 'weights' : 'deploy')) return false;
  return c.instantBack || !landedSince(rollout, last);
}

/** Where a deploy takes all traffic, one that lands after the old version came back takes it again. */
function landedSince({ operations }: Rollout, { since }: Operation): boolean {
  const late = operations.findLast((one) => one.kind === 'deploy' && one.purpose === 'deploy');
  return late?.state === 'void' && (late.ended ?? '') > since;
}

/** When a step that failed is tried again: a platform that stumbles gets a moment, and longer each time. */
function againAt(mine: readonly Operation[]): number {
  const failed = mine.filter((one) => one.state === 'failed');
  return toMilliseconds(failed.at(-1)?.ended ?? '') + PAUSE * failed.length;
}

/** A switch where the platform has one, else the old version is deployed again; so too where it was taken away already. */
function intendBack(rollout: Rollout, c: Circumstances): Rollout {
  const { stable } = rollout;
  if (stable && isTakenAway(rollout, stable.label)) {
    // The old version would be taken away after it was put back.
    if (rollout.operations.some((one) => one.kind === 'remove' && mayStillLand(one))) return rollout;
    return intend(rollout, { kind: 'deploy', purpose: 'rollback', label: stable.label, commit: stable.commit }, c);
  }
  if (c.instantBack || !stable) {
    return intend(rollout, { kind: 'weights', purpose: 'rollback', weights: weightsFor(rollout, rollout.weight) }, c);
  }
  return intend(rollout, { kind: 'deploy', purpose: 'rollback', label: stable.label, commit: stable.commit }, c);
}

/** Whether the rollout has begun to remove a version and has not put it back since. */
function isTakenAway({ operations }: Rollout, label: string): boolean {
  const last = operations.findLast(
    (one) => one.label === label && (one.kind === 'remove' || (one.kind === 'deploy' && one.state === 'done')),
  );
  return last?.kind === 'remove' && !(last.state === 'void' && last.claim === undefined);
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
  const reverting = revertStep(rollout, c);
  if (reverting) return reverting;
  const reason = `${back?.reason ?? 'rolled back'}${hasBegun(rollout) ? '' : unknownMigrations(rollout)}`;
  if (rollout.subject.type === 'flag')
    return end({ ...rollout, weight: 0 }, { phase: 'rolled-back', outcome: reason }, c);
  if (rollout.operations.some((one) => one.kind !== 'run' && one.state === 'void' && mayStillLand(one))) return rollout;
  const last = rollout.operations.findLast((one) => one.purpose === 'rollback');
  if (back && back.steps.length > 0 && !c.instantBack && !c.pairLost && last && !isStepDone(rollout, last, c))
    return trafficBack({ ...rollout, goingBack: { ...back, step: back.steps.length - 1 } }, c);
  return removeCandidate({ ...rollout, weight: 0 }, reason, c);
}

function removeCandidate(rollout: Rollout, reason: string, c: Circumstances): Rollout {
  const made = rollout.operations.some((one) => one.kind === 'deploy' && one.purpose === 'deploy');
  const served = isServed(rollout, c);
  const removed = step(rollout, 'clean-up', c);
  const label = candidateLabel(rollout);
  if (made && removed === 'none' && label !== undefined && isNobodys(label, rollout, c) && (c.keepsOld || served)) {
    return intend(rollout, { kind: 'remove', purpose: 'clean-up', label }, c);
  }
  if (removed === 'open') return rollout;
  if (served && removed === 'failed') return stillServed(rollout, reason, c);
  // Another rollout of the pair stands on what users have: it goes when that one has ended.
  if (served && removed === 'none') return rollout;
  const tidied = removeCopy(rollout, c);
  if (tidied !== rollout || removal(rollout, c) === 'open') return tidied;
  const outcome = `${reason}${removed === 'failed' ? left(label) : ''}${copyLeft(rollout, c)}`;
  return end(rollout, { phase: hasBegun(rollout) ? 'rolled-back' : 'cancelled', outcome }, c);
}

/** Whether users may have what nothing was before: it has to go from them, since nobody takes them over. */
function isServed({ operations, stable }: Rollout, c: Circumstances): boolean {
  if (stable !== null || c.pairLost) return false;
  const tried = operations.filter((one) => one.claim !== undefined);
  if (c.weighted) return tried.some((one) => one.weights !== undefined);
  return tried.some((one) => one.purpose === 'deploy' && one.kind === 'deploy' && one.state !== 'failed');
}

function stillServed(rollout: Rollout, reason: string, c: Circumstances): Rollout {
  const why = rollout.operations.findLast((one) => one.purpose === 'clean-up')?.detail;
  const outcome = `${reason}${left(candidateLabel(rollout))}${why === undefined ? '' : ` (${why})`}, and nothing was before it`;
  return end(rollout, { phase: 'failed', outcome }, c);
}
