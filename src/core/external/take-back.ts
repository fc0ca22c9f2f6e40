import type { Command } from '../command/command.ts';
import type { Actor } from '../model/actor.ts';
import { Rollout } from '../model/rollout.ts';
import type { BranchCommit } from './branch-commit.ts';
import type { ForeignFile } from './foreign-file.ts';
import { revertedBy } from './revert.ts';

/** A command that a foreign commit means; whoever ticks executes it under this actor, policy included. */
export interface ExternalCommand {
  readonly command: Command;
  readonly actor: Actor;
  /** The rollout that the reverted commit moved, and the paths whose change said so. */
  readonly rollout: string;
  readonly paths: readonly string[];
  /** The foreign commit, and the one of ours that it takes back. */
  readonly commit: string;
  readonly reverted: string;
}

export interface TakeBackInput {
  readonly foreign: readonly BranchCommit[];
  readonly ours: readonly BranchCommit[];
  readonly files: readonly ForeignFile[];
  readonly actorOf: (commit: BranchCommit) => Actor;
}

const ROLLOUT = /^(?:rollouts\/|history\/[^/]+\/rollout-)(.+)\.json$/;

/**
 * Reverts of commits that moved a rollout, as the command `rollback`. Only what the head still shows counts (a revert that
 * was itself taken back is none), and a rollout that goes or went back already is not taken back once more.
 */
export function takeBacks({ foreign, ours, files, actorOf }: TakeBackInput): readonly ExternalCommand[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const found = new Map<string, ExternalCommand>();
  for (const commit of foreign) {
    const paths = commit.changes.map(({ path }) => path).filter((path) => byPath.has(path));
    const reverted = paths.some((path) => ROLLOUT.test(path)) ? revertedBy(commit, ours) : undefined;
    if (!reverted) continue;
    for (const path of paths) {
      const rollout = readRollout(path, byPath.get(path));
      if (!rollout || found.has(rollout.id) || goesBack(rollout)) continue;
      const command = rollbackOf(rollout, reverted);
      const common = { actor: actorOf(commit), commit: commit.revision, reverted: reverted.revision };
      found.set(rollout.id, { command, rollout: rollout.id, paths, ...common });
    }
  }
  return [...found.values()];
}

/** The rollout as the last sealed commit has it. */
function readRollout(path: string, file: ForeignFile | undefined): Rollout | undefined {
  if (!ROLLOUT.test(path) || !file || file.before === null) return undefined;
  try {
    const parsed = Rollout.safeParse(JSON.parse(file.before));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function goesBack({ phase, kind }: Rollout): boolean {
  return kind === 'rollback' || ['rolling-back', 'rolled-back', 'cancelled', 'failed'].includes(phase);
}

/** A moving rollout is named by its id; of one that has ended the service or flag goes back. */
function rollbackOf({ id, phase, subject }: Rollout, { revision }: BranchCommit): Command {
  const name = subject.type === 'release' ? subject.service : `flag/${subject.flag}`;
  const target = phase === 'completed' ? name : id;
  const reason = `its commit ${revision.slice(0, 10)} was reverted on the state branch`;
  return { name: 'rollback', args: { target }, options: { reason }, environment: subject.environment };
}
