import { hasTrailer } from '../../../core/external/message.ts';
import { sealOf } from '../../../core/external/seal.ts';
import type { Store, StoredCommit } from '../../../ports/store.ts';
import { changesOf } from './changes.ts';
import { COMMIT_FIELDS, type CommitNode, type KnownCommit, sealedAtSight } from './commit.ts';
import type { Memory } from './memory.ts';
import { type Place, unknownCommit } from './place.ts';
import { ask, headOid, rememberCommit } from './read.ts';

type HistoryOptions = Parameters<Store['history']>[0];

/** Most commits in one page (docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api). */
const PAGE = 100;

/** Commits from `from` back, newest first by GitHub's date of them; those that are known are not asked for. */
export async function history(place: Place, memory: Memory, options: HistoryOptions): Promise<readonly StoredCommit[]> {
  const { path, limit = Infinity, lean = false } = options;
  const from = options.from ?? (await headOid(place));
  if (from === undefined) return [];
  const known: Known = (oid, page) => knownOrAsked(place, memory, { oid, page });
  const top = await known(from, Math.min(limit, PAGE));
  if (!top) throw unknownCommit(place, from);
  const sealed = (commit: KnownCommit): Promise<boolean> => isSealed(place, memory, commit);
  const walked: Walked = { known, sealed, top, options };
  const commits = path === undefined ? await walk(walked) : await touching(place, memory, { ...walked, path });
  return describe(place, memory, { commits, lean });
}

type Known = (oid: string, page?: number) => Promise<KnownCommit | undefined>;

interface Walked {
  readonly known: Known;
  readonly sealed: (commit: KnownCommit) => Promise<boolean>;
  readonly top: KnownCommit;
  readonly options: HistoryOptions;
}

/** What is too old ends the way where its date can be believed: behind a sealed commit. Anybody may date his own as he likes. */
async function walk({ known, sealed, top, options }: Walked): Promise<readonly KnownCommit[]> {
  const { since, limit = Infinity, after = -Infinity, trailer } = options;
  const left = since === undefined ? undefined : await behind(known, since, top);
  const open = [top];
  const seen = new Set([top.oid]);
  const found: KnownCommit[] = [];
  for (let commit = open.shift(); commit && found.length < limit; commit = open.shift()) {
    const isOld = commit.at < after;
    if (left?.has(commit.oid) || (isOld && (await sealed(commit)))) continue;
    if (!isOld && hasTrailer(commit.trailers, trailer)) found.push(commit);
    if (found.length >= limit) break;
    for (const parent of commit.parents) {
      if (seen.has(parent) || left?.has(parent)) continue;
      seen.add(parent);
      const next = await known(parent, PAGE);
      if (next) insert(open, next);
    }
  }
  return found;
}

/** `since` and, only where a merge could lead around it, what lies behind it. */
async function behind(known: Known, since: string, head: KnownCommit): Promise<ReadonlySet<string>> {
  const line = new Set([since]);
  for (
    let at: KnownCommit | undefined = head;
    at;
    at = at.parents[0] === undefined ? undefined : await known(at.parents[0], PAGE)
  ) {
    if (at.oid === since || at.parents[0] === since) return line;
    if (at.parents.length !== 1) break;
  }
  const open = [since];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const parent of (await known(next, PAGE))?.parents ?? []) {
      if (line.has(parent)) continue;
      line.add(parent);
      open.push(parent);
    }
  }
  return line;
}

function insert(open: KnownCommit[], commit: KnownCommit): void {
  const at = open.findIndex((other) => other.at < commit.at);
  if (at === -1) open.push(commit);
  else open.splice(at, 0, commit);
}

interface PathWalk extends Walked {
  readonly path: string;
}

/** GitHub follows the path itself; only what lies between `from` and `since` is ours to tell. */
async function touching(
  place: Place,
  memory: Memory,
  { path, known, top, options }: PathWalk,
): Promise<readonly KnownCommit[]> {
  const { since, limit = Infinity, after = -Infinity, trailer } = options;
  const left = since === undefined ? undefined : await behind(known, since, top);
  const found: KnownCommit[] = [];
  let cursor: string | null = null;
  do {
    const page: Page = await pageOf(place, { oid: top.oid, first: Math.min(PAGE, Math.max(limit, 1)), path, cursor });
    for (const node of page.nodes) {
      const commit = rememberCommit(memory, node);
      if (left?.has(commit.oid)) return found;
      if (commit.at < after || !hasTrailer(commit.trailers, trailer)) continue;
      found.push(commit);
      if (found.length >= limit) return found;
    }
    cursor = page.next;
  } while (cursor !== null);
  return found;
}

interface Page {
  readonly nodes: readonly CommitNode[];
  readonly next: string | null;
}

interface HistoryAnswer {
  readonly repository: {
    readonly object: {
      readonly history?: {
        readonly nodes: readonly CommitNode[] | null;
        readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
      };
    } | null;
  } | null;
}

const HISTORY = `query ($owner: String!, $name: String!, $oid: GitObjectID!, $first: Int!, $path: String, $cursor: String) {
  repository(owner: $owner, name: $name) { object(oid: $oid) { ... on Commit {
    history(first: $first, path: $path, after: $cursor) { nodes { ${COMMIT_FIELDS} } pageInfo { hasNextPage endCursor } }
  } } }
}`;

interface Paging {
  readonly oid: string;
  readonly first: number;
  readonly path?: string;
  readonly cursor?: string | null;
}

async function pageOf(place: Place, { oid, first, path, cursor }: Paging): Promise<Page> {
  const { owner, repo } = place;
  const variables = { owner, name: repo, oid, first, path: path ?? null, cursor: cursor ?? null };
  const found = (await ask<HistoryAnswer>(place, HISTORY, variables))?.repository?.object?.history;
  const { hasNextPage = false, endCursor = null } = found?.pageInfo ?? {};
  return { nodes: found?.nodes ?? [], next: hasNextPage ? endCursor : null };
}

/** A commit, asked for with those before it where it is not known. */
async function knownOrAsked(
  place: Place,
  memory: Memory,
  { oid, page = PAGE }: { readonly oid: string; readonly page: number | undefined },
): Promise<KnownCommit | undefined> {
  const known = memory.commits.get(oid);
  if (known || !/^[0-9a-f]{40,64}$/.test(oid)) return known;
  const { nodes } = await pageOf(place, { oid, first: Math.max(1, page) });
  for (const node of nodes) rememberCommit(memory, node);
  return memory.commits.get(oid);
}

interface Describing {
  readonly commits: readonly KnownCommit[];
  readonly lean: boolean;
}

/** Commits as the port shows them; their changes are asked for where somebody looks, or only they tell whether a seal holds. */
async function describe(place: Place, memory: Memory, { commits, lean }: Describing): Promise<readonly StoredCommit[]> {
  const asked = commits.filter((commit) => !lean || sealedAtSight(commit) === undefined);
  const changes = await changesOf(place, memory, asked);
  return commits.map((commit) => {
    const { oid, parents, at, author, committer, title, body, trailers } = commit;
    const changed = changes.get(oid) ?? [];
    const sealed = sealedAtSight(commit) ?? sealHolds(commit, changed);
    return { revision: oid, parents, at, author, committer, title, body, trailers, sealed, changes: changed };
  });
}

async function isSealed(place: Place, memory: Memory, commit: KnownCommit): Promise<boolean> {
  const atSight = sealedAtSight(commit);
  return atSight ?? sealHolds(commit, (await changesOf(place, memory, [commit])).get(commit.oid));
}

function sealHolds({ parents, trailers }: KnownCommit, changes: StoredCommit['changes'] = []): boolean {
  return trailers.get('Sluice-Seal') === sealOf(parents[0] ?? null, changes);
}

/** The commit with exactly this message on that parent, among the newest of the branch: what was written although its answer was lost. */
export async function findOurs(
  place: Place,
  memory: Memory,
  { parent, message }: { readonly parent: string; readonly message: string },
): Promise<CommitNode | undefined> {
  const head = await headOid(place);
  if (head === undefined || head === parent) return undefined;
  const { nodes } = await pageOf(place, { oid: head, first: PAGE });
  for (const node of nodes) rememberCommit(memory, node);
  return nodes.find(({ oid, message: said }) => {
    const commit = memory.commits.get(oid);
    return commit?.parents[0] === parent && commit.parents.length === 1 && said.trimEnd() === message.trimEnd();
  });
}
