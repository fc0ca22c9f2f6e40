/** Commits, refs and trees as GitHub shows them. */
import { type Commit, isoOf, type Signature } from '../git/commit.ts';
import type { FakeRef } from '../git/repository.ts';
import { type TreeEntry, typeOfMode } from '../git/tree.ts';
import { nodeId, type FakeState } from '../state.ts';
import { userOfSignature } from './person.ts';
import { repositoryUrl, webUrl } from './repository.ts';

function signatureShape({ name, email, at }: Signature): Record<string, unknown> {
  return { name, email, date: isoOf(at * 1_000) };
}

/** Only what GitHub made itself has its signature. */
function verificationShape({ signed }: FakeState, { oid, committer }: Commit): Record<string, unknown> {
  const verified = signed.has(oid);
  return verified
    ? {
        verified,
        reason: 'valid',
        signature: '-----BEGIN PGP SIGNATURE-----\n\nfake\n-----END PGP SIGNATURE-----\n',
        payload: `tree\nauthor ${oid}`,
        verified_at: isoOf(committer.at * 1_000),
      }
    : { verified, reason: 'unsigned', signature: null, payload: null, verified_at: null };
}

/** `git-commit`: of the git database. */
export function gitCommitShape(state: FakeState, commit: Commit): Record<string, unknown> {
  const url = repositoryUrl(state);
  return {
    sha: commit.oid,
    node_id: nodeId('Commit', commit.oid),
    url: `${url}/git/commits/${commit.oid}`,
    html_url: `${webUrl(state)}/commit/${commit.oid}`,
    author: signatureShape(commit.author),
    committer: signatureShape(commit.committer),
    tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
    message: commit.message,
    parents: parentsShape(state, commit, 'git/commits'),
    verification: verificationShape(state, commit),
  };
}

function parentsShape(state: FakeState, { parents }: Commit, folder: string): readonly Record<string, unknown>[] {
  return parents.map((sha) => ({
    sha,
    url: `${repositoryUrl(state)}/${folder}/${sha}`,
    html_url: `${webUrl(state)}/commit/${sha}`,
  }));
}

/** `commit`: as lists and `GET /commits/{ref}` show it, without stats and files. */
export function commitShape(state: FakeState, commit: Commit): Record<string, unknown> {
  const url = repositoryUrl(state);
  return {
    sha: commit.oid,
    node_id: nodeId('Commit', commit.oid),
    url: `${url}/commits/${commit.oid}`,
    html_url: `${webUrl(state)}/commit/${commit.oid}`,
    comments_url: `${url}/commits/${commit.oid}/comments`,
    commit: {
      url: `${url}/git/commits/${commit.oid}`,
      author: signatureShape(commit.author),
      committer: signatureShape(commit.committer),
      message: trimmed(commit.message),
      comment_count: 0,
      tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
      verification: verificationShape(state, commit),
    },
    author: userOfSignature(state, commit.author),
    committer: userOfSignature(state, commit.committer),
    parents: parentsShape(state, commit, 'commits'),
  };
}

/** GitHub shows messages without the line break at their end. */
export const trimmed = (message: string): string => message.replace(/\n+$/, '');

/** `git-ref` */
export function refShape(state: FakeState, { name, oid, type }: FakeRef): Record<string, unknown> {
  const url = repositoryUrl(state);
  return {
    ref: name,
    node_id: nodeId('Ref', name),
    url: `${url}/git/${name}`,
    object: { type, sha: oid, url: `${url}/git/${type}s/${oid}` },
  };
}

export interface ListedTree {
  readonly sha: string;
  readonly entries: readonly TreeEntry[];
  readonly truncated: boolean;
  /** By blob id. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** `git-tree` */
export function treeShape(state: FakeState, { sha, entries, truncated, sizes }: ListedTree): Record<string, unknown> {
  const url = repositoryUrl(state);
  return {
    sha,
    url: `${url}/git/trees/${sha}`,
    tree: entries.map(({ name, mode, oid }) => {
      const type = typeOfMode(mode);
      const size = sizes.get(oid);
      return {
        path: name,
        mode,
        type,
        sha: oid,
        ...(size === undefined ? {} : { size }),
        ...(type === 'commit' ? {} : { url: `${url}/git/${type}s/${oid}` }),
      };
    }),
    truncated,
  };
}
