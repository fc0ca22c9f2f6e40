import { printDuration } from '../model/duration.ts';
import { printPercent } from '../model/percent.ts';
import type { Command, Value } from './command.ts';
import type { Argument, Option } from './grammar.ts';
import { isHead } from './lookup.ts';
import { findEntry, optionsOf } from './table.ts';
import { quote } from './token.ts';

/**
 * The canonical text of a command: name, arguments, environment, options in the table's order.
 * `parseCommand(printCommand(command))` is the same command again.
 */
export function printCommand(command: Command): string {
  const entry = findEntry(command.name);
  const args = entry?.args.flatMap((argument) => printArgument(argument, command.args[argument.name])) ?? [];
  const options = entry === undefined ? [] : optionsOf(entry).flatMap((option) => printOption(option, command));
  const environment = command.environment === undefined ? [] : ['--environment', word(command.environment)];
  return [command.name, ...guarded(command.name, args), ...environment, ...options].join(' ');
}

/** An argument that would be read as part of a longer name stands in quotes: the service `backup` in `rollback "backup"`. */
function guarded(name: string, [first, ...rest]: readonly string[]): readonly string[] {
  if (first === undefined) return rest;
  return [isHead(`${name} ${first}`) ? quote(first) : first, ...rest];
}

function printArgument(argument: Argument, value: Value | undefined): readonly string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.map((one) => word(String(one))) : [printValue(argument, value)];
}

function printOption(option: Option, { options }: Command): readonly string[] {
  const value = options[option.name];
  const name = `--${option.name}`;
  if (value === undefined || value === false) return [];
  if (value === true) return [name];
  if (!Array.isArray(value)) return [name, printValue(option, value)];
  return option.repeatable === 'comma' ? [name, value.join(',')] : value.flatMap((one) => [name, word(String(one))]);
}

function printValue({ kind }: Argument | Option, value: Value): string {
  if (kind === 'percent') return printPercent(Number(value));
  if (kind === 'rate') return `${Number(value)}/s`;
  if (kind === 'duration') return printDuration(Number(value));
  return word(String(value));
}

/** Plain where that reads the same, in quotes elsewhere: blanks, quotes, a keyword, what looks like an option. */
function word(text: string): string {
  const plain = /^[^\s"'\\\u2018-\u201e\u2013\u2014-][^\s"\\\u201c-\u201e]*$/.test(text);
  return plain && text !== 'in' && text !== 'to' && !text.includes("='") && !text.includes('=\u2018')
    ? text
    : quote(text);
}
