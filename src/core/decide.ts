/** From a command to a decision: what every surface asks, in the same order, before its room decides. */
import type { Command } from './command/command.ts';
import { readTarget } from './command/target.ts';
import { findEntry, isBuilt, isRead, needsReason } from './command/rights.ts';
import { type Asking, type Decision, refuse } from './decision.ts';
import { decideEnvironment, isEnvironmentCommand } from './environment/commands.ts';
import type { Facts } from './facts.ts';
import { decideFlag } from './flag/commands.ts';
import { impliedEnvironment } from './model/config.ts';
import type { State } from './model/state.ts';
import { permit, permitOverride } from './policy/permit.ts';
import { decideAdopt, decideFlagRollout } from './rollout/begin.ts';
import { decideRollout } from './rollout/commands.ts';
import { decideDeploy } from './rollout/deploy.ts';
import { findRollout } from './rollout/find.ts';
import { withRolloutsEnded } from './rollout/take-over.ts';
import { decideTrafficSet } from './rollout/traffic-set.ts';
import { decideAlert } from './watch/commands.ts';

export interface Question {
  readonly state: State;
  readonly command: Command;
  readonly asking: Asking;
  readonly facts: Facts;
}

type Room = (question: Question) => Decision;

const ROOMS: Readonly<Record<string, Room>> = {
  deploy: decideDeploy,
  'flag rollout': decideFlagRollout,
  'traffic set': decideTrafficSet,
  adopt: decideAdopt,
};

const BY_NOUN: Readonly<Record<string, Room>> = {
  flag: decideFlagByHand,
  segment: ({ state, command, asking }) => decideFlag(state, command, asking),
  alert: ({ state, command, asking }) => decideAlert(state, command, asking),
};

/** A flag that is set or disabled by hand is no longer its rollout's. */
function decideFlagByHand({ state, command, asking }: Question): Decision {
  const decision = decideFlag(state, command, asking);
  const { details } = decision.outcome;
  const named = details !== null && typeof details === 'object' && !Array.isArray(details) ? details : {};
  const rollouts =
    'tookOver' in named ? named.tookOver : 'rollouts' in named && command.name === 'flag disable' ? named.rollouts : [];
  return withRolloutsEnded(decision, { state, asking, rollouts: Array.isArray(rollouts) ? rollouts.map(String) : [] });
}

const ROLLOUT_VERBS = [
  'promote',
  'pause',
  'resume',
  'reduce',
  'approve',
  'reject',
  'cancel',
  'rollback',
  'retry',
  'resolve',
];

/** Decides a command that changes state or reads documents. Pure and total: a refusal is a decision too. */
export function decide(question: Question): Decision {
  return refusal(question) ?? roomOf(question.command.name)(question);
}

function roomOf(name: string): Room {
  if (ROOMS[name]) return ROOMS[name];
  if (ROLLOUT_VERBS.includes(name)) return decideRollout;
  if (isEnvironmentCommand(name)) return decideEnvironment;
  return BY_NOUN[name.split(' ')[0] ?? ''] ?? (() => refuse('not-yet', `${name} is not built in this version`));
}

/** Reasons not to decide at all: not built, not permitted, no reason given, a gate nobody may pass over. */
function refusal({ state, command, asking }: Question): Decision | undefined {
  const { name } = command;
  if (!findEntry(name)) return refuse('command-unknown', `there is no command ${name}`);
  if (!isBuilt(name)) return refuse('not-yet', `${name} is known, and not built in this version`);
  const asked = environmentsOf(state, command).map((environment) => ({
    config: state.config,
    environment,
    actor: asking.actor,
    rights: asking.rights,
  }));
  const denied = asked.map((one) => permit(name, one)).find((may) => !may.allowed);
  if (denied && !denied.allowed) return refuse(denied.code, denied.because);
  if (!isRead(name) && needsReason(command) && asking.reason === undefined) {
    return refuse('reason-needed', `${name} needs a reason here: --reason "..."`);
  }
  if (asking.overrides.length === 0) return undefined;
  if (asking.reason === undefined) return refuse('reason-needed', 'passing over a gate needs a reason: --reason "..."');
  const stopped = asked.map(permitOverride).find((may) => !may.allowed);
  return stopped && !stopped.allowed ? refuse(stopped.code, stopped.because) : undefined;
}

/** Where the command acts: what it names, the rollout it means, or all there are; not the usual environment where that is another. */
function environmentsOf(state: State, command: Command): readonly (string | undefined)[] {
  if (command.environment !== undefined) return [command.environment];
  if (command.name === 'rollback' && command.options['all'] === true)
    return [...new Set([...state.rollouts.values()].map((one) => one.subject.environment))];
  const usual = impliedEnvironment(state.config);
  const { target } = command.args;
  if (!ROLLOUT_VERBS.includes(command.name)) return [usual];
  const found = findRollout(state, { target: typeof target === 'string' ? target : undefined, environment: undefined });
  if (found.ok) return [found.rollout.subject.environment];
  const named = typeof target === 'string' ? readTarget(target) : undefined;
  return [named?.kind === 'service' && named.environment !== undefined ? named.environment : usual];
}
