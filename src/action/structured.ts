/**
 * A command from inputs instead of a line. Values become words of the grammar one by one, each of them quoted, so that none of them can
 * be an option, a keyword or a second command; what they may be is the table's to say.
 */
import { bind } from '../core/command/bind.ts';
import type { Command } from '../core/command/command.ts';
import { isFault } from '../core/command/fault.ts';
import type { Argument, Entry, Option } from '../core/command/grammar.ts';
import { entriesNamed } from '../core/command/lookup.ts';
import { checkWhole } from '../core/command/rules.ts';
import type { Given } from '../core/command/scan.ts';
import { suggest } from '../core/command/suggest.ts';
import { commandTable, findEntry, optionsOf } from '../core/command/table.ts';
import type { Token } from '../core/command/token.ts';
import { readValue } from '../core/command/value.ts';
import type { InputProblem } from './input-problem.ts';

/** The words of one input: none of a switch, several of a list. */
export type Words = readonly string[];

/** The inputs that are given, by name. */
export type Values = ReadonlyMap<string, Words>;

type Built = Command | { readonly problems: readonly InputProblem[] };

const NOWHERE = { start: 0, end: 0 } as const;

/** The command of that name, filled in from inputs. An input that it has no place for is a problem, and so is one that it misses. */
export function structuredCommand(name: string, values: Values): Built {
  const entry = entryOf(name);
  if (typeof entry === 'string') return { problems: [{ input: 'action', code: 'command-unknown', message: entry }] };
  const slots = slotsOf(entry, values);
  const unnamed = nameProblems(values);
  const isNamed = ({ from }: Slot): boolean =>
    !unnamed.some(({ input }) => input !== undefined && from.includes(input));
  const wrong = slots.filter(isNamed).flatMap(slotProblems);
  const problems = [...unnamed, ...wrong, ...strangers(entry, slots, values), ...missing(entry, slots)];
  return problems.length > 0 ? { problems } : bound(entry, slots, values);
}

/** An old name counts where it is no more than another name: one that implies options is written as a `command`. */
function entryOf(name: string): Entry | string {
  const typed = name.trim().replace(/\s+/g, ' ');
  const current = findEntry(typed.toLowerCase());
  if (current !== undefined) return current;
  const [entry] = entriesNamed(typed);
  const near = suggest(typed, NAMES);
  if (entry === undefined)
    return `there is no command of that name${near === undefined ? '' : `: did you mean \`${near}\`?`}`;
  const plain = entry.aliases.some(({ old, now }) => headOf(old) === headOf(typed) && !now.includes(' --'));
  return plain ? entry : `\`${headOf(typed)}\` is an old form with options of its own: today \`${entry.example}\``;
}

const NAMES: readonly string[] = commandTable.map(({ name }) => name);

function headOf(old: string): string {
  const words = old.split(' ').filter((word) => !/^[A-Z]+(\.\.\.)?$/.test(word));
  return words.join(' ').replaceAll(':', ' ').toLowerCase();
}

/** A place of the command, and what goes there. */
interface Slot {
  readonly place: Argument | Option;
  readonly isOption: boolean;
  readonly words: Words;
  /** The inputs it takes, the one to blame first. */
  readonly from: readonly string[];
}

function slotsOf(entry: Entry, values: Values): readonly Slot[] {
  const args = entry.args.flatMap((place) => {
    const filled = argumentWords(entry, place, values);
    return filled === undefined ? [] : [{ place, isOption: false, ...filled }];
  });
  const taken = new Set(args.flatMap(({ from }) => from));
  const options = optionsOf(entry).flatMap((place) => {
    const from = [place.name, ...(OPTIONS[`${entry.name} --${place.name}`] ?? [])].find(
      (name) => values.has(name) && !taken.has(name),
    );
    return from === undefined ? [] : [{ place, isOption: true, words: values.get(from) ?? [], from: [from] }];
  });
  return [...args, ...options];
}

/** Inputs that fill an option of another name. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  'deploy --until': ['stage'],
  'promote --to': ['stage'],
  'rollback --to': ['version'],
};

type Filled = Pick<Slot, 'words' | 'from'>;

function argumentWords(entry: Entry, { kind, name }: Argument, values: Values): Filled | undefined {
  if (kind === 'release') return releaseWords(values);
  if (kind === 'target') return targetWords(values, takesStage(entry));
  if (name === 'key' && !values.has('key')) return only(entry.name.split(' ')[0] ?? '', values);
  return only(name, values);
}

function only(input: string, values: Values): Filled | undefined {
  const words = values.get(input);
  return words === undefined ? undefined : { words, from: [input] };
}

/** `web@1.4.0`; a version alone where there is one service only. */
function releaseWords(values: Values): Filled | undefined {
  const [version] = values.get('version') ?? [];
  if (version === undefined) return undefined;
  const [service] = values.get('service') ?? [];
  return service === undefined
    ? { words: [version], from: ['version'] }
    : { words: [`${service}@${version}`], from: ['version', 'service'] };
}

/** Whether a stage belongs to the target: elsewhere it is an option, or has no place. */
function takesStage({ name }: Entry): boolean {
  return OPTIONS[`${name} --to`]?.includes('stage') !== true;
}

/** A rollout, with its stage where an approval is for one; a flag, an experiment, a service. The rest is refused as having no place. */
function targetWords(values: Values, hasStage: boolean): Filled | undefined {
  const [rollout] = values.get('rollout') ?? [];
  const [stage] = hasStage ? (values.get('stage') ?? []) : [];
  if (rollout !== undefined)
    return stage === undefined || rollout.includes('/')
      ? { words: [rollout], from: ['rollout'] }
      : { words: [`${rollout}/${stage}`], from: ['rollout', 'stage'] };
  for (const noun of ['flag', 'experiment'])
    if (values.has(noun)) return { words: (values.get(noun) ?? []).map((key) => `${noun}/${key}`), from: [noun] };
  return only('service', values);
}

/** What a single value is refused for, told with the name of its input. */
function slotProblems({ place, words, from }: Slot): readonly InputProblem[] {
  const { kind } = place;
  const [input = ''] = from;
  if (kind === 'switch') return [];
  const several = place.repeatable !== undefined && place.repeatable !== false;
  if (words.length > 1 && !several)
    return [{ input, code: 'value-invalid', message: `one ${place.shown} belongs here, not ${words.length}` }];
  return words.flatMap((word) => {
    const reading = readValue(kind, word, place.of);
    if ('value' in reading) return [];
    return [{ input, code: reading.code ?? 'value-invalid', message: reading.problem }];
  });
}

/** Inputs that are names, whatever the command makes of them: a service cannot smuggle in a version, nor be a flag. */
const NAMED: readonly string[] = ['environment', 'service', 'flag', 'experiment'];

function nameProblems(values: Values): readonly InputProblem[] {
  return NAMED.flatMap((input) =>
    (values.get(input) ?? []).flatMap((word) => {
      const reading = readValue('name', word);
      return 'value' in reading ? [] : [{ input, code: 'value-invalid' as const, message: reading.problem }];
    }),
  );
}

function strangers(entry: Entry, slots: readonly Slot[], values: Values): readonly InputProblem[] {
  const used = new Set([...slots.flatMap(({ from }) => from), 'environment']);
  return [...values.keys()]
    .filter((name) => !used.has(name))
    .map((input) => ({ input, code: 'option-unknown', message: `\`${entry.name}\` has no place for it here` }));
}

/** The input that people fill in for an argument. */
const INPUT_OF: Readonly<Record<string, string>> = { releases: 'version', target: 'rollout' };

function missing(entry: Entry, slots: readonly Slot[]): readonly InputProblem[] {
  const filled = new Set(slots.filter(({ isOption }) => !isOption).map(({ place }) => place.name));
  return entry.args
    .filter(({ name, required }) => required && !filled.has(name))
    .map(({ name }) => ({
      input: name === 'key' ? (entry.name.split(' ')[0] ?? name) : (INPUT_OF[name] ?? name),
      code: 'value-invalid',
      message: `\`${entry.name}\` needs it`,
    }));
}

function bound(entry: Entry, slots: readonly Slot[], values: Values): Built {
  const scanned = {
    words: slots.filter(({ isOption }) => !isOption).flatMap(({ words }) => words.map(tokenOf)),
    given: slots.filter(({ isOption }) => isOption).flatMap(givenOf),
    environments: (values.get('environment') ?? []).map(tokenOf),
  };
  const command = bind(scanned, entry, { surface: 'action', end: NOWHERE });
  const wrong = isFault(command) ? command : checkWhole(command, entry, NOWHERE);
  if (wrong !== undefined) return { problems: [{ code: wrong.code, message: wrong.message }] };
  return command as Command;
}

function tokenOf(text: string): Token {
  return { text, quoted: true, ...NOWHERE };
}

function givenOf({ place, words }: Slot): readonly Given[] {
  const option = place as Option;
  if (option.kind === 'switch') return [{ option, at: NOWHERE }];
  return words.map((word) => ({ option, at: NOWHERE, value: tokenOf(word) }));
}
