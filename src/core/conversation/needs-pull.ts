/** What a command in a comment leaves to the pull request on which it stands. */
import type { Command } from '../command/command.ts';
import { readRelease, readTarget } from '../command/target.ts';
import { findEntry } from '../command/table.ts';
import { isRead } from '../command/rights.ts';
import type { Rollout } from '../model/rollout.ts';

/** `deploy` alone means the pull request's head. */
export function withHead(command: Command): Command {
  const { name, args } = command;
  const isBare = name === 'deploy' && versionsIn(command).length === 0;
  return isBare ? { ...command, args: { ...args, releases: ['head'] } } : command;
}

/** Versions of a `deploy`, without the services before them. */
export function versionsIn({ name, args }: Command): readonly string[] {
  if (name !== 'deploy') return [];
  const texts = Array.isArray(args['releases']) ? (args['releases'] as readonly string[]) : [];
  return texts.map((text) => readRelease(text).version);
}

/** Whether the word is about one rollout, and says not which one. What only looks, but for `explain`, then looks at everything. */
export function leavesTarget({ name, args }: Command): boolean {
  if (isRead(name) && name !== 'explain') return false;
  const target = findEntry(name)?.args.find((one) => one.name === 'target');
  return target !== undefined && args['target'] === undefined;
}

/** Whether a word without a target means nothing where the pull request has no rollout: going back and looking always mean something. */
export function mustBeOfPull({ name }: Command): boolean {
  return name !== 'rollback' && !isRead(name);
}

/** Whether the word goes on with one rollout: it is said of what its author saw, and of nothing that began since. */
export function goesOn({ name }: Command): boolean {
  return GOES_ON.includes(name);
}

const GOES_ON: readonly string[] = ['promote', 'resume', 'approve', 'retry', 'resolve'];

/** Whether the word names a rollout by its id. */
export function namesRollout({ args }: Command): boolean {
  return typeof args['target'] === 'string' && readTarget(args['target']).kind === 'rollout';
}

/** Where a comment stands: `https://github.com/acme/shop/pull/4`. */
export interface Place {
  readonly url: string;
  /** Full SHA; absent: not known. */
  readonly head?: string;
}

/** Unfinished rollouts that this pull request began, or whose release is its head. */
export function rolloutsOf(rollouts: readonly Rollout[], { url, head }: Place): readonly Rollout[] {
  return rollouts.filter(
    ({ subject, source }) =>
      source?.split('#')[0] === url ||
      (subject.type === 'release' && head !== undefined && subject.release.commit === head),
  );
}
