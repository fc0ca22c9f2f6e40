/** What every flag command does alike: find its flag and environment, refuse, write one document. */
import type { Command, Value } from '../command/command.ts';
import { heldByExperiment } from '../experiment/held.ts';
import { type Asking, type Change, type Decision, type Message, refuse } from '../decision.ts';
import { impliedEnvironment } from '../model/config.ts';
import { type Json, printLine } from '../model/document.ts';
import type { Flag } from '../model/flag.ts';
import { paths, type State } from '../model/state.ts';
import type { Report } from '../report/report.ts';
import { validateAlone, validateFlag } from './validate.ts';
import { isProblem, problem, type Problem } from './problem.ts';
import { environmentOf, rolloutsOf } from './ramp.ts';
import { shareInRamp } from './share.ts';
import { printServe } from './lower.ts';
import { isRamp } from './lower-serve.ts';

/** One command with what it is decided on. */
export interface Case {
  readonly state: State;
  readonly command: Command;
  readonly asking: Asking;
}

export function refuseFor({ code, message }: Problem, details: Json = null): Decision {
  return refuse(code, message, details);
}

/** An argument or option as text; undefined when it was not given. */
export function textOf(value: Value | undefined): string | undefined {
  if (value === undefined || typeof value === 'boolean') return undefined;
  if (typeof value === 'object') return value[0];
  return String(value);
}

/** A repeatable option as a list; one text is a list of one. */
export function listOf(value: Value | undefined): readonly string[] {
  if (typeof value === 'object') return value;
  const text = textOf(value);
  return text === undefined ? [] : [text];
}

export function flagNamed({ state, command }: Case): Flag | Problem {
  const key = textOf(command.args['key']) ?? '';
  const broken = state.broken.find(({ path }) => path === paths.flag(key));
  if (broken) return problem(broken.code, `${broken.path}: ${broken.problem}; mend or revert the file first`);
  const flag = state.flags.get(key);
  if (flag) return flag;
  const known = [...state.flags.keys()].sort();
  const list =
    known.length === 0 ? '' : `; there are: ${known.slice(0, 8).join(', ')}${known.length > 8 ? ', ...' : ''}`;
  return problem('flag-unknown', `no flag is called "${key}"${list}; flag create ${key} makes it`);
}

/** The flag to change: archived ones stay as they are. */
export function flagToChange(one: Case): Flag | Problem {
  const flag = flagNamed(one);
  if (isProblem(flag) || !flag.archived) return flag;
  return problem('flag-archived', `flag ${flag.key} is archived; undo the commit that archived it to change it again`);
}

/** The environment the command names, or the only or default one. Wrapped: a Problem is told from it by `code`. */
export function environmentFor({ state, command }: Case): { readonly environment: string } | Problem {
  const known = Object.keys(state.config.environments);
  const environment = command.environment ?? impliedEnvironment(state.config);
  const list = known.join(', ');
  if (environment === undefined)
    return problem('environment-needed', `say which environment, with \`in NAME\`: ${list}`);
  if (known.includes(environment)) return { environment };
  return problem('environment-unknown', `no environment is called "${environment}"; there are: ${list}`);
}

function heldByRollout(one: Case, flag: Flag, place: { environment: string; rule?: string }): Problem | undefined {
  const { environment, rule } = place;
  const moving = rolloutsOf(one.state.rollouts, flag.key, environment).find(
    (found) => rule === undefined || found.rule === rule,
  );
  if (!moving) return undefined;
  return problem(
    'flag-in-rollout',
    `rollout ${moving.id} moves flag ${flag.key} in ${environment}; roll it back or wait for it, or say --take-over`,
  );
}

/** Refuses what a rollout or an experiment has just now, unless it was said to take it over. */
export function held(one: Case, flag: Flag, place: { environment: string; rule?: string }): Problem | undefined {
  if (one.command.options['take-over'] === true) return undefined;
  return heldByRollout(one, flag, place) ?? heldByExperiment(one.state, flag.key, place.environment);
}

/** Rollouts whose flag is set over their head, for the outcome's details: whoever runs them must end them. */
export function takenOver(one: Case, flag: Flag, environment: string): readonly string[] {
  if (one.command.options['take-over'] !== true) return [];
  return rolloutsOf(one.state.rollouts, flag.key, environment).map(({ id }) => id);
}

export interface Done {
  readonly summary: string;
  readonly details: Json;
  readonly change: Change;
  readonly message: Message;
  readonly report?: Report;
}

/** One document changed, in one commit. */
export function done({ summary, details, change, message, report }: Done): Decision {
  const outcome = { schemaVersion: 1 as const, ok: true, code: 'done' as const, summary, details };
  return { changes: [change], outcome: report ? { ...outcome, report } : outcome, message };
}

export function unchanged(summary: string, details: Json): Decision {
  return { changes: [], outcome: { schemaVersion: 1, ok: true, code: 'unchanged', summary, details } };
}

export interface FlagWords extends Omit<Done, 'change'> {
  /** What must be asked of the new flag: nothing when it only goes back, itself when neither rules nor relations change. */
  readonly validate?: 'nothing' | 'itself' | 'all';
}

/** The changed flag, valid among the others and unlike what it was; else a refusal or `unchanged`. */
export function writeFlag({ state }: Case, next: Flag, { validate = 'all', ...words }: FlagWords): Decision {
  const before = state.flags.get(next.key);
  if (before && printLine(before) === printLine(next))
    return unchanged(`${words.summary} (it already was so)`, words.details);
  const [first, ...more] = problemsOf(state, next, validate);
  if (first) {
    const problems = [first, ...more].map(({ code, message }) => ({ code, message }));
    return refuse(first.code, more.length > 0 ? `${first.message} (and ${more.length} more)` : first.message, {
      problems,
    });
  }
  return done({ ...words, change: { path: paths.flag(next.key), document: next } });
}

function problemsOf(state: State, next: Flag, validate: FlagWords['validate']): readonly Problem[] {
  if (validate === 'nothing') return [];
  return validate === 'itself' ? validateAlone(next) : validateFlag(next, state.flags, state.segments);
}

/** `off`, `25%`, `100%`, `10% green`, `50% control, 50% treatment`: how far a flag is in an environment. */
export function printState(flag: Flag, environment: string): string {
  const { enabled, serve, rules, targets } = environmentOf(flag, environment);
  if (flag.archived || !enabled) return 'off';
  const words = typeof serve === 'string' ? printPlain(flag, serve) : printServe(serve);
  const special = rules.length + targets.length;
  return special > 0 && serve === flag.off ? 'targeted' : words;
}

function printPlain(flag: Flag, variant: string): string {
  if (variant === flag.off) return '0%';
  return variant === 'on' ? '100%' : `100% ${variant}`;
}

/** The share that gets anything but `off` by the default serve, of 100,000. */
function shareOn(flag: Flag, environment: string): number {
  const { enabled, serve } = environmentOf(flag, environment);
  if (flag.archived || !enabled) return 0;
  if (typeof serve === 'string') return serve === flag.off ? 0 : 100_000;
  if (isRamp(serve)) return shareInRamp(serve.ramp);
  return serve.split.reduce((sum, [variant, weight]) => (variant === flag.off ? sum : sum + weight), 0);
}

/** Details that every flag command shares. */
export function flagDetails(flag: Flag, environment: string): Readonly<Record<string, Json>> {
  const percent = shareOn(flag, environment) / 1000;
  return { flag: flag.key, environment, enabled: environmentOf(flag, environment).enabled, percent };
}
