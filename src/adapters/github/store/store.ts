/** State on a branch of a GitHub repository, through the API: no checkout, no git, commits that GitHub signs. */
import { markProblem } from '../../../core/external/path.ts';
import type { Clock } from '../../../ports/clock.ts';
import {
  type CommitMessage,
  type FileChange,
  type Needs,
  type Snapshot,
  type Store,
  StoreError,
} from '../../../ports/store.ts';
import type { GithubClient } from '../client/client.ts';
import type { View } from './entry.ts';
import { writeFirst } from './first.ts';
import { comparedTrees } from './changes.ts';
import { history } from './history.ts';
import { hasMarks, marks } from './marks.ts';
import { type Memory, newMemory } from './memory.ts';
import type { GithubOpened } from './opening.ts';
import { branchGone, nowAt, type Place } from './place.ts';
import { headOid, readAt, readHead, snapshotOf } from './read.ts';
import { textOf } from './texts.ts';
import { writeCommit } from './write.ts';

export interface GithubStoreOptions {
  readonly client: GithubClient;
  /** `sluice-state` */
  readonly branch?: string;
  /** Where the state lies, when not where the client looks. */
  readonly repository?: { readonly owner: string; readonly repo: string };
  readonly clock: Clock;
  /** What the process read as it began: the store's first read of the head is answered from it, once. */
  readonly opened?: GithubOpened;
}

/** Milliseconds until what the process read as it began is too old to be decided on. */
const FRESH = 10_000;
/** A write over the API takes seconds, and of those who write at once one gets through at a time. */
const PATIENCE = 90_000;

/**
 * Rejects with a StoreError that names what, where and the permission that is missing; nothing was changed then, except where
 * it says that no answer came: the same request given again is recognised.
 */
export function githubStore(options: GithubStoreOptions): Store {
  const { client, branch = 'sluice-state', repository, clock, opened } = options;
  const place: Place = { client, owner: client.owner, repo: client.repo, ...repository, branch, clock };
  checkBranch(branch);
  const isHere = opened !== undefined && isSame(opened.place, place);
  const memory = isHere ? opened.memory : newMemory();
  const first = isHere ? firstRead(opened, clock) : () => undefined;
  const read = async (needs: Needs, revision?: string): Promise<Snapshot> => {
    if (revision !== undefined) {
      const view = await readAt(place, memory, { revision, needs });
      return { ...(await snapshotOf(place, memory, { view, needs })), now: await nowOf(place, memory, view) };
    }
    const begun = first();
    if (begun !== undefined) {
      const view =
        begun.revision === null ? undefined : await readAt(place, memory, { revision: begun.revision, needs });
      return snapshotOf(place, memory, { view, needs });
    }
    return snapshotOf(place, memory, { view: await readHead(place, memory, needs), needs });
  };
  return {
    read,
    commit: (parent, changes, message) => commit({ place, memory, read }, { parent, changes, message }),
    history: (asked) => history(place, memory, asked),
    compare: (base, head) => comparedTrees(place, base, head),
    patience: PATIENCE,
    blob: (oid) => textOf(place, memory, oid),
    ...marks(place, memory),
  };
}

/** The head's date counts for `now`, also where an earlier revision is read; this asks nothing. */
async function nowOf(place: Place, memory: Memory, view: View): Promise<number> {
  const head = memory.head === undefined ? undefined : memory.view(memory.head);
  return nowAt(place, head && head.at > view.at ? head : view);
}

interface Context {
  readonly place: Place;
  readonly memory: Memory;
  readonly read: (needs: Needs, revision?: string) => Promise<Snapshot>;
}

interface Asked {
  readonly parent: Snapshot;
  readonly changes: readonly FileChange[];
  readonly message: CommitMessage;
}

async function commit(
  { place, memory, read }: Context,
  { parent, changes, message }: Asked,
): ReturnType<Store['commit']> {
  const { revision, needs } = parent;
  const view =
    revision === null
      ? await firstCommit(place, memory, { changes, message })
      : await writeCommit(place, memory, { parent: revision, changes, message });
  if (!view) {
    memory.isOvertaken = true;
    const snapshot = await read(needs);
    if (snapshot.revision === null && revision !== null) throw branchGone(place);
    return { conflict: true, snapshot };
  }
  const known = await readAt(place, memory, { revision: view.revision, needs });
  return snapshotOf(place, memory, { view: known, needs });
}

/** Objects that no ref leads to are not written where the branch is there already. */
async function firstCommit(place: Place, memory: Memory, asked: Omit<Asked, 'parent'>): Promise<View | undefined> {
  if ((await headOid(place)) !== undefined) return undefined;
  if (memory.commits.size > 0 || (await hasMarks(place))) throw branchGone(place);
  return writeFirst(place, memory, asked);
}

/** The revision at the head when the process began, to be used once and while it is young; undefined: ask. */
function firstRead(
  { revision, at }: GithubOpened,
  clock: Clock,
): () => { readonly revision: string | null } | undefined {
  let isUsed = false;
  return () => {
    if (isUsed || clock.now() - at > FRESH) return undefined;
    isUsed = true;
    return { revision };
  };
}

function isSame(one: Place, other: Place): boolean {
  return one.owner === other.owner && one.repo === other.repo && one.branch === other.branch;
}

function checkBranch(branch: string): void {
  if (markProblem(`refs/sluice/${branch}`) === undefined) return;
  throw new StoreError(
    'value-invalid',
    `value-invalid: ${JSON.stringify(branch)} is no name for a branch: letters, digits and . _ - / only`,
  );
}
