/** From a command to a decision: what every surface asks, in the same order, before its room decides. */
import type { Command } from './command/command.ts';
import { findEntry, isBuilt, isRead, needsReason } from './command/rights.ts';
import { type Asking, type Decision, refuse } from './decision.ts';
import { decideEnvironment, isEnvironmentCommand } from './environment/commands.ts';
import { decideExperiment } from './experiment/commands.ts';
import { withExperimentsEnded } from './experiment/take-over.ts';
import { verbOf } from './external/foreign-file.ts';
import type { Facts } from './facts.ts';
import { decideFlag } from './flag/commands.ts';
import type { State } from './model/state.ts';
import { editOf, freezeOf, touchedBy } from './policy/edit.ts';
import { type Asked, type Permission, permit, permitOverrides, permitVerb } from './policy/permit.ts';
import { isOnRollouts, whereOf } from './policy/where.ts';
import { decideAdopt, decideFlagRollout } from './rollout/begin.ts';
import { decideRollout } from './rollout/commands.ts';
import { decideDeploy } from './rollout/deploy.ts';
import { withRolloutsEnded } from './rollout/take-over.ts';
import { decideTrafficSet } from './rollout/traffic-set.ts';
import { decideAlert } from './watch/commands.ts';

export interface Question {
  readonly state: State;
  readonly command: Command;
  readonly asking: Asking;
  readonly facts: Facts;
  /** The id of its place in the queue, when a waiting deploy's turn has come. */
  readonly id?: string;
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
  experiment: decideExperiment,
};

/** A flag that is set or disabled by hand is no longer its rollout's, nor its experiment's. */
function decideFlagByHand({ state, command, asking, facts }: Question): Decision {
  const decision = withExperimentsEnded({ state, asking, facts, decide: (now) => decideFlag(now, command, asking) });
  const { details } = decision.outcome;
  const named = details !== null && typeof details === 'object' && !Array.isArray(details) ? details : {};
  const rollouts =
    'tookOver' in named ? named.tookOver : 'rollouts' in named && command.name === 'flag disable' ? named.rollouts : [];
  return withRolloutsEnded(decision, { state, asking, rollouts: Array.isArray(rollouts) ? rollouts.map(String) : [] });
}

/** Decides a command that changes state or reads documents. Pure and total: a refusal is a decision too. */
export function decide(question: Question): Decision {
  const { state, command } = question;
  if (!findEntry(command.name)) return refuse('command-unknown', `there is no command ${command.name}`);
  if (!isBuilt(command.name)) return refuse('not-yet', `${command.name} is known, and not built in this version`);
  const where = whereOf(state, command);
  if (!where.ok) return where.refusal;
  const placed = { ...question, command: where.command };
  return refusal(placed, where.environments) ?? asEdited(placed, roomOf(command.name)(placed));
}

function roomOf(name: string): Room {
  if (ROOMS[name]) return ROOMS[name];
  if (isOnRollouts(name)) return decideRollout;
  if (isEnvironmentCommand(name)) return decideEnvironment;
  return BY_NOUN[name.split(' ')[0] ?? ''] ?? (() => refuse('not-yet', `${name} is not built in this version`));
}

/** Reasons not to decide at all: not permitted, no reason given, a gate nobody may pass over. */
function refusal(
  { state, command, asking, facts }: Question,
  places: readonly (string | undefined)[],
): Decision | undefined {
  const { name, options } = command;
  const asked = places.map((environment) => askedIn(state, asking, environment));
  const denied = firstDenied(asked.map((one) => permit(name, one)));
  if (denied) return denied;
  if (!isRead(name) && needsReason(command) && asking.reason === undefined) {
    return refuse('reason-needed', `${name} needs a reason here: --reason "..."`);
  }
  const emergency = options['emergency'] === true;
  if (emergency) return firstDenied(asked.map((one) => permitVerb('emergency', 'maintain', one)));
  if (asking.overrides.length === 0) return undefined;
  if (asking.reason === undefined) return refuse('reason-needed', 'passing over a gate needs a reason: --reason "..."');
  return firstDenied(asked.flatMap((one) => permitOverrides(one, { gates: asking.overrides, now: facts.now })));
}

function askedIn({ config }: State, { actor, rights }: Asking, environment: string | undefined): Asked {
  return { config, environment, actor, rights };
}

function firstDenied(all: readonly Permission[]): Decision | undefined {
  const denied = all.find((may) => !may.allowed);
  return denied && !denied.allowed ? refuse(denied.code, denied.because) : undefined;
}

/** Their rollout asks the gates, freezes among them. */
const STAGED: ReadonlySet<string> = new Set(['flag rollout', 'experiment ship']);

/** Commands on flags, segments and experiments, by what they turn out to change: all it touches must allow it, and a freeze holds what goes up. */
function asEdited({ state, command, asking }: Question, decision: Decision): Decision {
  const noun = command.name.split(' ')[0] ?? '';
  if (STAGED.has(command.name) || !['flag', 'segment', 'experiment'].includes(noun)) return decision;
  const edits = decision.changes.flatMap((change) => editOf(change, state) ?? []);
  // Who may run an experiment may start it: the flag's split is the experiment's. Going back asks for no second right.
  const asked = edits.filter(
    ({ path }) => noun !== 'experiment' && !(command.name === 'flag disable' && path.startsWith('experiments/')),
  );
  const touched = asked.flatMap((edit) => touchedBy(edit, state).map((environment) => [edit, environment] as const));
  const denied = firstDenied(
    touched.map(([edit, environment]) => permitVerb(verbOf(edit.path), 'write', askedIn(state, asking, environment))),
  );
  if (denied) return denied;
  const frozen = freezeOf(edits, state, asking);
  if (!frozen) return decision;
  if ('refusal' in frozen) return frozen.refusal;
  const { outcome } = decision;
  return {
    ...decision,
    outcome: { ...outcome, summary: `${outcome.summary}; passed over: freeze (${frozen.passed})` },
  };
}
