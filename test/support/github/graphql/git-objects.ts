/** Commits, trees, blobs and refs in GraphQL. https://docs.github.com/graphql/reference/objects#commit */
import { type Commit, commitAt, isoOf, resolveCommit } from '../git/commit.ts';
import { entryAt, readTree, type TreeEntry, typeOfMode } from '../git/tree.ts';
import { changedPaths } from '../git/diff.ts';
import type { FakeRef } from '../git/repository.ts';
import { trimmed } from '../shapes/commit.ts';
import { webUrl } from '../shapes/repository.ts';
import { type FakeState, nodeId } from '../state.ts';
import { gitActorObject } from './people.ts';
import { historyOf, type HistoryArguments } from './history.ts';
import { connection } from './resolver.ts';

type Fields = Record<string, unknown>;

/** GitHub cuts the text of larger blobs. */
const TEXT_LIMIT = 512_000;

export async function objectByOid(state: FakeState, oid: string): Promise<Fields | null> {
  const object = await state.git.read(oid);
  if (object === undefined) return null;
  if (object.type === 'commit') return commitObject(state, await known(state, oid));
  if (object.type === 'tree') return treeObject(state, oid, '');
  if (object.type === 'blob') return blobObject(state, oid, object.content);
  return { ...common(state, 'Tag', oid), name: '' };
}

async function known({ git }: FakeState, oid: string): Promise<Commit> {
  const commit = await commitAt(git, oid);
  if (commit === undefined) throw new Error(`${oid} is no commit`);
  return commit;
}

/** `main`, `main:flags/a.json`, `4b82...:`, `HEAD:`; null: nothing there. */
export async function objectByExpression(state: FakeState, expression: string): Promise<Fields | null> {
  const [rev = '', path] = expression.split(/:(.*)/s);
  const name = rev === 'HEAD' || rev === '' ? state.defaultBranch : rev;
  const commit = await resolveCommit(state.git, name);
  if (path === undefined) {
    if (commit !== undefined) return commitObject(state, commit);
    return /^[0-9a-f]{40}$/.test(name) ? objectByOid(state, name) : null;
  }
  const tree =
    commit?.tree ?? ((await readTree(state.git, name).catch(() => undefined)) === undefined ? undefined : name);
  const entry = tree === undefined ? undefined : await entryAt(state.git, tree, path);
  if (entry === undefined) return null;
  return entry.mode === '040000' ? treeObject(state, entry.oid, path) : objectByOid(state, entry.oid);
}

function common(state: FakeState, type: string, oid: string): Fields {
  return {
    __typename: type,
    id: nodeId(type, oid),
    oid,
    abbreviatedOid: oid.slice(0, 7),
    commitUrl: `${webUrl(state)}/commit/${oid}`,
    commitResourcePath: `/${state.owner}/${state.repo}/commit/${oid}`,
  };
}

function blobObject(state: FakeState, oid: string, content: Buffer): Fields {
  const isBinary = content.subarray(0, 8_000).includes(0);
  return {
    ...common(state, 'Blob', oid),
    byteSize: content.length,
    isBinary,
    isTruncated: content.length > TEXT_LIMIT,
    text: isBinary ? null : content.subarray(0, TEXT_LIMIT).toString('utf8'),
  };
}

function treeObject(state: FakeState, oid: string, path: string): Fields {
  return {
    ...common(state, 'Tree', oid),
    entries: async () => ((await readTree(state.git, oid)) ?? []).map((entry) => entryObject(state, entry, path)),
  };
}

function entryObject(state: FakeState, { name, mode, oid }: TreeEntry, folder: string): Fields {
  const path = folder === '' ? name : `${folder}/${name}`;
  const type = typeOfMode(mode);
  return {
    name,
    nameRaw: Buffer.from(name).toString('base64'),
    path,
    pathRaw: Buffer.from(path).toString('base64'),
    mode: Number.parseInt(mode, 8),
    oid,
    type,
    size: type === 'blob' ? async () => (await state.git.read(oid))?.content.length ?? 0 : 0,
    extension: /\.[^.]+$/.exec(name)?.[0] ?? '',
    isGenerated: false,
    object: () => (type === 'tree' ? treeObject(state, oid, path) : type === 'blob' ? objectByOid(state, oid) : null),
  };
}

/** GitHub shows titles up to this length and moves the rest into the body. */
const HEADLINE_LIMIT = 72;

function headline(message: string): string {
  const first = message.split('\n')[0] ?? '';
  return first.length > HEADLINE_LIMIT ? `${first.slice(0, HEADLINE_LIMIT - 3)}…` : first;
}

export function commitObject(state: FakeState, commit: Commit): Fields {
  const message = trimmed(commit.message);
  const count = async (): Promise<number> => (await changedPaths(state.git, commit.parents[0], commit.oid)).length;
  return {
    ...common(state, 'Commit', commit.oid),
    url: `${webUrl(state)}/commit/${commit.oid}`,
    resourcePath: `/${state.owner}/${state.repo}/commit/${commit.oid}`,
    message,
    messageHeadline: headline(message),
    messageBody: message.split('\n').slice(1).join('\n').trim(),
    author: gitActorObject(state, commit.author),
    committer: gitActorObject(state, commit.committer),
    authoredDate: isoOf(commit.author.at * 1_000),
    committedDate: isoOf(commit.committer.at * 1_000),
    authoredByCommitter: commit.author.email === commit.committer.email,
    committedViaWeb: state.signed.has(commit.oid),
    tree: treeObject(state, commit.tree, ''),
    parents: async (args: HistoryArguments) => {
      const parents = await Promise.all(
        commit.parents.map(async (oid) => commitObject(state, await known(state, oid))),
      );
      return connection(parents, args);
    },
    signature: state.signed.has(commit.oid)
      ? {
          __typename: 'GpgSignature',
          isValid: true,
          wasSignedByGitHub: true,
          state: 'VALID',
          email: commit.committer.email,
        }
      : null,
    history: (args: HistoryArguments) => historyOf(state, commit, args),
    changedFiles: count,
    changedFilesIfAvailable: count,
    file: async ({ path }: { readonly path: string }) => {
      const entry = await entryAt(state.git, commit.tree, path);
      const folder = path.split('/').slice(0, -1).join('/');
      return entry === undefined ? null : entryObject(state, entry, folder);
    },
  };
}

export function refObject(state: FakeState, { name, oid }: FakeRef): Fields {
  const slash = name.indexOf('/', 'refs/'.length) + 1;
  return {
    __typename: 'Ref',
    id: nodeId('Ref', name),
    name: name.slice(slash),
    prefix: name.slice(0, slash),
    target: () => objectByOid(state, oid),
  };
}
