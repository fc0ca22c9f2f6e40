/** A store as it stood: its head is a commit's parent, and what is committed to it is only remembered. */
import type { CommitMessage, FileChange, Needs, Snapshot, Store } from '../../ports/store.ts';

export interface Past {
  /** The commit's parent; null: it was the first. */
  readonly head: string | null;
  /** What time it was, in ms. */
  readonly now: number;
}

export interface PastStore {
  readonly store: Store;
  /** What would have been committed, in order. Nothing ever is. */
  readonly written: readonly { readonly changes: readonly FileChange[]; readonly message: CommitMessage }[];
}

/** Deciding on it again is deciding then; it cannot write. */
export function pastStore(store: Store, { head, now }: Past): PastStore {
  const written: { readonly changes: readonly FileChange[]; readonly message: CommitMessage }[] = [];
  const empty = (needs: Needs): Snapshot => ({ revision: null, now, needs, files: new Map() });
  return {
    written,
    store: {
      read: async (needs, revision) => {
        const at = revision ?? head;
        return at === null ? empty(needs) : { ...(await store.read(needs, at)), now };
      },
      commit: async (parent, changes, message) => {
        written.push({ changes, message });
        return { ...parent, revision: 'again' };
      },
      history: async (options) => {
        const from = options.from ?? head;
        return from === null || from === 'again' ? [] : store.history({ ...options, from });
      },
      compare: (base, head) => store.compare(base, head),
      blob: (oid) => store.blob(oid),
      readMark: () => Promise.resolve(undefined),
      moveMark: () => Promise.resolve(false),
    },
  };
}
