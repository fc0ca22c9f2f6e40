/** The words in which the table of commands is written. */

/** What a word may be. Every kind has one reader in `value.ts`. */
export type Kind =
  | 'release'
  | 'version'
  | 'target'
  | 'name'
  /** A name, with `:lower` or `:higher` if that is said. */
  | 'metric'
  | 'key'
  | 'stage'
  | 'percent'
  | 'duration'
  | 'time'
  | 'moment'
  | 'text'
  | 'weights'
  | 'pair'
  | 'commit'
  /** A commit by its id, or by how far it lies behind the newest: `HEAD~2`. */
  | 'revision'
  | 'number'
  | 'rate'
  | 'file'
  | 'condition'
  | 'choice';

interface Place {
  /** Its name in `Command.args` or `Command.options`. */
  readonly name: string;
  /** As usage shows it: `KEY`, `PERCENT`. */
  readonly shown: string;
  /** The words a `choice` may be. */
  readonly of?: readonly string[];
}

export interface Argument extends Place {
  readonly kind: Kind;
  readonly required: boolean;
  readonly repeatable: boolean;
}

export interface Option extends Place {
  /** A `switch` takes no value and is `true` when given. */
  readonly kind: Kind | 'switch';
  readonly short?: string;
  /** What holds when it is absent, as usage shows it; the reader's room applies it. */
  readonly default?: string;
  /** May be given again, each time with one value; a comma list also takes `a,b` and is printed so. */
  readonly repeatable?: 'each' | 'comma';
  /** The value may be left out; the option is `true` then. */
  readonly bare?: true;
  /** One phrase for help. */
  readonly means: string;
}

/**
 * An old name. In `old`, capital words take what was typed in order (`WHY...` takes all the rest); `now` says what it means,
 * with the same capital words filled in. A word of `now` whose capital word was not typed vanishes, an option with its value.
 * Without capital words in `old`, what was typed follows `now` unchanged.
 */
export interface Alias {
  readonly old: string;
  readonly now: string;
  /** For values that were spelled otherwise: typed words to the words after the head; undefined where they make no sense. */
  readonly rewrite?: (typed: readonly string[]) => readonly string[] | undefined;
}

/**
 * Who may, where the configuration does not say: a role on the repository (R read, W write, M maintain, A admin), who runs it on
 * his own machine, everybody for himself, who asked, who holds the lock (else M), who may approve there, who may make the same change,
 * or a machine with a token.
 */
export type Who = 'R' | 'W' | 'M' | 'A' | 'local' | 'self' | 'asker' | 'owner' | 'approver' | 'same-change' | 'token';

/** One command. */
export interface Entry {
  readonly name: string;
  /** Commands are shown together by it. */
  readonly group: Group;
  readonly args: readonly Argument[];
  readonly options: readonly Option[];
  readonly example: string;
  readonly aliases: readonly Alias[];
  /** What it answers, in one line. */
  readonly answers: string;
  /** When a reason belongs with it: always, never, or when one of these options is given. */
  readonly reason: 'always' | 'never' | readonly string[];
  readonly who: Who;
  /** Never changes the state, whoever may call it. */
  readonly reads: boolean;
  /** Exactly one of these options must be given. */
  readonly exactlyOne?: readonly string[];
  /** `to ENVIRONMENT` is read as `in ENVIRONMENT`. */
  readonly toEnvironment?: true;
  /** It is about no environment, and its usage names none. */
  readonly nowhere?: true;
  readonly built: boolean;
}

export type Group = 'rollouts' | 'seeing' | 'places' | 'flags' | 'experiments' | 'records' | 'workshop';

/** An entry as the table's files write it: what goes without saying is left out. */
export interface EntryText {
  readonly name: string;
  readonly args?: readonly Argument[];
  readonly options?: readonly Option[];
  readonly example: string;
  readonly aliases?: readonly (string | Alias)[];
  readonly answers: string;
  readonly reason?: Entry['reason'];
  readonly who: Who;
  readonly reads?: boolean;
  readonly exactlyOne?: readonly string[];
  readonly toEnvironment?: true;
  readonly nowhere?: true;
}

/** An argument that must be given. */
export function need(name: string, kind: Kind, rest: Partial<Argument> = {}): Argument {
  return { name, kind, shown: name.toUpperCase(), required: true, repeatable: false, ...rest };
}

/** An argument that may be left out. */
export function may(name: string, kind: Kind, rest: Partial<Argument> = {}): Argument {
  return need(name, kind, { required: false, ...rest });
}

/** Traffic and errors as a person knows them, for what a plan can see. */
export const TRAFFIC: readonly Option[] = [
  { name: 'traffic', kind: 'rate', shown: 'RATE', default: 'recorded', means: 'requests of the service, such as 20/s' },
  { name: 'errors', kind: 'percent', shown: 'PERCENT', default: 'recorded', means: 'its usual share of errors' },
];

/** Fills in what an entry left out. An alias that is only a text is a plain other name. */
export function entriesOf(group: Group, texts: readonly EntryText[]): readonly Omit<Entry, 'built'>[] {
  return texts.map((text) => ({
    args: [],
    options: [],
    reason: 'never' as const,
    reads: text.who === 'R',
    ...text,
    group,
    aliases: (text.aliases ?? []).map((alias) => (typeof alias === 'string' ? { old: alias, now: text.name } : alias)),
  }));
}
