import type { Needs, Snapshot, StoredFile } from '../../../ports/store.ts';
import { graphqlErrors } from '../client/limits.ts';
import { answerOf, statusOf } from '../client/problem.ts';
import { type CommitNode, knownCommit, type KnownCommit, sealedAtSight } from './commit.ts';
import { entryOf, found, missingNeeds, type View } from './entry.ts';
import type { Memory } from './memory.ts';
import { nowAt, type Place, storeError, tooLarge, unknownCommit } from './place.ts';
import {
  declarations,
  NEWEST,
  questionsOf,
  type Question,
  type Read,
  readNode,
  type ReadNode,
  selection,
} from './query.ts';
import { isWhole, textsOf } from './texts.ts';

/** The head with what is needed at it; undefined: there is no such branch. Nothing is asked twice that cannot have changed. */
export async function readHead(place: Place, memory: Memory, needs: Needs): Promise<View | undefined> {
  const last = memory.head === undefined ? undefined : memory.view(memory.head);
  if (!last || memory.isOvertaken || missingNeeds(last, needs).length > 0) return askHead(place, memory, needs);
  const head = await headOid(place);
  memory.head = head;
  if (head === undefined) return undefined;
  return head === last.revision ? last : readAt(place, memory, { revision: head, needs, history: NEWEST });
}

interface Asked {
  readonly revision: string;
  readonly needs: Needs;
  /** So many commits come along. */
  readonly history?: number;
}

/** The same at a commit. Rejects with `commit-unknown` where there is none. */
export async function readAt(place: Place, memory: Memory, { revision, needs, history = 0 }: Asked): Promise<View> {
  const known = memory.view(revision);
  const missing = missingNeeds(known, needs);
  if (known && missing.length === 0) return known;
  if (!/^[0-9a-f]{40,64}$/.test(revision)) throw unknownCommit(place, revision);
  const questions = questionsOf(missing, lastListing(memory));
  const { fields, variables } = selection(questions, history);
  const query = `query ($owner: String!, $name: String!, $oid: GitObjectID!${declarations(variables)}) {
    repository(owner: $owner, name: $name) { id object(oid: $oid) { ... on Commit { ${fields} } } }
  }`;
  const { owner, repo } = place;
  const answer = await ask<AtCommit>(place, query, { owner, name: repo, oid: revision, ...variables });
  const node = answer?.repository?.object;
  if (node?.message === undefined) throw unknownCommit(place, revision);
  return learn(place, memory, { node, questions });
}

interface AtCommit {
  readonly repository: {
    readonly id: string;
    readonly object: ReadNode | { readonly message?: undefined } | null;
  } | null;
}

interface AtHead {
  readonly repository: { readonly id: string; readonly ref: { readonly target: ReadNode | null } | null } | null;
}

async function askHead(place: Place, memory: Memory, needs: Needs): Promise<View | undefined> {
  const { owner, repo, branch } = place;
  const questions = questionsOf(missingNeeds(undefined, needs), lastListing(memory));
  const { fields, variables } = selection(questions, NEWEST);
  const query = `query ($owner: String!, $name: String!, $ref: String!${declarations(variables)}) {
    repository(owner: $owner, name: $name) { id ref(qualifiedName: $ref) { target { ... on Commit { ${fields} } } } }
  }`;
  const answer = await ask<AtHead>(place, query, { owner, name: repo, ref: `refs/heads/${branch}`, ...variables });
  memory.repository = answer?.repository?.id;
  memory.isOvertaken = false;
  return learnHead(place, memory, { node: answer?.repository?.ref?.target ?? undefined, questions });
}

/** What a query of the head answered; also the one that opens the process. */
export async function learnHead(
  place: Place,
  memory: Memory,
  { node, questions }: { readonly node: ReadNode | undefined; readonly questions: readonly Question[] },
): Promise<View | undefined> {
  memory.head = node?.oid;
  return node && learn(place, memory, { node, questions });
}

function lastListing(memory: Memory): (need: string) => ReadonlyMap<string, never> | undefined {
  const last = memory.head === undefined ? undefined : memory.view(memory.head);
  return (need) => last?.folders.get(need) as ReadonlyMap<string, never> | undefined;
}

async function learn(
  place: Place,
  memory: Memory,
  { node, questions }: { readonly node: ReadNode; readonly questions: readonly Question[] },
): Promise<View> {
  const commit = rememberCommit(memory, node);
  for (const older of node.history?.nodes ?? []) rememberCommit(memory, older);
  const read = readNode(node, questions);
  for (const [oid, text] of read.texts) {
    if (text !== null && memory.texts.get(oid) === undefined && isWhole(oid, text)) {
      memory.texts.set(oid, text, text.length + 1);
    }
  }
  await Promise.all(read.unread.map((folder) => readUnread(place, read, folder)));
  return memory.learn({ revision: commit.oid, at: timeOf(commit), files: read.files, folders: read.folders });
}

export function rememberCommit(memory: Memory, node: CommitNode): KnownCommit {
  const commit = memory.commits.get(node.oid) ?? knownCommit(node);
  memory.commits.set(commit.oid, commit);
  return commit;
}

/** The date of a commit that GitHub made for Sluice; anybody else's says nothing of what time it is. */
export function timeOf(commit: KnownCommit): number {
  return sealedAtSight(commit) === true ? commit.at : 0;
}

/** A folder with everything below it (docs.github.com/rest/git/trees#get-a-tree). */
async function readUnread(place: Place, { folders }: Read, { need, path, oid }: Read['unread'][number]): Promise<void> {
  const { client, owner, repo } = place;
  try {
    const { data } = await client.request('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', {
      owner,
      repo,
      tree_sha: oid,
      recursive: '1',
    });
    if (data.truncated) throw tooLarge(place, path);
    for (const { path: below = '', sha = '', type = 'blob', mode = '100644' } of data.tree) {
      if (type !== 'tree') folders.get(need)?.set(`${path}/${below}`, entryOf({ oid: sha, type, mode }));
    }
  } catch (error) {
    throw storeError(place, error, 'reading');
  }
}

/** Where the branch stands; asked conditionally, so that no news costs nothing. Undefined: there is no such branch. */
export async function headOid(place: Place): Promise<string | undefined> {
  return readRef(place, `heads/${place.branch}`);
}

/** A ref without its `refs/`; undefined: there is none. */
export async function readRef(place: Place, ref: string): Promise<string | undefined> {
  const { client, owner, repo } = place;
  try {
    const { data } = await client.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { owner, repo, ref });
    return data.object.sha;
  } catch (error) {
    // An empty repository answers 409.
    if (statusOf(error) === 404 || statusOf(error) === 409) return undefined;
    throw storeError(place, error, 'reading');
  }
}

/** A query of the repository; what is not there is null in the answer and no error. */
export async function ask<T>(
  place: Place,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<T | undefined> {
  try {
    return answered(await place.client.graphql<T>(query, variables));
  } catch (error) {
    // An object that is not there may be said as an error beside the data.
    const faults = graphqlErrors(answerOf(error)?.data);
    const isAbsent =
      faults.length > 0 && faults.every(({ type, path }) => type === 'NOT_FOUND' && path?.[1] === 'object');
    if (isAbsent) return undefined;
    throw storeError(place, error, 'reading');
  }
}

/** A repository that may not be seen is said as an error; without one nothing can be said to be absent. */
export function answered<T>(answer: T): T {
  if ((answer as { readonly repository?: unknown }).repository) return answer;
  throw new Error('it names no repository');
}

/** What the port answers, once the view knows the needs. */
export async function snapshotOf(
  place: Place,
  memory: Memory,
  { view, needs }: { readonly view: View | undefined; readonly needs: Needs },
): Promise<Snapshot> {
  if (!view) return { revision: null, now: nowAt(place, undefined), needs, files: new Map() };
  const entries = [...found(view, needs)];
  const blobs = entries.filter(([, { kind }]) => kind === 'file');
  const oids = blobs.map(([, { oid }]) => oid);
  const texts = await textsOf(place, memory, { revision: view.revision, oids });
  const files = new Map<string, StoredFile>();
  for (const [path, { oid }] of blobs) files.set(path, { oid, text: texts.get(oid) ?? '' });
  const others = entries.filter(([, { kind }]) => kind === 'other').map(([path]) => path);
  const read = { revision: view.revision, now: nowAt(place, view), needs, files };
  return others.length === 0 ? read : { ...read, others };
}
