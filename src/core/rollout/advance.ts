/** What a look at the world does to a rollout: at most one step, so that each commit tells one thing. */
import { SLUICE } from '../model/actor.ts';
import type { Action } from '../model/metric.ts';
import type { Rollout } from '../model/rollout.ts';
import { toInstant, toMilliseconds } from '../model/time.ts';
import { goBack, mayGoBackAlone } from './back.ts';
import { end, resumed, stageKey } from './enter.ts';
import { heldAgain, heldBecause, hold, holdIsOver, release } from './hold.ts';
import { type Circumstances, hasEnded, type Observation } from './input.ts';
import { environmentOfStage } from './its-job.ts';
import { abandoned } from './run-behind.ts';
import { claimOpen, isOpen, mayStillLand, record } from './operation.ts';
import { goOnBack, settle } from './phase/after.ts';
import { awaitDeploy, prepare, validate } from './phase/before.ts';
import { bake, shift } from './phase/exposing.ts';
import { mayReduce, reduce } from './reduce.ts';
import { isForShares } from './shares.ts';
import { isRefused } from './wake.ts';

export function advance(rollout: Rollout, observation: Observation, c: Circumstances): Rollout {
  if (hasEnded(rollout) || rollout.phase === 'queued') return rollout;
  const seen = look(rollout, observation, c);
  if (seen.phase === 'failed') return seen;
  for (const step of [superseded, danger, deadline, abandoned, refusal, expiry]) {
    const next = step(seen, observation, c);
    // Going back takes its first step in the same commit.
    if (next !== seen) return next.phase === 'rolling-back' ? goOnBack(next, observation, c) : next;
  }
  return phaseStep(seen, observation, c);
}

/** Takes in what was seen: results of operations, dead claims, evidence. */
function look(rollout: Rollout, observation: Observation, c: Circumstances): Rollout {
  let next = rollout;
  for (const [id, result] of Object.entries(observation.operations ?? {})) next = record(next, { id, result }, c);
  next = claimOpen(next, observation.dead ?? {}, c);
  if (observation.about !== undefined && observation.about !== exposureOf(rollout)) return next;
  if (observation.evidence) next = { ...next, evidence: observation.evidence };
  return observation.verdicts ? { ...next, verdicts: observation.verdicts } : next;
}

/** Names what is judged: phase, stage, how often it was exposed and when. Evidence of another exposure is none. */
export function exposureOf(rollout: Rollout): string {
  return [rollout.phase, stageKey(rollout), rollout.exposedAt ?? ''].join(' ');
}

/** What it stood on goes back itself and has taken the pair: nothing is left to go up on, nor to go back to. */
function superseded(rollout: Rollout, _: Observation, c: Circumstances): Rollout {
  if (!c.pairLost || !['preparing', 'deploying', 'validating', 'exposing'].includes(rollout.phase)) return rollout;
  const reason = `${rollout.stable?.label ?? 'what was live'} goes back itself`;
  return goBack(rollout, { by: SLUICE, automatic: true, reason, cause: 'superseded' }, c);
}

interface Demand {
  readonly action: Action;
  readonly cause: string;
  readonly because: string;
  readonly trigger?: string;
  /** Nothing was shown of the candidate: its share of traffic is off, and no wait for that ever takes it back. */
  readonly forShares?: true;
}

/** What judges and triggers ask for now; what was shown of the candidate before what is known of its share alone. */
function demands(rollout: Rollout, observation: Observation): readonly Demand[] {
  const judges = rollout.verdicts
    .filter((one) => one.verdict === 'fail' && !one.dryRun)
    .map((one): Demand => {
      const demand = { action: one.then, cause: one.judge, because: one.because };
      return isForShares(one, rollout) ? { ...demand, forShares: true } : demand;
    })
    .toSorted((one, other) => Number(one.forShares === true) - Number(other.forShares === true));
  const triggers = (observation.fired ?? []).map((one) => ({
    action: one.action,
    cause: `trigger/${one.trigger}`,
    because: one.because,
    trigger: one.trigger,
  }));
  return [...judges, ...triggers];
}

const GRAVITY: readonly Action[] = ['rollback', 'rollback-gradually', 'reduce', 'pause', 'disable-flags', 'notify'];

function danger(rollout: Rollout, observation: Observation, c: Circumstances): Rollout {
  if (!['deploying', 'validating', 'exposing', 'provisional'].includes(rollout.phase)) return rollout;
  if (rollout.phase === 'provisional' && c.replaced) return rollout;
  const all = demands(rollout, observation);
  const gravest = GRAVITY.flatMap((action) => all.filter((one) => one.action === action)).at(0);
  if (!gravest) return rollout;
  const noted = gravest.trigger === undefined ? rollout : note(rollout, gravest.trigger, c);
  const next = act(noted, gravest, c);
  return next === noted && noted === rollout ? rollout : next;
}

/** When a trigger fired is committed, so that its cooldown survives a restart. */
function note(rollout: Rollout, trigger: string, c: Circumstances): Rollout {
  return { ...rollout, fired: { ...rollout.fired, [trigger]: toInstant(c.now) } };
}

function act(rollout: Rollout, { action, cause, because, forShares }: Demand, c: Circumstances): Rollout {
  switch (action) {
    case 'rollback':
    case 'rollback-gradually':
      if (!mayGoBackAlone(rollout, c))
        return stopHere(rollout, `${because}; automatic rollback is off: a person decides`, c);
      return goBack(
        rollout,
        { by: SLUICE, automatic: true, gradual: action !== 'rollback', reason: because, cause },
        c,
      );
    case 'reduce':
      if (rollout.hold?.kind === 'reduced') return rollout;
      if (!mayReduce(rollout, c) && !mayGoBackAlone(rollout, c)) return stopHere(rollout, because, c);
      return reduce(rollout, { by: SLUICE, reason: because }, c);
    case 'pause':
      return forShares ? stopForShares(rollout, because, c) : stopHere(rollout, because, c);
    case 'disable-flags':
    case 'notify':
      return rollout;
  }
}

function stopHere(rollout: Rollout, reason: string, c: Circumstances): Rollout {
  if (rollout.phase === 'provisional') return rollout;
  const { hold: held } = rollout;
  if (held?.kind === 'paused' && held.onTimeout !== 'notify') return rollout;
  const free = held?.kind === 'paused' ? release(rollout, c.now) : rollout;
  return hold(free, { kind: 'paused', by: SLUICE, reason, now: c.now });
}

function stopForShares(rollout: Rollout, reason: string, c: Circumstances): Rollout {
  if (rollout.phase === 'provisional' || rollout.hold?.kind === 'paused') return rollout;
  return hold(rollout, { kind: 'paused', by: SLUICE, reason, now: c.now, onTimeout: 'notify' });
}

/** What is done on the way up and takes longer than the plan allows sends it back (R-108); waits have ends of their own. */
function deadline(rollout: Rollout, _: Observation, c: Circumstances): Rollout {
  if (rollout.phase === 'rolling-back') return backTooLong(rollout, c);
  if (!['preparing', 'deploying', 'validating', 'exposing'].includes(rollout.phase)) return rollout;
  const late = rollout.operations.find(
    (one) => isOpen(one) && c.now >= toMilliseconds(one.since) + rollout.plan.deadline,
  );
  if (!late) return rollout;
  const reason = `${late.purpose} took longer than the deadline`;
  return goBack(rollout, { by: SLUICE, automatic: true, reason, cause: 'deadline' }, c);
}

/** A way back that is not over in time calls a person: what it waits for may never come. */
function backTooLong(rollout: Rollout, c: Circumstances): Rollout {
  const baking = (rollout.goingBack?.steps ?? []).reduce((sum, { bake }) => sum + bake, 0);
  if (c.now < toMilliseconds(rollout.phaseSince) + rollout.plan.deadline + baking) return rollout;
  const waits = rollout.operations.findLast(mayStillLand);
  const outcome = `the way back took longer than the deadline${waits ? `: ${waits.purpose} (${waits.id}) never ended` : ''}`;
  return end(rollout, { phase: 'failed', outcome }, c);
}

/** Reviewers of the job said no: it stays held, says who said so, and goes back at the hold's end. */
function refusal(rollout: Rollout, { refused }: Observation, c: Circumstances): Rollout {
  const { hold: held, plan, stage, rejections } = rollout;
  const next = plan.stages[stage + 1];
  if (!refused || !next || held?.kind !== 'job' || held.wake?.run !== refused.run || isRefused(rollout)) return rollout;
  const { by, run } = refused;
  const place = environmentOfStage(next, rollout);
  const reason = `${by.name} said no to ${next.name} in the GitHub environment ${place} (run ${run})`;
  return heldBecause(
    { ...rollout, rejections: [...rejections, { by, stage: next.name, at: toInstant(c.now), reason, run }] },
    reason,
  );
}

/** A wait that has ended does what it said it would (R-904). */
function expiry(rollout: Rollout, _: Observation, c: Circumstances): Rollout {
  const held = rollout.hold;
  if (!held || !holdIsOver(rollout, c.now)) return rollout;
  if (held.onTimeout === 'resume') return resumed(rollout, c);
  if (held.onTimeout === 'notify') return heldAgain(rollout, c.now);
  return goBack(
    rollout,
    { by: SLUICE, automatic: true, reason: `nobody answered: ${held.reason}`, cause: `hold/${held.kind}` },
    c,
  );
}

function phaseStep(rollout: Rollout, observation: Observation, c: Circumstances): Rollout {
  switch (rollout.phase) {
    case 'preparing':
      return prepare(rollout, c);
    case 'deploying':
      return awaitDeploy(rollout, c);
    case 'validating':
      return validate(rollout, c);
    case 'exposing':
      return rollout.step === 'shifting' ? shift(rollout, c) : bake(rollout, c);
    case 'provisional':
      return settle(rollout, c);
    case 'rolling-back':
      return goOnBack(rollout, observation, c);
    default:
      return rollout;
  }
}
