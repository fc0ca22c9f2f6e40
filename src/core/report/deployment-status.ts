/** A rollout as a forge's deployments show it: one for each GitHub environment its stages have reached. */
import type { Config } from '../model/config.ts';
import type { PlannedStage, Rollout } from '../model/rollout.ts';
import { environmentOfStage } from '../rollout/its-job.ts';
import { lastExposed } from './rollout.ts';
import { awaitedStage, nameOf, stableOf, stageName } from './subject.ts';
import { oneLine } from './text.ts';
import { heldWords } from './words.ts';

/** What a deployment's newest status shall say. States are GitHub's. */
export interface WantedStatus {
  /** The GitHub environment. */
  readonly environment: string;
  /** Full. */
  readonly sha: string;
  readonly rollout: string;
  readonly state: 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';
  /** Plain words, at most 140 characters. */
  readonly description: string;
  /** The workflow run whose job began the stage. */
  readonly run?: string;
}

const LONGEST = 140;

/** Wanted statuses in the order of the stages; none of a flag's rollout or of weights set by hand. */
export function deploymentsOf(rollout: Rollout): readonly WantedStatus[] {
  const { subject, kind } = rollout;
  if (subject.type !== 'release' || (kind !== 'deploy' && kind !== 'rollback')) return [];
  return reached(rollout).map((environment) => {
    const run = rollout.stages.findLast(
      (one) => one.run && environmentOfStage(stageNamed(rollout, one.stage), rollout) === environment,
    )?.run?.id;
    return {
      environment,
      sha: subject.release.commit,
      rollout: rollout.id,
      ...statusIn(rollout, environment),
      ...(run === undefined ? {} : { run }),
    };
  });
}

function stageNamed({ plan }: Rollout, name: string): PlannedStage | undefined {
  return plan.stages.find((one) => one.name === name);
}

/** GitHub environments up to the one of the furthest stage that began. */
function reached(rollout: Rollout): readonly string[] {
  const began = rollout.stages.map((one) => rollout.plan.stages.findIndex(({ name }) => name === one.stage));
  const furthest = Math.max(0, ...began);
  const names = rollout.plan.stages.slice(0, furthest + 1).map((stage) => environmentOfStage(stage, rollout));
  return [...new Set(names)];
}

function statusIn(rollout: Rollout, environment: string): Pick<WantedStatus, 'state' | 'description'> {
  const { phase, goingBack } = rollout;
  switch (phase) {
    case 'queued':
      return say('queued', 'waits in the queue');
    case 'preparing':
      return say('queued', rollout.hold ? heldText(rollout) : 'asks its gates');
    case 'deploying':
      return say('in_progress', 'deploying, no traffic yet');
    case 'validating':
      return say('in_progress', rollout.hold ? heldText(rollout) : 'checked before it gets traffic');
    case 'exposing':
      return exposing(rollout, environment);
    case 'provisional':
      return say('success', 'has all traffic, still watched');
    case 'completed':
      return say('success', 'live, all stages passed');
    case 'rolling-back':
      return say('failure', `going back ${backTo(rollout)}: ${goingBack?.reason ?? ''}`);
    case 'rolled-back':
      return say('failure', `rolled back from ${lastExposed(rollout)} ${backTo(rollout)}: ${goingBack?.reason ?? ''}`);
    case 'cancelled':
      return say('inactive', `cancelled: ${rollout.outcome ?? ''}`);
    case 'failed':
      return say('error', `a person must look: ${rollout.outcome ?? ''}`);
  }
}

function say(state: WantedStatus['state'], text: string): Pick<WantedStatus, 'state' | 'description'> {
  const line = oneLine(text).replace(/:\s*$/, '');
  const description = line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
  return { state, description };
}

function heldText(rollout: Rollout): string {
  const stage = awaitedStage(rollout);
  if (rollout.hold?.kind === 'approval' && stage) return `${stageName(stage)} waits for an approval`;
  return `held: ${heldWords(rollout)}`;
}

function backTo(rollout: Rollout): string {
  return rollout.goingBack?.to === null ? 'to nothing' : `to ${rollout.goingBack?.to ?? stableOf(rollout)}`;
}

/** An environment that was left, or waits only for a word before the next, has what it shall have. */
function exposing(rollout: Rollout, environment: string): Pick<WantedStatus, 'state' | 'description'> {
  const { plan, stage: index, hold } = rollout;
  const mine = plan.stages.filter((stage) => environmentOfStage(stage, rollout) === environment);
  const current = plan.stages[index];
  const isHere = current !== undefined && mine.includes(current);
  if (!isHere) return say('success', `${stageName(mine.at(-1) ?? (plan.stages[0] as PlannedStage))} passed`);
  const next = plan.stages[index + 1];
  const asks = hold?.kind === 'approval' || hold?.kind === 'job';
  if (asks && next && environmentOfStage(next, rollout) !== environment)
    return say(
      'success',
      `${stageName(current)} passed; ${hold.kind === 'job' ? `${next.name} waits for its job` : heldText(rollout)}`,
    );
  return say('in_progress', `${stageName(current)}: ${hold ? heldText(rollout) : (rollout.step ?? 'begins')}`);
}

/** Only what differs from before: a commit that changes nothing that is shown costs no call. */
export function changedDeployments(before: Rollout | undefined, after: Rollout): readonly WantedStatus[] {
  const known = before ? deploymentsOf(before) : [];
  return deploymentsOf(after).filter((one) => {
    const old = known.find(({ environment }) => environment === one.environment);
    return old?.state !== one.state || old.description !== one.description;
  });
}

/** What becomes of the deployment of the version that was there before: replaced, or serving again. */
export interface Aftermath {
  /** Where it serves again; of a version that is replaced all it has reached count. */
  readonly environments: readonly string[];
  readonly kind: 'replaced' | 'serves-again';
  /** Of the version that was there before: full. */
  readonly sha: string;
  readonly description: string;
}

export function aftermathOf(before: Rollout | undefined, after: Rollout): Aftermath | undefined {
  const isLive = ({ phase }: Rollout): boolean => phase === 'provisional' || phase === 'completed';
  const environments = deploymentsOf(after).map(({ environment }) => environment);
  const { stable, goingBack, phase } = after;
  if (environments.length === 0 || !stable) return undefined;
  const { commit: sha } = stable;
  if (isLive(after) && !(before && isLive(before)))
    return { kind: 'replaced', environments, sha, description: `replaced by ${nameOf(after)}` };
  if (phase !== 'rolled-back' || before?.phase === 'rolled-back' || goingBack?.to !== stable.label) return undefined;
  return {
    kind: 'serves-again',
    environments,
    sha,
    description: `serves all traffic again after ${nameOf(after)}`,
  };
}

/** Whether a rollout is one of the same service in the same environment, by the ids that deployments carry. */
export function isOfPair(id: string, { subject }: Rollout): boolean {
  if (subject.type !== 'release') return false;
  const prefix = `${subject.service}-${subject.environment}-`;
  return id.startsWith(prefix) && /^\d{8}-[0-9a-f]{8}$/.test(id.slice(prefix.length));
}

/** Users are there: no environment comes after it, where there is more than one. */
export function isProduction({ environments }: Pick<Config, 'environments'>, environment: string): boolean {
  return !Object.values(environments).some(({ order }) => order.includes(environment));
}
