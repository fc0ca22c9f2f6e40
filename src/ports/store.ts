/** Where state lives: files at a revision, changed by compare-and-swap. */
import type { Code } from '../core/model/code.ts';

/** Paths (`flags/a.json`) and folders (`rollouts/`, ending in a slash, everything below) that a command must read. */
export type Needs = readonly string[];

export interface StoredFile {
  /** Git blob id of `text`: the same text has the same oid in every store. */
  readonly oid: string;
  readonly text: string;
}

/** Needed files as they stand at one revision. `revision` is null while the branch does not exist. */
export interface Snapshot {
  readonly revision: string | null;
  /** Milliseconds: the store's own clock at the read, never before a head commit that Sluice wrote. */
  readonly now: number;
  readonly needs: Needs;
  readonly files: ReadonlyMap<string, StoredFile>;
  /** Needed paths at which something stands that is no file (a link, another repository); absent: none. Only commits by hand make them. */
  readonly others?: readonly string[];
}

/** New text of a file; `null` removes it. */
export interface FileChange {
  readonly path: string;
  readonly text: string | null;
}

export interface CommitMessage {
  readonly title: string;
  readonly body?: string;
  /** In order, without the seal: the store computes `Sluice-Seal` last, since it depends on the parent. */
  readonly trailers: readonly (readonly [string, string])[];
}

/** The head moved. `snapshot` holds the same needs at the new head. */
export interface Conflict {
  readonly conflict: true;
  readonly snapshot: Snapshot;
}

export interface StoredCommit {
  readonly revision: string;
  readonly parents: readonly string[];
  readonly at: number;
  readonly author: { readonly name: string; readonly email: string };
  /** Who put it here: of a cherry-pick or an amend not the author. */
  readonly committer: { readonly name: string; readonly email: string };
  readonly title: string;
  readonly body: string;
  /** Trailers by name; the last of a name counts. */
  readonly trailers: ReadonlyMap<string, string>;
  /**
   * Whether `Sluice-Seal` matches the parent and the blobs it changes. A merge never is. Where the parent is not there
   * (the end of a shallow clone) a seal cannot be checked: one that is there is believed, and `changes` is empty.
   */
  readonly sealed: boolean;
  /** Changed paths with the blob ids before and after (null: did not or does not exist). */
  readonly changes: readonly { readonly path: string; readonly before: string | null; readonly after: string | null }[];
}

export interface Store {
  /** Reads at the head, or at `revision` where given. */
  read(needs: Needs, revision?: string): Promise<Snapshot>;
  /**
   * One commit on top of `parent` (null: the branch's first), or the conflict. Writes nothing on a conflict.
   * Without changes it is a commit all the same: it says something about the one before it. Rejects with a StoreError.
   */
  commit(parent: Snapshot, changes: readonly FileChange[], message: CommitMessage): Promise<Snapshot | Conflict>;
  /**
   * Commits from the head (or from the revision `from`) back, newest first, down to but without `since` and what lies behind it; at most `limit`;
   * only those touching `path`, only those not older than `after` (milliseconds), where given.
   * only those with a trailer of that name (and value), where given: of the others nobody asks whether they are sealed.
   * A merge's changes are those against its first parent. `lean`: nobody looks at the changes; a store that would have to ask
   * for them leaves them out.
   */
  history(options: {
    readonly from?: string;
    readonly since?: string;
    readonly limit?: number;
    readonly path?: string;
    readonly after?: number;
    readonly trailer?: readonly [name: string, value?: string];
    readonly lean?: boolean;
  }): Promise<readonly StoredCommit[]>;
  /** What differs between two commits, the older one first (undefined: an empty branch), whatever lies between them. */
  compare(base: string | undefined, head: string): Promise<StoredCommit['changes']>;
  /** Milliseconds until who keeps being overtaken gives up, where a write takes long; absent: 30 s. */
  readonly patience?: number;
  /** A blob's text by id; undefined when it is not known. */
  blob(oid: string): Promise<string | undefined>;
  /** A ref outside the branch (`refs/sluice/sent/slack`), moved by compare-and-swap; false: somebody else moved it. */
  readMark(name: string): Promise<string | undefined>;
  moveMark(name: string, to: string, from: string | undefined): Promise<boolean>;
}

/** Why a store could not be asked or written; nothing was changed. The message is one line: what, where, what to do. */
export class StoreError extends Error {
  readonly code: Code;
  constructor(code: Code, message: string) {
    super(message);
    this.name = 'StoreError';
    this.code = code;
  }
}

export function isConflict(result: Snapshot | Conflict): result is Conflict {
  return 'conflict' in result;
}
