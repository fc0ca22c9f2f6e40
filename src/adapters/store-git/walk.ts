import { hasTrailer, parseMessage } from '../../core/external/message.ts';
import { sealOf } from '../../core/external/seal.ts';
import type { Store, StoredCommit } from '../../ports/store.ts';
import { diffTrees } from './diff.ts';
import { entryAt } from './files.ts';
import type { RawCommit } from './raw-commit.ts';
import type { Repository } from './repository.ts';
import { toBytes } from './tree.ts';

type HistoryOptions = Parameters<Store['history']>[0];

/**
 * Commits from `head` back, newest first by the committer's time (a parent never before its child where clocks are right).
 * No process is started: commits and trees come from the same stream as files, and equal folders are never opened.
 */
export async function walk(
  repository: Repository,
  head: RawCommit,
  { since, limit = Infinity, path, after = -Infinity, trailer }: HistoryOptions,
): Promise<readonly StoredCommit[]> {
  const left = since === undefined ? undefined : await behind(repository, since, head);
  const open = [head];
  const seen = new Set([head.oid]);
  const found: StoredCommit[] = [];
  for (let commit = open.shift(); commit && found.length < limit; commit = open.shift()) {
    if (left?.has(commit.oid)) continue;
    const parents = await Promise.all(commit.parents.map((parent) => repository.commit(parent)));
    // Only a sealed commit's date can be believed: what anybody else dated back hides nothing behind it.
    const isOld = commit.at < after;
    if (isOld && (await describe(repository, commit, parents[0])).sealed) continue;
    const isMeant = !isOld && (trailer === undefined || hasTrailer(parseMessage(commit.message).trailers, trailer));
    if (isMeant && (path === undefined || (await touches(repository, commit, { first: parents[0], path })))) {
      found.push(await describe(repository, commit, parents[0]));
    }
    for (const parent of parents) {
      if (!parent || seen.has(parent.oid)) continue;
      seen.add(parent.oid);
      insert(open, parent);
    }
  }
  return found;
}

/**
 * What is not part of the answer: `since` and, only where a merge could lead around it, what lies behind it.
 * On a straight line (all that Sluice writes) nothing behind `since` is looked at.
 */
async function behind(repository: Repository, since: string, head: RawCommit): Promise<ReadonlySet<string>> {
  const line = new Set([since]);
  for (let at: RawCommit | undefined = head; at; at = await repository.commit(at.parents[0] ?? '0')) {
    if (at.oid === since) return line;
    if (at.parents.length !== 1) break;
  }
  const open = [since];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const parents = (await repository.commit(next))?.parents ?? [];
    for (const parent of parents) {
      if (line.has(parent)) continue;
      line.add(parent);
      open.push(parent);
    }
  }
  return line;
}

function insert(open: RawCommit[], commit: RawCommit): void {
  const at = open.findIndex((other) => other.at < commit.at);
  if (at === -1) open.push(commit);
  else open.splice(at, 0, commit);
}

async function touches(
  repository: Repository,
  commit: RawCommit,
  { first, path }: { readonly first: RawCommit | undefined; readonly path: string },
): Promise<boolean> {
  if (!first && commit.parents.length > 0) return false;
  const bytes = toBytes(path);
  const now = await entryAt(repository, commit.tree, bytes);
  const before = first && (await entryAt(repository, first.tree, bytes));
  return now?.oid !== before?.oid || now?.mode !== before?.mode;
}

/** A commit as the port shows it. `first` is its first parent, where that is there. */
async function describe(
  repository: Repository,
  commit: RawCommit,
  first: RawCommit | undefined,
): Promise<StoredCommit> {
  const { oid, parents, at, author, committer, message } = commit;
  const parsed = parseMessage(message);
  const seal = parsed.trailers.get('Sluice-Seal');
  const known = first !== undefined || parents.length === 0;
  const changes = known ? await diffTrees(repository, first?.tree ?? null, commit.tree) : [];
  const matches = () => seal === sealOf(parents[0] ?? null, changes);
  const sealed = seal !== undefined && parents.length <= 1 && (known ? matches() : true);
  return { revision: oid, parents, at, author, committer, ...parsed, sealed, changes };
}
