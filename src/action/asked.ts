/** Which command the inputs of an action ask for. */
import type { Command } from '../core/command/command.ts';
import { parseCommand } from '../core/command/parse.ts';
import { readValue } from '../core/command/value.ts';
import type { Code } from '../core/model/code.ts';
import { printDuration } from '../core/model/duration.ts';
import { printPercent } from '../core/model/percent.ts';
import type { InputProblem, InputValue } from './input-problem.ts';
import { type ActionInput, type ActionName, findAction } from './registry.ts';
import { structuredCommand, type Words } from './structured.ts';

/** The inputs of an action as far as they are read: typed, and as they were written. */
export interface Reading {
  readonly given: Readonly<Record<string, InputValue>>;
  readonly texts: ReadonlyMap<string, string>;
}

export type Refused = { readonly problems: readonly InputProblem[] };

/** The command that the inputs ask for; undefined where the action is none. */
export function commandOf(name: ActionName, { given, texts }: Reading): Command | Refused | undefined {
  const action = findAction(name);
  if (action === undefined) return undefined;
  const mine = action.inputs.filter(({ command }) => command === true);
  const values = new Map(mine.flatMap((input) => valuesOf(input, given[input.name])));
  if (name === 'root') return rootCommand(texts, values);
  const verb = verbOf(name, given['action']);
  return verb === undefined ? undefined : structuredCommand(verb, values);
}

/** The words of an input for the grammar, which reads them by its own table; a switch that is off says nothing. */
function valuesOf({ name, kind }: ActionInput, value: InputValue | undefined): readonly (readonly [string, Words])[] {
  if (value === undefined || value === false) return [];
  if (value === true) return [[name, []]];
  if (typeof value === 'object') return [[name, value]];
  if (typeof value === 'string') return [[name, [value]]];
  return [[name, [kind === 'percent' ? printPercent(value) : printDuration(value)]]];
}

const VERBS: Readonly<Partial<Record<ActionName, string>>> = {
  deploy: 'deploy',
  promote: 'promote',
  rollback: 'rollback',
  reconcile: 'reconcile',
};

function verbOf(name: ActionName, action: InputValue | undefined): string | undefined {
  if (typeof action !== 'string') return VERBS[name];
  if (name === 'monitor') return action === 'alerts' ? 'alert list' : action;
  return `${name} ${action}`;
}

function rootCommand(texts: ReadonlyMap<string, string>, values: ReadonlyMap<string, Words>): Command | Refused {
  const line = texts.get('command');
  const action = texts.get('action');
  if (line !== undefined && action !== undefined)
    return refuse('command', 'command-invalid', 'give either `command` or `action`, not both');
  if (action !== undefined) return structuredCommand(action, values);
  if (line === undefined)
    return refuse('command', 'command-invalid', 'a command belongs here, such as `status`; or `action` with inputs');
  const [extra] = [...values.keys()].filter((name) => name !== 'dry-run' && name !== 'reason');
  if (extra !== undefined)
    return refuse(extra, 'option-unknown', '`command` says it all: this input goes with `action` only');
  const parsed = parseCommand(line, { surface: 'action' });
  if (!parsed.ok) return refuse('command', parsed.error.code, `${parsed.error.message}\n${parsed.error.caret}`);
  return withEverywhere(parsed.command, values);
}

/** `dry-run` and `reason` belong to every command, and what the line says itself counts. */
function withEverywhere(command: Command, values: ReadonlyMap<string, Words>): Command | Refused {
  const reason = values.get('reason')?.[0];
  const reading = reason === undefined ? undefined : readValue('text', reason);
  if (reading !== undefined && 'problem' in reading) return refuse('reason', 'value-invalid', reading.problem);
  return {
    ...command,
    options: {
      ...(reading === undefined ? {} : { reason: reading.value }),
      ...(values.has('dry-run') ? { 'dry-run': true } : {}),
      ...command.options,
    },
  };
}

function refuse(input: string, code: Code, message: string): Refused {
  return { problems: [{ input, code, message }] };
}
