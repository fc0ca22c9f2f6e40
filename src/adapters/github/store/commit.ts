/** A commit of the state branch as GraphQL shows it. */
import { parseMessage } from '../../../core/external/message.ts';
import type { StoredCommit } from '../../../ports/store.ts';

/** What never changes of a commit: it is remembered by its id. */
export interface KnownCommit {
  readonly oid: string;
  readonly parents: readonly string[];
  /** Milliseconds; whole seconds. */
  readonly at: number;
  readonly author: StoredCommit['author'];
  readonly committer: StoredCommit['committer'];
  readonly title: string;
  readonly body: string;
  readonly trailers: ReadonlyMap<string, string>;
  /** The whole message. */
  readonly message: string;
  /** GitHub made it itself: nobody can push a commit with its signature. */
  readonly byGithub: boolean;
}

/** The fields of `Commit` that `knownCommit` reads (docs.github.com/graphql/reference/objects#commit). */
export const COMMIT_FIELDS = `oid message committedDate
  parents(first: 10) { nodes { oid } }
  author { name email } committer { name email }
  signature { isValid wasSignedByGitHub }`;

export interface CommitNode {
  readonly oid: string;
  readonly message: string;
  readonly committedDate: string;
  readonly parents: { readonly nodes: readonly { readonly oid: string }[] | null };
  readonly author: { readonly name: string | null; readonly email: string | null } | null;
  readonly committer: { readonly name: string | null; readonly email: string | null } | null;
  readonly signature: { readonly isValid: boolean; readonly wasSignedByGitHub: boolean } | null;
}

export function knownCommit(node: CommitNode): KnownCommit {
  const { oid, message, committedDate, parents, signature } = node;
  return {
    oid,
    parents: (parents.nodes ?? []).map((parent) => parent.oid),
    at: Date.parse(committedDate),
    author: personOf(node.author),
    committer: personOf(node.committer),
    ...parseMessage(message),
    message,
    byGithub: signature?.isValid === true && signature.wasSignedByGitHub,
  };
}

function personOf(actor: CommitNode['author']): StoredCommit['author'] {
  return { name: actor?.name ?? '', email: actor?.email ?? '' };
}

/** The trailer that names the commit on which a sealed one was written; of the branch's first commit `none`. */
export const PARENT = 'Sluice-Parent';
export const NO_PARENT = 'none';
const SEAL = /^[0-9a-f]{64}$/;

/**
 * Whether the seal needs no look at the files: GitHub itself made the commit, on the very parent that the message names.
 * A copy of the message (cherry-pick, squash, amend, revert) stands on another parent, and a commit that was pushed is not
 * signed by GitHub. One that names another parent was sealed on that one. `undefined`: only the changed files can tell. Why this is enough: docs/decisions/0012.
 */
export function sealedAtSight({ parents, trailers, byGithub }: KnownCommit): boolean | undefined {
  const seal = trailers.get('Sluice-Seal');
  if (seal === undefined || !SEAL.test(seal) || parents.length > 1) return false;
  const [parent = NO_PARENT] = parents;
  const named = trailers.get(PARENT);
  if (named !== undefined && named !== parent) return false;
  return byGithub && named === parent ? true : undefined;
}
