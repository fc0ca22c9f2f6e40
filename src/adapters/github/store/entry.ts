/** What stands at paths of the branch at one revision, as far as this process knows. */
import { pathProblem } from '../../../core/external/path.ts';
import type { Needs } from '../../../ports/store.ts';

export interface Entry {
  readonly oid: string;
  /** `other`: a link or another repository; nothing is read through it. */
  readonly kind: 'file' | 'folder' | 'other';
}

/** All files below a folder by their whole paths; nothing in it: empty. */
export type Listing = ReadonlyMap<string, Entry>;

export interface View {
  readonly revision: string;
  /** Milliseconds; when GitHub made the commit; 0 for one that it did not make itself: nobody vouches for its date. */
  readonly at: number;
  /** By path; null: no such path. */
  readonly files: ReadonlyMap<string, Entry | null>;
  /** By need (`rollouts/`). */
  readonly folders: ReadonlyMap<string, Listing>;
}

/** Git's modes (gitformat-index): what is no regular file. */
const LINK = 0o120_000;

/** `mode` as a number, or in octal digits as REST writes it. */
export function entryOf({ oid, type, mode }: { oid: string; type: string; mode: number | string }): Entry {
  if (type === 'tree') return { oid, kind: 'folder' };
  const bits = typeof mode === 'number' ? mode : Number.parseInt(mode, 8);
  return { oid, kind: type === 'commit' || bits === LINK ? 'other' : 'file' };
}

/** Needs that the view cannot answer. Paths that cannot be one stand for nothing and are never asked. */
export function missingNeeds(view: View | undefined, needs: Needs): Needs {
  return needs.filter((need) => isPath(need) && (view === undefined || at(view, need) === undefined));
}

/** Everything at the needs: files and what is none. The view must know them. */
export function found(view: View, needs: Needs): ReadonlyMap<string, Entry> {
  const all = new Map<string, Entry>();
  for (const need of needs.filter(isPath)) {
    for (const [path, entry] of at(view, need) ?? []) all.set(path, entry);
  }
  return all;
}

function isPath(need: string): boolean {
  return need === '/' || pathProblem(need.endsWith('/') ? need.slice(0, -1) : need) === undefined;
}

/** What stands at one need; undefined: not known. */
function at({ files, folders }: View, need: string): Listing | undefined {
  const listing = folders.get(need);
  if (listing) return listing;
  const entry = files.get(need);
  if (entry !== undefined) return entry && entry.kind !== 'folder' ? new Map([[need, entry]]) : new Map();
  for (const [folder, inside] of folders) {
    if (folder !== '/' && !need.startsWith(folder)) continue;
    if (!need.endsWith('/')) {
      const one = inside.get(need);
      return one ? new Map([[need, one]]) : new Map();
    }
    return new Map([...inside].filter(([path]) => path.startsWith(need)));
  }
  return undefined;
}

/** One file of the view; undefined: not known, null: not there. */
export function entryAt(view: View, path: string): Entry | null | undefined {
  const listing = at(view, path);
  return listing && (listing.get(path) ?? null);
}

/** The view after a commit on top of it. */
export function advance(
  view: View | undefined,
  {
    revision,
    at: time,
    changes,
  }: { readonly revision: string; readonly at: number; readonly changes: ReadonlyMap<string, Entry | null> },
): View {
  const files = new Map(view?.files);
  const folders = new Map(view?.folders);
  for (const [path, entry] of changes) files.set(path, entry);
  for (const [folder, listing] of folders) {
    const inside = [...changes].filter(([path]) => folder === '/' || path.startsWith(folder));
    if (inside.length > 0) folders.set(folder, edited(listing, inside));
  }
  return { revision, at: time, files, folders };
}

function edited(listing: Listing, changes: readonly (readonly [string, Entry | null])[]): Listing {
  const next = new Map(listing);
  for (const [path, entry] of changes) {
    if (entry === null) next.delete(path);
    else next.set(path, entry);
  }
  return next;
}

/** The view with what was learnt beside what it knew. */
export function joined(view: View | undefined, learnt: View): View {
  if (view?.revision !== learnt.revision) return learnt;
  return {
    ...learnt,
    files: new Map([...view.files, ...learnt.files]),
    folders: new Map([...view.folders, ...learnt.folders]),
  };
}
