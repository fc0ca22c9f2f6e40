import { fault, type Fault, type Span } from './fault.ts';
import type { Alias, Entry } from './grammar.ts';
import { suggest } from './suggest.ts';
import { commandTable } from './table.ts';
import type { Token } from './token.ts';

/** An old name and the command it is now. */
export interface OldName {
  readonly entry: Entry;
  readonly alias: Alias;
  /** Its capital words in order, without dots: `D`, `WHY`. */
  readonly holes: readonly string[];
}

/** Which command a text begins with. */
export interface Found {
  /** One reading of a current name, or every reading of an old one, the one with the most capital words first. */
  readonly readings: readonly (Entry | OldName)[];
  readonly head: Span;
  readonly rest: readonly Token[];
}

/** The words of a name without its capital words; colons count as spaces. */
function headOf(old: string): string {
  return old.split(' ').filter(isNotHole).join(' ').replaceAll(':', ' ').toLowerCase();
}

function isNotHole(word: string): boolean {
  return !/^[A-Z]+(\.\.\.)?$/.test(word);
}

function holesOf(old: string): readonly string[] {
  return old
    .split(' ')
    .filter((word) => !isNotHole(word))
    .map((word) => word.replace('...', ''));
}

const OLD_NAMES: readonly OldName[] = commandTable
  .flatMap((entry) => entry.aliases.map((alias) => ({ entry, alias, holes: holesOf(alias.old) })))
  .toSorted((one, other) => other.holes.length - one.holes.length);

const BY_HEAD: ReadonlyMap<string, readonly (Entry | OldName)[]> = new Map<string, readonly (Entry | OldName)[]>([
  ...oldNamesByHead(),
  ...commandTable.map((entry) => [entry.name, [entry]] as const),
]);

function oldNamesByHead(): ReadonlyMap<string, readonly OldName[]> {
  const byHead = new Map<string, OldName[]>();
  for (const one of OLD_NAMES) {
    const head = headOf(one.alias.old);
    const others = byHead.get(head);
    if (others) others.push(one);
    else byHead.set(head, [one]);
  }
  return byHead;
}

const LONGEST_HEAD = Math.max(...[...BY_HEAD.keys()].map((head) => head.split(' ').length));

export function isOldName(reading: Entry | OldName): reading is OldName {
  return 'alias' in reading;
}

/** Whether these words begin a command, as a current or an old name. */
export function isHead(words: string): boolean {
  return BY_HEAD.has(words.toLowerCase());
}

/** The commands that go by a current or an old name, with colons or spaces. */
export function entriesNamed(name: string): readonly Entry[] {
  const readings = BY_HEAD.get(name.replaceAll(':', ' ').toLowerCase()) ?? [];
  return [...new Set(readings.map((reading) => (isOldName(reading) ? reading.entry : reading)))];
}

/** Finds the command, the longest name first. `services`: words that name services rather than end an old name. */
export function lookUp(tokens: readonly Token[], services: readonly string[]): Found | Fault {
  for (let count = Math.min(LONGEST_HEAD, tokens.length); count > 0; count -= 1) {
    const head = tokens.slice(0, count);
    const readings = head.some(({ quoted }) => quoted) ? undefined : BY_HEAD.get(wordsOf(head));
    const [first] = head;
    const last = head.at(-1);
    if (readings === undefined || first === undefined || last === undefined) continue;
    if (count > 1 && isSpacedOldName(readings, first) && services.includes(last.text)) continue;
    return { readings, head: { start: first.start, end: last.end }, rest: tokens.slice(count) };
  }
  return unknown(tokens);
}

/** `rollback backup`: the old `rollback:backup`, or a rollback of the service `backup`. */
function isSpacedOldName(readings: readonly (Entry | OldName)[], first: Token): boolean {
  return readings.some(isOldName) && !first.text.includes(':');
}

function wordsOf(head: readonly Token[]): string {
  const [first, ...others] = head.map(({ text }) => text.toLowerCase());
  return [(first ?? '').replaceAll(':', ' '), ...others].join(' ');
}

const NAMES: readonly string[] = commandTable.map(({ name }) => name);
const OLD: readonly string[] = OLD_NAMES.map(({ alias }) => alias.old.split(' ').filter(isNotHole).join(' '));

function unknown(tokens: readonly Token[]): Fault {
  const [first, second] = tokens;
  if (first === undefined) return fault('command-invalid', 'a command belongs here', { at: { start: 0, end: 0 } });
  const noun = first.text.toLowerCase();
  const verbs = NAMES.filter((name) => name.startsWith(`${noun} `)).map((name) => name.slice(noun.length + 1));
  if (verbs.length > 0) return verbMissing(noun, verbs, { first, second });
  const near = nearest(first, second);
  const message = near === undefined ? 'try `help`' : `did you mean \`${near}\`?`;
  const rest = near === undefined ? { at: first } : { at: first, suggestion: near };
  return fault('command-unknown', `there is no command \`${first.text}\`: ${message}`, rest);
}

function verbMissing(
  noun: string,
  verbs: readonly string[],
  { first, second }: { readonly first: Token; readonly second: Token | undefined },
): Fault {
  const near = second === undefined ? undefined : suggest(second.text, verbs);
  const meant = near === undefined ? '' : `; did you mean \`${noun} ${near}\`?`;
  const message = `\`${noun}\` is followed by one of ${verbs.join(', ')}${meant}`;
  const at = second ?? first;
  return fault('command-unknown', message, near === undefined ? { at } : { at, suggestion: `${noun} ${near}` });
}

function nearest(first: Token, second: Token | undefined): string | undefined {
  const pair = second === undefined ? undefined : suggest(`${first.text} ${second.text}`, NAMES);
  return pair ?? suggest(first.text, [...new Set([...NAMES.map((name) => name.split(' ', 1)[0] ?? ''), ...OLD])]);
}
