/** Commands that a commit by hand means, written into the commit that seals it: a crash before they are carried out loses none. */
import { parseCommand } from '../command/parse.ts';
import { printCommand } from '../command/print.ts';
import type { Command } from '../command/command.ts';
import { type Actor, parseActor, printActor } from '../model/actor.ts';
import type { BranchCommit } from './branch-commit.ts';
import type { ExternalCommand } from './take-back.ts';

export const OWES = 'Sluice-Owes';

export interface Owed {
  readonly command: Command;
  readonly actor: Actor;
  /** `Sluice-Request` of the commit that carries it out; one that has it pays for it, whatever it came to. */
  readonly request: string;
  /** When it was written, in ms. */
  readonly born: number;
}

type Written = readonly [request: string, actor: string, command: string];

/** The trailer's value: one line of JSON; undefined where nothing is owed. */
export function printOwed(commands: readonly ExternalCommand[]): string | undefined {
  if (commands.length === 0) return undefined;
  const written = commands.map(({ command, actor, commit, rollout }): Written => {
    return [`revert-${commit}-${rollout}`, printActor(actor), printCommand(command)];
  });
  return JSON.stringify(written);
}

/** What sealed commits owe and no later one has paid for; `commits` are newest first. */
export function unpaid(commits: readonly (BranchCommit & { readonly at: number })[]): readonly Owed[] {
  const sealed = commits.filter((commit) => commit.sealed);
  const paid = new Set(sealed.map((commit) => commit.trailers.get('Sluice-Request')));
  return sealed
    .toReversed()
    .flatMap(({ trailers, at }) => readOwed(trailers.get(OWES), at))
    .filter(({ request }) => !paid.has(request));
}

function readOwed(text: string | undefined, born: number): readonly Owed[] {
  if (text === undefined) return [];
  try {
    return (JSON.parse(text) as readonly Written[]).flatMap(([request, who, line]) => {
      const parsed = parseCommand(line);
      const actor = parseActor(who);
      return parsed.ok && actor ? [{ command: parsed.command, actor, request, born }] : [];
    });
  } catch {
    return [];
  }
}
