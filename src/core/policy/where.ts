/** Where a command acts: policy is asked there and nowhere else, and the room acts there and nowhere else. */
import type { Command } from '../command/command.ts';
import { readTarget, type Target } from '../command/target.ts';
import { type Decision, refuse } from '../decision.ts';
import { runningIn } from '../experiment/find.ts';
import { impliedEnvironment } from '../model/config.ts';
import type { Experiment } from '../model/experiment.ts';
import type { Place } from '../model/place.ts';
import type { State } from '../model/state.ts';
import { findQueued, findRollout } from '../rollout/find.ts';

export type Where =
  | {
      readonly ok: true;
      /** The command with the environment of its subject written into it. */
      readonly command: Command;
      /** Undefined stands for what no environment is known of: the room says what is missing. */
      readonly environments: readonly (string | undefined)[];
    }
  | { readonly ok: false; readonly refusal: Decision };

/** Commands whose subject is a rollout, a waiting deploy or a pair, wherever it lies. */
const ON_ROLLOUTS: ReadonlySet<string> = new Set([
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
]);

export function isOnRollouts(name: string): boolean {
  return ON_ROLLOUTS.has(name);
}

/** The subject is looked for first: its own environment counts, and a command that names another one is refused. */
export function whereOf(state: State, command: Command): Where {
  const usual = impliedEnvironment(state.config);
  const experiment = experimentNamed(state, command);
  if (experiment) return whereItRuns(experiment, command);
  if (!isOnRollouts(command.name)) return { ok: true, command, environments: [command.environment ?? usual] };
  if (command.name === 'rollback' && command.options['all'] === true) return everywhere(state, command);
  const found = subjectPlace(state, command);
  if (typeof found === 'object') return { ok: false, refusal: found };
  if (found === undefined) return { ok: true, command, environments: [usual] };
  return { ok: true, command: { ...command, environment: found }, environments: [found] };
}

/** An experiment that is there already is in one environment; `create` says which. */
function experimentNamed({ experiments }: State, { name, args }: Command): Experiment | undefined {
  if (!name.startsWith('experiment ') || name === 'experiment create') return undefined;
  return typeof args['key'] === 'string' ? experiments.get(args['key']) : undefined;
}

function whereItRuns({ key, environment }: Experiment, command: Command): Where {
  const given = command.environment;
  if (given === undefined || given === environment)
    return { ok: true, command: { ...command, environment }, environments: [environment] };
  const summary = `experiment ${key} is in ${environment}, and the command says in ${given}: say one of them`;
  return { ok: false, refusal: refuse('target-unknown', summary) };
}

function everywhere(state: State, command: Command): Where {
  const { environment } = command;
  const rollouts = [...state.rollouts.values()].map((one) => one.subject.environment);
  const all = [...new Set([...rollouts, ...runningIn(state).map((one) => one.environment)])];
  return { ok: true, command, environments: environment === undefined ? all : [environment] };
}

/** The subject's environment; undefined where nothing is found, so that the room says so. */
function subjectPlace(state: State, command: Command): string | undefined | Decision {
  const { name, args, environment } = command;
  const target = typeof args['target'] === 'string' ? args['target'] : undefined;
  const named = target === undefined ? undefined : readTarget(target);
  const inTarget = named?.kind === 'service' ? named.environment : undefined;
  if (inTarget !== undefined && environment !== undefined && inTarget !== environment)
    return refuse(
      'target-unknown',
      `${target} is in ${inTarget}, and the command says in ${environment}: say one of them`,
    );
  const given = environment ?? inTarget;
  const queued = name === 'cancel' ? findQueued(state, { target, environment: given }) : undefined;
  if (queued) return queued.ok ? queued.place.environment : queued.refusal;
  const pair = name === 'rollback' && given === undefined ? pairMeant(state, named) : undefined;
  if (pair) return pair.environment;
  const found = findRollout(state, { target, environment: given });
  if (found.ok) return found.rollout.subject.environment;
  return named?.kind === 'rollout' ? found.refusal : given;
}

/** The pair that `rollback` means without an environment: the service's, or the only service's, in the usual one. */
function pairMeant({ config, places }: State, named: Target | undefined): Place | undefined {
  const usual = impliedEnvironment(config);
  if (usual === undefined || (named !== undefined && named.kind !== 'service')) return undefined;
  const services = named ? [named.service] : Object.keys(config.services);
  const place = services.length === 1 ? places.get(`${services[0]}/${usual}`) : undefined;
  return place && (place.live !== null || place.active !== undefined) ? place : undefined;
}
