import { authorOf, COMMITTER } from '../../core/external/branch-commit.ts';
import { firstFiles } from '../../core/external/first-files.ts';
import { hasTrailer, printMessage } from '../../core/external/message.ts';
import { comparePaths, covers, markProblem, pathProblem } from '../../core/external/path.ts';
import { sealOf } from '../../core/external/seal.ts';
import { blobOid } from '../../core/external/oid.ts';
import type { Clock } from '../../ports/clock.ts';
import {
  type CommitMessage,
  type Conflict,
  type FileChange,
  type Needs,
  type Snapshot,
  type Store,
  StoreError,
  type StoredCommit,
} from '../../ports/store.ts';
import { MemoryBranch } from './memory-branch.ts';

interface MemoryStoreOptions {
  readonly clock: Clock;
  /** Shared by several stores, they are several clones of one remote. */
  readonly branch?: MemoryBranch;
  readonly name?: string;
}

/** State in memory: lost when the process ends. Behaves as the other stores do, refusals and seals included. */
export function memoryStore({ clock, branch = new MemoryBranch(), name = 'sluice-state' }: MemoryStoreOptions): Store {
  const read = (needs: Needs, revision?: string): Snapshot => snapshot(branch, needs, { clock, revision });
  return {
    read: async (needs, revision) => read(needs, revision),
    commit: async (parent, changes, message) => {
      if (parent.revision !== (branch.head?.commit.revision ?? null)) {
        return { conflict: true, snapshot: read(parent.needs) } satisfies Conflict;
      }
      append(branch, name, { parent, changes, message, at: read([]).now });
      return read(parent.needs);
    },
    history: async (options) => walk(branch, options),
    compare: async (base, head) =>
      differing(base === undefined ? new Map() : find(branch, base).files, find(branch, head).files),
    blob: async (oid) => branch.blobs.get(oid),
    readMark: async (mark) => branch.marks.get(checkMark(mark)),
    moveMark: async (mark, to, from) => {
      if (branch.marks.get(checkMark(mark)) !== from) return false;
      if (!branch.find(to)) throw new StoreError('commit-unknown', `commit-unknown: there is no commit ${to}`);
      branch.marks.set(mark, to);
      return true;
    },
  };
}

interface Reading {
  readonly clock: Clock;
  readonly revision: string | undefined;
}

function snapshot(branch: MemoryBranch, needs: Needs, { clock, revision }: Reading): Snapshot {
  const node = revision === undefined ? branch.head : find(branch, revision);
  const head = branch.head?.commit;
  const now = Math.max(clock.now(), head?.committer.email === COMMITTER.email ? head.at : 0);
  const files = new Map([...(node?.files ?? [])].filter(([path]) => covers(needs, path)));
  return { revision: node?.commit.revision ?? null, now, needs, files };
}

interface Addition {
  readonly parent: Snapshot;
  readonly changes: readonly FileChange[];
  readonly message: CommitMessage;
  readonly at: number;
}

function append(branch: MemoryBranch, name: string, { parent, changes, message, at }: Addition): void {
  for (const { path } of changes) {
    const problem = pathProblem(path);
    if (problem !== undefined)
      throw new StoreError('value-invalid', `value-invalid: ${JSON.stringify(path)}: ${problem}`);
  }
  const before = branch.head?.files;
  const first = parent.revision === null ? firstFiles(name) : [];
  const wanted = new Map([...first, ...changes].map(({ path, text }) => [path, text]));
  const effective = [...wanted]
    .map(([path, text]) => ({ path, text, after: text === null ? null : blobOid(text) }))
    .filter(({ path, after }) => after !== (before?.get(path)?.oid ?? null));
  const text = printMessage(message, sealOf(parent.revision, effective));
  const author = authorOf(message.trailers);
  branch.append({
    changes: effective,
    message: text,
    author,
    committer: COMMITTER,
    at: Math.floor(at / 1_000) * 1_000,
  });
}

function walk(branch: MemoryBranch, options: Parameters<Store['history']>[0]): readonly StoredCommit[] {
  const { from, since, limit = Infinity, path, after = -Infinity, trailer } = options;
  const all = branch.nodes.map(({ commit }) => commit).reverse();
  const newestFirst = from === undefined ? all : all.slice(all.indexOf(find(branch, from).commit));
  const end = newestFirst.findIndex(({ revision }) => revision === since);
  return (end === -1 ? newestFirst : newestFirst.slice(0, end))
    .filter((commit) => commit.at >= after && hasTrailer(commit.trailers, trailer))
    .filter((commit) => path === undefined || commit.changes.some((change) => change.path === path))
    .slice(0, limit);
}

type Files = NonNullable<MemoryBranch['head']>['files'];

function differing(before: Files, after: Files): StoredCommit['changes'] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted(comparePaths);
  return paths
    .map((path) => ({ path, before: before.get(path)?.oid ?? null, after: after.get(path)?.oid ?? null }))
    .filter((change) => change.before !== change.after);
}

function find(branch: MemoryBranch, revision: string): NonNullable<MemoryBranch['head']> {
  const node = branch.find(revision);
  if (node) return node;
  throw new StoreError('commit-unknown', `commit-unknown: there is no commit ${revision} on the state branch`);
}

function checkMark(name: string): string {
  const problem = markProblem(name);
  if (problem === undefined) return name;
  throw new StoreError('value-invalid', `value-invalid: ${JSON.stringify(name)}: ${problem}`);
}
