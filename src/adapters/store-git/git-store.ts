import { COMMITTER } from '../../core/external/branch-commit.ts';
import { firstFiles } from '../../core/external/first-files.ts';
import { markProblem } from '../../core/external/path.ts';
import type { Clock } from '../../ports/clock.ts';
import {
  type CommitMessage,
  type FileChange,
  type Needs,
  type Snapshot,
  type Store,
  StoreError,
} from '../../ports/store.ts';
import { diffTrees } from './diff.ts';
import { type Found, readFiles } from './files.ts';
import { gitIn } from './git.ts';
import { type Head, localHead, readRef, remoteHead, updateRef } from './head.ts';
import { inTurn } from './queue.ts';
import type { RawCommit } from './raw-commit.ts';
import { type Remote, remoteOf } from './remote.ts';
import { checkedOutIn, openRepository, type Repository } from './repository.ts';
import { walk } from './walk.ts';
import { writeCommit } from './write.ts';

interface GitStoreOptions {
  /** Any directory of the repository: a worktree, its root, a bare repository. */
  readonly repository: string;
  readonly branch?: string;
  /** A remote's name or URL: the branch is read and written there. Absent: in this repository. */
  readonly remote?: string;
  /** Variables that let git in there, beside the caller's own. */
  readonly env?: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** Hears, once, what somebody at this machine should know. */
  readonly warn?: (text: string) => void;
}

/** The store, and the end of its one helper process (which keeps no program alive by itself). */
export interface GitStore extends Store {
  close(): void;
}

interface Context {
  readonly repository: Repository;
  readonly branch: string;
  readonly head: Head;
  readonly remote: Remote | undefined;
  readonly clock: Clock;
  readonly warn: (text: string) => void;
}

/**
 * State on a branch of a git repository, through the git binary. Needs no identity, no worktree, no index; runs no hooks.
 * Rejects with a StoreError; what was not committed has then changed nothing that a ref leads to.
 */
export async function gitStore(options: GitStoreOptions): Promise<GitStore> {
  const { repository: directory, branch = 'sluice-state', remote: remoteName, clock, warn = () => undefined } = options;
  checkBranch(branch);
  const repository = await openRepository(directory);
  const remote =
    remoteName === undefined ? undefined : remoteOf(gitIn(repository.git.directory, options.env), remoteName);
  const head = remote ? remoteHead(repository, branch, remote) : localHead(repository, branch);
  const context: Context = { repository, branch, head, remote, clock, warn: once(warn) };
  return {
    read: (needs, revision) => read(context, needs, revision),
    commit: (parent, changes, message) =>
      inTurn(`${repository.commonDirectory}\0${branch}`, () => commit(context, { parent, changes, message })),
    history: async (asked) => {
      const top = asked.from === undefined ? await head.read() : await known(repository, asked.from);
      return top ? walk(repository, top, asked) : [];
    },
    compare: async (base, head) => {
      const before = base === undefined ? null : (await known(repository, base)).tree;
      return diffTrees(repository, before, (await known(repository, head)).tree);
    },
    blob: (oid) => repository.textIfKnown(oid),
    ...marks(context),
    close: () => repository.stream.close(),
  };
}

async function read(context: Context, needs: Needs, revision?: string): Promise<Snapshot> {
  const { head, repository } = context;
  const top = await head.read();
  if (revision === undefined) return snapshotOf(context, top, needs);
  const asked = await known(repository, revision);
  return { ...(await snapshotOf(context, asked, needs)), now: now(context, top) };
}

async function known(repository: Repository, revision: string): Promise<RawCommit> {
  const commit = /^[0-9a-f]{40,64}$/.test(revision) ? await repository.commit(revision) : undefined;
  if (commit) return commit;
  throw new StoreError('commit-unknown', `commit-unknown: there is no commit ${revision} on the state branch`);
}

const NOTHING: Found = { files: new Map(), others: [] };

async function snapshotOf(context: Context, commit: RawCommit | undefined, needs: Needs): Promise<Snapshot> {
  const { files, others } = commit ? await readFiles(context.repository, commit.tree, needs) : NOTHING;
  const found = { revision: commit?.oid ?? null, now: now(context, commit), needs, files };
  return others.length === 0 ? found : { ...found, others };
}

/** Wall clock, but never before a head commit that Sluice wrote; the date of anybody else's says nothing. */
function now({ clock }: Context, head: RawCommit | undefined): number {
  const ours = head?.committer.email === COMMITTER.email;
  return Math.max(clock.now(), ours ? head.at : 0);
}

interface Asked {
  readonly parent: Snapshot;
  readonly changes: readonly FileChange[];
  readonly message: CommitMessage;
}

async function commit(context: Context, { parent, changes, message }: Asked): ReturnType<Store['commit']> {
  const { repository, head, branch, remote } = context;
  // With a remote the push itself compares; asking first would cost a round trip more.
  const top = remote ? await parentOf(context, parent) : await head.read();
  const conflict = async () => ({ conflict: true, snapshot: await read(context, parent.needs) }) as const;
  if ((top?.oid ?? null) !== parent.revision) return conflict();
  const all = top ? changes : [...firstFiles(branch), ...changes];
  const oid = await writeCommit(repository, { parent: top, changes: all, message, at: now(context, top) });
  if (!(await head.move(oid, top))) return conflict();
  if (!remote) await warnOfWorktrees(context);
  return snapshotOf(context, await repository.commit(oid), parent.needs);
}

async function parentOf({ repository, head }: Context, { revision }: Snapshot): Promise<RawCommit | undefined> {
  return revision === null ? head.read() : repository.commit(revision);
}

async function warnOfWorktrees({ repository, branch, warn }: Context): Promise<void> {
  for (const place of await checkedOutIn(repository, `refs/heads/${branch}`)) {
    warn(
      `${branch} is checked out in ${place}: the branch moved on, the files there did not; git reset --hard there follows, once nothing there is unsaved`,
    );
  }
}

function marks(context: Context): Pick<Store, 'readMark' | 'moveMark'> {
  const { repository, remote, head } = context;
  return {
    readMark: async (name) => {
      const ref = checkMark(name);
      return remote ? remote.readMark(ref) : (await readRef(repository, ref))?.oid;
    },
    moveMark: async (name, to, from) => {
      const ref = checkMark(name);
      // Another clone may have written the commit: what it is moved to must be here before it can be pushed.
      if (!(await repository.commit(to))) await head.read();
      if (!(await repository.commit(to)))
        throw new StoreError('commit-unknown', `commit-unknown: there is no commit ${to}`);
      if (remote) return remote.moveMark(ref, to, from);
      return (await updateRef(repository, { ref, to, from })) === undefined;
    },
  };
}

function checkMark(name: string): string {
  const problem = markProblem(name);
  if (problem === undefined) return name;
  throw new StoreError('value-invalid', `value-invalid: ${JSON.stringify(name)}: ${problem}`);
}

function checkBranch(branch: string): void {
  if (markProblem(`refs/sluice/${branch}`) === undefined) return;
  throw new StoreError(
    'value-invalid',
    `value-invalid: ${JSON.stringify(branch)} is no name for a branch: letters, digits and . _ - / only`,
  );
}

function once(warn: (text: string) => void): (text: string) => void {
  const said = new Set<string>();
  return (text) => {
    if (!said.has(text)) warn(text);
    said.add(text);
  };
}
