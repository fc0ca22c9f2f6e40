import type { Command, Value } from './command.ts';
import { explainNamed, explainVersionExpected, type Explained } from './explain.ts';
import { eachOf, fault, isFault, type Fault, type Span } from './fault.ts';
import type { Argument, Entry, Option } from './grammar.ts';
import type { ParseOptions } from './known.ts';
import type { Given, Scanned } from './scan.ts';
import { suggest } from './suggest.ts';
import type { Token } from './token.ts';
import { readValue } from './value.ts';

/** The command that the sorted words make, or the first thing wrong with them. */
export function bind(scanned: Scanned, entry: Entry, context: ParseOptions & { readonly end: Span }): Command | Fault {
  const args = bindArguments(scanned, entry, context);
  if (isFault(args)) return args;
  const options = bindOptions(scanned.given, context);
  if (isFault(options)) return options;
  const environment = bindEnvironment(scanned.environments, context.knownEnvironments);
  if (isFault(environment)) return environment;
  const command = { name: entry.name, args, options };
  return environment === undefined ? command : { ...command, environment };
}

type Values = Readonly<Record<string, Value>>;

function bindArguments(
  { words, given }: Scanned,
  entry: Entry,
  context: ParseOptions & { readonly end: Span },
): Values | Fault {
  const bound: Record<string, Value> = {};
  let at = 0;
  for (const argument of entry.args) {
    const mine = argument.repeatable ? words.slice(at) : words.slice(at, at + 1);
    at += mine.length;
    if (mine.length === 0 && argument.required) return missing(argument, entry, context.end);
    const values = eachOf(mine, (token) => read(argument, token, context));
    if (isFault(values)) return values;
    const [first] = values;
    if (argument.repeatable && values.length > 0) bound[argument.name] = values.map(String);
    else if (first !== undefined) bound[argument.name] = first;
  }
  const extra = words[at];
  return extra === undefined ? bound : tooMany(extra, entry, given);
}

function read({ kind, of }: Argument | Option, token: Token, context: ParseOptions): string | number | Fault {
  if (kind === 'switch') return token.text;
  const explained = explain(kind, token.text, context);
  if (explained !== undefined) return fault('version-expected', explained.message, { at: token, ...explained });
  const reading = readValue(kind, token.text, of);
  if ('value' in reading) return reading.value;
  const { problem, code = 'value-invalid', suggestion } = reading;
  return fault(code, problem, suggestion === undefined ? { at: token } : { at: token, suggestion });
}

function explain(kind: Argument['kind'], text: string, context: ParseOptions): Explained | undefined {
  if (kind === 'release') return explainVersionExpected(text, context);
  return kind === 'version' ? explainNamed(text, context) : undefined;
}

function missing(argument: Argument, entry: Entry, at: Span): Fault {
  const code = argument.kind === 'version' || argument.kind === 'release' ? 'version-expected' : 'command-invalid';
  const message = `\`${entry.name}\` needs ${argument.shown}: \`${entry.example}\``;
  return fault(code, message, { at, suggestion: entry.example });
}

function tooMany(extra: Token, entry: Entry, given: readonly Given[]): Fault {
  const text = given.find(({ option, value }) => option.kind === 'text' && value?.end === extra.start - 1);
  const message =
    text === undefined
      ? `\`${entry.name}\` has no place for \`${extra.text}\`: see \`help ${entry.name}\``
      : `a text of several words stands in quotes: --${text.option.name} "${text.value?.text} ${extra.text} ..."`;
  return fault('command-invalid', message, { at: extra });
}

function bindOptions(given: readonly Given[], context: ParseOptions): Values | Fault {
  const bound: Record<string, Value> = {};
  for (const { option, value, at } of given) {
    const before = bound[option.name];
    if (before !== undefined && option.repeatable === undefined)
      return fault('command-invalid', `\`--${option.name}\` is given twice`, { at });
    if (value === undefined) {
      bound[option.name] = true;
      continue;
    }
    const values = eachOf(valuesOf(option, value), (token) => read(option, token, context));
    if (isFault(values)) return values;
    if (option.repeatable === undefined) bound[option.name] = values[0] ?? true;
    else
      bound[option.name] = [
        ...(typeof before === 'object' ? before : []),
        ...values.map((one) => printed(option, one)),
      ];
  }
  return bound;
}

/** A list's members stand as they are written. */
function printed({ kind }: Option, value: string | number): string {
  return kind === 'percent' ? `${Number(value) / 1_000}%` : String(value);
}

function valuesOf(option: Option, value: Token): readonly Token[] {
  if (option.repeatable !== 'comma') return [value];
  return value.text.split(',').map((text) => ({ ...value, text: text.trim() }));
}

function bindEnvironment(given: readonly Token[], known: readonly string[] | undefined): string | undefined | Fault {
  const [token, second] = given;
  if (token === undefined) return undefined;
  if (second !== undefined) return fault('command-invalid', 'one command, one environment', { at: second });
  const reading = readValue('name', token.text);
  if ('problem' in reading) return fault('value-invalid', reading.problem, { at: token });
  if (known === undefined || known.some((name) => matches(token.text, name))) return token.text;
  const near = suggest(token.text, known);
  const message = `there is no environment \`${token.text}\`: ${known.join(', ') || 'none is configured'}`;
  return fault('environment-unknown', message, near === undefined ? { at: token } : { at: token, suggestion: near });
}

/** Environments may be configured by pattern: `pr-*`. */
function matches(name: string, pattern: string): boolean {
  const [before = '', after] = pattern.split('*', 2);
  if (after === undefined) return name === pattern;
  return name.length > before.length + after.length && name.startsWith(before) && name.endsWith(after);
}
