import type { Entry, Option } from '../grammar.ts';
import { commandTable, optionsOf } from '../table.ts';

const SEEN: readonly Entry[] = commandTable.filter(({ built }) => built);

/** First words of the commands this version carries out, each once. */
export function firstWords(): readonly string[] {
  return [...new Set(SEEN.map(({ name }) => name.split(' ', 1)[0] ?? ''))];
}

/** Nouns with their verbs: `auto` with `on` and `off`. */
export function verbs(): readonly (readonly [noun: string, verbs: readonly string[]])[] {
  return firstWords().flatMap((noun) => {
    const found = SEEN.filter(({ name }) => name.startsWith(`${noun} `)).map(({ name }) => name.slice(noun.length + 1));
    return found.length === 0 ? [] : [[noun, found] as const];
  });
}

/** Commands with their options as typed. */
export function dashed(): readonly (readonly [name: string, options: readonly string[]])[] {
  return SEEN.map(
    (entry) => [entry.name, [...optionsOf(entry).map(({ name }) => `--${name}`), '--environment']] as const,
  );
}

/** Options and arguments that are one of a few words: the command, the option (absent: the argument), the words. */
export function choices(): readonly (readonly [name: string, option: string | undefined, words: readonly string[]])[] {
  return SEEN.flatMap((entry) => [
    ...entry.args.flatMap(({ of }) => (of === undefined ? [] : [[entry.name, undefined, of] as const])),
    ...optionsOf(entry).flatMap(({ name, of }) => (of === undefined ? [] : [[entry.name, name, of] as const])),
  ]);
}

/** What help says about an option of a command, for shells that show it. */
export function meanings(name: string): readonly Option[] {
  const entry = SEEN.find((candidate) => candidate.name === name);
  return entry === undefined ? [] : optionsOf(entry);
}

/** What a command answers. */
export function answersOf(name: string): string {
  return SEEN.find((entry) => entry.name === name)?.answers ?? '';
}
