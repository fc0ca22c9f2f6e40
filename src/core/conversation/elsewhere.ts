/** Commands that a comment cannot give: they write files, ask questions, go on for ever, or belong to a machine. */
import type { Command } from '../command/command.ts';
import { findEntry, optionsOf } from '../command/table.ts';

const OTHERS: readonly string[] = ['watch', 'predeploy', 'check', 'token create', 'token list', 'token revoke'];

/** Where it is given instead; undefined: here. No file of the machine that answers is ever named by a comment. */
export function elsewhere({ name, args, options }: Command): string | undefined {
  const entry = findEntry(name);
  if (!entry) return undefined;
  if (name === 'reconcile')
    return 'reconcile is for the scheduled workflow: run `sluice-tick.yml` by hand, or wait for it';
  if (['local', 'self', 'token'].includes(entry.who) || OTHERS.includes(name))
    return `${name} is for the command line: \`sluice ${name}\``;
  const places = [
    ...entry.args.filter((place) => args[place.name] !== undefined),
    ...optionsOf(entry).filter((place) => options[place.name] !== undefined),
  ];
  const file = places.find(({ kind }) => kind === 'file');
  return file && `${name} with a file (${file.shown}) is for the command line: a comment has no files`;
}
