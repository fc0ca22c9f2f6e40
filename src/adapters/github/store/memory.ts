/** What a process remembers of the branch: everything in it is named by its content, so nothing in it can be out of date. */
import { Recent } from '../../../core/external/recent.ts';
import type { StoredCommit } from '../../../ports/store.ts';
import type { KnownCommit } from './commit.ts';
import { joined, type View } from './entry.ts';

/** Characters of texts; commits; views, by the entries in them. What was not used for longest is forgotten. */
const TEXTS = 64_000_000;
const COMMITS = 20_000;
const ENTRIES = 200_000;

export interface Memory {
  readonly texts: Recent<string, string>;
  readonly commits: Recent<string, KnownCommit>;
  readonly changes: Recent<string, StoredCommit['changes']>;
  readonly view: (revision: string) => View | undefined;
  /** Keeps what was learnt beside what is known of the revision; answers both. */
  readonly learn: (view: View) => View;
  /** The head as it was seen last; undefined: never, or there was none. */
  head: string | undefined;
  /** Somebody else was seen to write: the next read of the head asks for everything at once. */
  isOvertaken: boolean;
  /** GraphQL's id of the repository. */
  repository: string | undefined;
}

export function newMemory(): Memory {
  const views = new Recent<string, View>(ENTRIES);
  return {
    texts: new Recent(TEXTS),
    commits: new Recent(COMMITS),
    changes: new Recent(COMMITS),
    view: (revision) => views.get(revision),
    learn: (learnt) => {
      const view = joined(views.get(learnt.revision), learnt);
      views.set(view.revision, view, weightOf(view));
      return view;
    },
    head: undefined,
    isOvertaken: false,
    repository: undefined,
  };
}

function weightOf({ files, folders }: View): number {
  let weight = files.size + 1;
  for (const listing of folders.values()) weight += listing.size + 1;
  return weight;
}
