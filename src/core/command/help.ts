import type { Block, Report } from '../report/report.ts';
import { helpExample, type Names } from './help-example.ts';
import type { Entry, Group, Who } from './grammar.ts';
import { helpText } from './help-text.ts';
import { entriesNamed } from './lookup.ts';
import { suggest } from './suggest.ts';
import { commandTable, EVERYWHERE } from './table.ts';
import { meaningOf, shownOption, usageOf } from './usage.ts';

/** A page of help, as a report and as plain text. `found` is false for words that are no command. */
export interface Help {
  readonly found: boolean;
  readonly title: string;
  readonly report: Report;
  readonly text: string;
}

export const GROUPS: Readonly<Record<Group, string>> = {
  rollouts: 'Move a rollout',
  seeing: 'See what is going on',
  places: 'Locks, freezes, traffic',
  flags: 'Feature flags and segments',
  experiments: 'Experiments',
  records: 'Alerts, releases, backups, migrations',
  workshop: 'This installation',
};

export const WHO: Readonly<Record<Who, string>> = {
  R: 'who may read the repository',
  W: 'who may write to the repository',
  M: 'who maintains the repository',
  A: 'who administers the repository',
  local: 'whoever runs it on his machine',
  self: 'everybody, for himself',
  asker: 'who asked for it, else who may write',
  owner: 'who holds the lock, else who maintains the repository',
  approver: 'who may approve there',
  'same-change': 'who may make the reverse change',
  token: 'a machine with a token',
};

/** Help on one command, on all verbs of a noun, or, without words, on everything. Old names are understood. */
export function help(command: readonly string[] = [], names: Names = {}): Help {
  const name = command.join(' ').toLowerCase().replaceAll(':', ' ').trim();
  if (name === '') return page('sluice', overview(names));
  const entries = entriesNamed(name);
  if (entries.length > 0)
    return page(
      name,
      entries.flatMap((entry) => onCommand(entry, names)),
    );
  const verbs = commandTable.filter((entry) => entry.name.startsWith(`${name} `));
  return verbs.length > 0 ? page(name, listing(name, verbs)) : unknown(name);
}

function page(title: string, blocks: readonly Block[], found = true): Help {
  return { found, title, report: { blocks }, text: helpText(blocks) };
}

function overview(names: Names): readonly Block[] {
  const groups = Object.entries(GROUPS) as readonly (readonly [Group, string])[];
  return [
    { type: 'heading', text: 'sluice COMMAND [in ENVIRONMENT] [--options]' },
    ...groups.flatMap(([group, title]) =>
      listing(
        title,
        commandTable.filter((entry) => entry.group === group),
      ),
    ),
    { type: 'heading', text: 'Everywhere' },
    everywhere(),
    ...known(names),
    { type: 'text', text: 'More on one of them: help COMMAND' },
  ];
}

function known({ services = [], environments = [], flags = [] }: Names): readonly Block[] {
  const items = [
    ...(services.length > 0 ? [`services: ${services.join(', ')}`] : []),
    ...(environments.length > 0 ? [`environments: ${environments.join(', ')}`] : []),
    ...(flags.length > 0 ? [`flags: ${flags.slice(0, 20).join(', ')}${flags.length > 20 ? ', ...' : ''}`] : []),
  ];
  return items.length === 0
    ? []
    : [
        { type: 'heading', text: 'Here' },
        { type: 'list', items },
      ];
}

function listing(title: string, entries: readonly Entry[]): readonly Block[] {
  const rows = entries.map((entry) => [
    [entry.name, ...entry.args.map(({ shown }) => shown)].join(' '),
    entry.built ? entry.answers : `not in this version: ${entry.answers}`,
  ]);
  return [
    { type: 'heading', text: title },
    { type: 'table', columns: [{ title: 'command' }, { title: 'answers' }], rows },
  ];
}

function onCommand(entry: Entry, names: Names): readonly Block[] {
  const old = entry.aliases.map(({ old: before, now }) => `${before} = ${now}`);
  return [
    { type: 'heading', text: entry.name },
    { type: 'text', text: `Answers: ${entry.answers}` },
    ...(entry.built ? [] : [{ type: 'text', text: 'Not in this version.' } as const]),
    { type: 'code', text: usageOf(entry) },
    { type: 'code', text: helpExample(entry, names) },
    ...(entry.options.length === 0 ? [] : [options(entry)]),
    { type: 'text', text: `Who may, unless the configuration says otherwise: ${WHO[entry.who]}. ${reasonOf(entry)}` },
    ...(old.length === 0 ? [] : [{ type: 'text', text: 'Old names:' } as const, { type: 'list', items: old } as const]),
  ];
}

/** When a reason is asked for, as a sentence. */
export function reasonOf({ reason }: Entry): string {
  if (reason === 'always') return 'A reason is needed.';
  if (reason === 'never') return 'No reason is needed.';
  return `A reason is needed with ${reason.map((option) => `--${option}`).join(', ')}.`;
}

function options(entry: Entry): Block {
  const rows = entry.options.map((option) => [shownOption(option), meaningOf(option)]);
  return { type: 'table', columns: [{ title: 'option' }, { title: 'meaning' }], rows };
}

function everywhere(): Block {
  const rows = [
    ['-e, --environment NAME', 'the environment, as `in NAME`'],
    ...EVERYWHERE.map((option) => [shownOption(option), meaningOf(option)]),
  ];
  return { type: 'table', columns: [{ title: 'option' }, { title: 'meaning' }], rows };
}

function unknown(name: string): Help {
  const near = suggest(
    name,
    commandTable.map((entry) => entry.name),
  );
  const text = `There is no command \`${name}\`${near === undefined ? '.' : `: did you mean \`${near}\`?`}`;
  return page(name, [{ type: 'text', text }], false);
}
