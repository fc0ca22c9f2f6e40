/** The branch's first commit: it has no parent, which `createCommitOnBranch` cannot make, so git's objects are written one by one. */
import { firstFiles } from '../../../core/external/first-files.ts';
import { printMessage } from '../../../core/external/message.ts';
import { comparePaths } from '../../../core/external/path.ts';
import { blobOid } from '../../../core/external/oid.ts';
import { sealOf } from '../../../core/external/seal.ts';
import type { CommitMessage, FileChange } from '../../../ports/store.ts';
import { StoreError } from '../../../ports/store.ts';
import { statusOf } from '../client/problem.ts';
import { NO_PARENT, PARENT } from './commit.ts';
import type { Entry, View } from './entry.ts';
import type { Memory } from './memory.ts';
import { type Place, storeError } from './place.ts';
import { headOid, readAt } from './read.ts';
import { checkPaths } from './write.ts';

interface First {
  readonly changes: readonly FileChange[];
  readonly message: CommitMessage;
}

interface NewFile {
  readonly path: string;
  readonly text: string;
  readonly oid: string;
}

/** The view of it; undefined: somebody else has made the branch. The ref's creation compares: it must not exist. */
export async function writeFirst(place: Place, memory: Memory, { changes, message }: First): Promise<View | undefined> {
  checkPaths(changes);
  const texts = new Map([...firstFiles(place.branch), ...changes].map(({ path, text }) => [path, text]));
  const files = [...texts]
    .flatMap(([path, text]): NewFile[] => (text === null ? [] : [{ path, text, oid: blobOid(text) }]))
    .toSorted((one, other) => comparePaths(one.path, other.path));
  const seal = sealOf(
    null,
    files.map(({ path, oid }) => ({ path, after: oid })),
  );
  const trailers = [...message.trailers, [PARENT, NO_PARENT] as const];
  const commit = await writeObjects(place, files, printMessage({ ...message, trailers }, seal));
  if (!(await makeBranch(place, commit))) return undefined;
  const entries = files.map(({ path, oid }): [string, Entry] => [path, { oid, kind: 'file' }]);
  for (const { oid, text } of files) memory.texts.set(oid, text, text.length + 1);
  memory.changes.set(
    commit,
    files.map(({ path, oid }) => ({ path, before: null, after: oid })),
  );
  memory.head = commit;
  memory.learn({ revision: commit, at: 0, files: new Map(), folders: new Map([['/', new Map(entries)]]) });
  return readAt(place, memory, { revision: commit, needs: [] });
}

/** Texts longer than this (characters) are written as blobs of their own. */
const INLINE = 50_000;

async function writeObjects(place: Place, files: readonly NewFile[], message: string): Promise<string> {
  const { client, owner, repo } = place;
  try {
    for (const { text } of files.filter((file) => file.text.length > INLINE)) {
      await client.request('POST /repos/{owner}/{repo}/git/blobs', {
        owner,
        repo,
        content: Buffer.from(text).toString('base64'),
        encoding: 'base64',
      });
    }
    const tree = await client.request('POST /repos/{owner}/{repo}/git/trees', {
      owner,
      repo,
      tree: files.map(({ path, text, oid }) => ({
        path,
        mode: '100644',
        type: 'blob',
        ...(text.length > INLINE ? { sha: oid } : { content: text }),
      })),
    });
    const commit = await client.request('POST /repos/{owner}/{repo}/git/commits', {
      owner,
      repo,
      message,
      tree: tree.data.sha,
      parents: [],
    });
    return commit.data.sha;
  } catch (error) {
    if (statusOf(error) === 409) throw empty(place);
    throw storeError(place, error, 'writing');
  }
}

async function makeBranch(place: Place, commit: string): Promise<boolean> {
  const { client, owner, repo, branch } = place;
  try {
    await client.request('POST /repos/{owner}/{repo}/git/refs', {
      owner,
      repo,
      ref: `refs/heads/${branch}`,
      sha: commit,
    });
    return true;
  } catch (error) {
    const problem = storeError(place, error, 'writing');
    // 422 says that it exists; a lost answer says nothing. Where it stands tells both, and no commit but ours has that id.
    const isAnswer = statusOf(error) === 422 || problem.code === 'unreachable';
    const head = isAnswer ? await headOid(place) : undefined;
    if (head === undefined) throw problem;
    return head === commit;
  }
}

function empty({ owner, repo }: Place): StoreError {
  return new StoreError(
    'repository-missing',
    `repository-missing: ${owner}/${repo} has no commit yet: push a first one to its default branch`,
  );
}
