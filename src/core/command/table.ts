/** The one table of commands: parser, help, reference, completion and suggestions are fed by it. */
import type { Entry, Option } from './grammar.ts';
import { isBuilt } from './built.ts';
import { EXPERIMENTS } from './table/experiments.ts';
import { FLAGS } from './table/flags.ts';
import { PLACES } from './table/places.ts';
import { RECORDS } from './table/records.ts';
import { ROLLOUTS } from './table/rollouts.ts';
import { SEEING } from './table/seeing.ts';
import { WORKSHOP } from './table/workshop.ts';

/** Every command, in the order in which help shows them. */
export const commandTable: readonly Entry[] = [
  ...ROLLOUTS,
  ...SEEING,
  ...PLACES,
  ...FLAGS,
  ...EXPERIMENTS,
  ...RECORDS,
  ...WORKSHOP,
].map((entry) => ({ ...entry, built: isBuilt(entry.name) }));

/** What every command takes besides its own options. The environment is not among them: it is `Command.environment`. */
export const EVERYWHERE: readonly Option[] = [
  { name: 'reason', short: 'm', kind: 'text', shown: 'TEXT', means: 'why; it stands in the commit' },
  { name: 'dry-run', short: 'n', kind: 'switch', shown: '', means: 'say what would happen, change nothing' },
  { name: 'json', kind: 'switch', shown: '', means: 'answer as JSON' },
  {
    name: 'override',
    kind: 'choice',
    of: ['approval', 'lock', 'freeze', 'checks', 'order', 'compatibility', 'health', 'bake'],
    shown: 'GATE',
    repeatable: 'comma',
    means: 'pass over a gate; needs the right to, and a reason',
  },
  { name: 'yes', short: 'y', kind: 'switch', shown: '', means: 'do not ask again' },
];

const BY_NAME: ReadonlyMap<string, Entry> = new Map(commandTable.map((entry) => [entry.name, entry]));

/** The command of that canonical name. */
export function findEntry(name: string): Entry | undefined {
  return BY_NAME.get(name);
}

/** The options a command takes, its own first. */
export function optionsOf(entry: Entry): readonly Option[] {
  return [...entry.options, ...EVERYWHERE];
}
