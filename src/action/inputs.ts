/**
 * The inputs of an action, typed at the edge. What comes in is text that anybody may have written: quotes, line breaks, `$(...)` stay the
 * text they are, and every value passes the kind that the registry gives it.
 */
import type { Command } from '../core/command/command.ts';
import { readValue } from '../core/command/value.ts';
import type { Outcome } from '../core/decision.ts';
import { oneLine } from '../core/report/text.ts';
import { commandOf } from './asked.ts';
import type { InputProblem, InputValue } from './input-problem.ts';
import { type ActionInput, type ActionName, findAction } from './registry.ts';

export type { InputProblem, InputValue } from './input-problem.ts';

export interface Inputs {
  readonly action: ActionName;
  /** By the name in the registry; what was not given and has no default is absent. */
  readonly given: Readonly<Record<string, InputValue>>;
  /** What the inputs ask for, where the action is one command. Absent of report, comment, check and setup. */
  readonly command?: Command;
}

export type InputsRead =
  | { readonly ok: true; readonly inputs: Inputs }
  | { readonly ok: false; readonly problems: readonly InputProblem[] };

/** Characters of a wrong value that a message repeats. */
const SHOWN = 100;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The inputs of an action from the variables of its step: `INPUT_DRY-RUN` as the runner writes them, `INPUT_DRY_RUN` as a composite action
 * must, since bash holds no other names. Empty is absent; blanks around a value do not count. Every problem is told at once.
 */
export function readInputs(env: Environment, name: ActionName): InputsRead {
  const inputs = findAction(name)?.inputs ?? [];
  const texts = textsOf(env, inputs);
  const read = inputs.map((input) => readOne(input, texts.get(input.name)));
  const problems = read.flatMap((one) => ('message' in one ? [one] : []));
  if (problems.length > 0) return { ok: false, problems };
  const given = Object.fromEntries(read.flatMap((one) => ('value' in one ? [[one.name, one.value] as const] : [])));
  const command = commandOf(name, { given, texts });
  if (command === undefined) return { ok: true, inputs: { action: name, given } };
  return 'problems' in command
    ? { ok: false, problems: command.problems }
    : { ok: true, inputs: { action: name, given, command } };
}

/** The text of an input; undefined where it is not given. */
export function textOf({ given }: Pick<Inputs, 'given'>, name: string): string | undefined {
  const value = given[name];
  return typeof value === 'string' ? value : undefined;
}

/** A duration in milliseconds, or a percentage as a Weight; undefined where it is not given. */
export function numberOf({ given }: Pick<Inputs, 'given'>, name: string): number | undefined {
  const value = given[name];
  return typeof value === 'number' ? value : undefined;
}

/** Whether a boolean input is `true`. */
export function isOn({ given }: Pick<Inputs, 'given'>, name: string): boolean {
  return given[name] === true;
}

/** The outcome of a step whose inputs are wrong: nothing was done. The code is the problem's where there is one only. */
export function inputsRefused(problems: readonly InputProblem[]): Outcome {
  const [first] = problems;
  const code = problems.length === 1 && first !== undefined ? first.code : 'value-invalid';
  const details = problems.map(({ input = null, code: one, message }) => ({ input, code: one, message }));
  return { schemaVersion: 1, ok: false, code, summary: problems.map(problemText).join('; '), details };
}

/** A problem as one line: ``input `percent`: ...``. */
function problemText({ input, message }: InputProblem): string {
  return input === undefined ? message : `input \`${input}\`: ${message}`;
}

function textsOf(env: Environment, inputs: readonly ActionInput[]): ReadonlyMap<string, string> {
  const entries = inputs.map(({ name }) => [name, (rawOf(env, name) ?? '').trim()] as const);
  return new Map(entries.filter(([, text]) => text !== ''));
}

/** The runner writes blanks as `_` and letters as capitals, and keeps hyphens (actions/runner, docs/adrs: inputs). */
function rawOf(env: Environment, name: string): string | undefined {
  const theirs = `INPUT_${name.toUpperCase()}`;
  const asGiven = env[theirs];
  return asGiven === undefined || asGiven === '' ? env[theirs.replaceAll('-', '_')] : asGiven;
}

type One = InputProblem | { readonly name: string; readonly value: InputValue } | { readonly name: string };

function readOne(input: ActionInput, text: string | undefined): One {
  const { name } = input;
  // A default that is an expression is the runner's to evaluate: without one there is no value.
  const whole = text ?? (input.default?.includes('${{') === true ? undefined : input.default);
  if (whole !== undefined) return { name, ...readKind(input, whole) };
  if (input.required !== true) return { name };
  return { input: name, code: 'value-invalid', message: `it is required. ${input.description}` };
}

type Read = { readonly value: InputValue } | InputProblem;

function readKind({ name, kind, of = [] }: ActionInput, text: string): Read {
  switch (kind) {
    case 'text':
      return { value: text };
    case 'list':
      return { value: listOf(text) };
    case 'boolean':
      return readBoolean(name, text);
    case 'percent':
    case 'duration':
    case 'version':
    case 'choice': {
      const reading = readValue(kind, text, of);
      if ('value' in reading) return { value: reading.value };
      return { input: name, code: reading.code ?? 'value-invalid', message: reading.problem };
    }
  }
}

/** YAML's words for a boolean (1.2, core schema), which are those of the toolkit too. */
function readBoolean(name: string, text: string): Read {
  if (['true', 'True', 'TRUE'].includes(text)) return { value: true };
  if (['false', 'False', 'FALSE'].includes(text)) return { value: false };
  return {
    input: name,
    code: 'value-invalid',
    message: `\`${oneLine(text).slice(0, SHOWN)}\` is neither true nor false`,
  };
}

/** Several lines: one a line, commas stay. One line: between commas. */
export function listOf(text: string): readonly string[] {
  const parts = /[\r\n]/.test(text) ? text.split(/\r\n|\n|\r/) : text.split(',');
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
