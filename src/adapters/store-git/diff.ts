import { comparePaths } from '../../core/external/path.ts';
import type { StoredCommit } from '../../ports/store.ts';
import type { Repository } from './repository.ts';
import { EMPTY, folderOf, toText, type Entry, type Tree } from './tree.ts';

/** Changed paths between two trees (null: none), in the order of their bytes. Equal folders are not opened. */
export async function diffTrees(
  repository: Repository,
  before: string | null,
  after: string | null,
): Promise<StoredCommit['changes']> {
  const found = await diffFolders(repository, { before, after, prefix: '' });
  return [...found].sort((one, other) => comparePaths(one.path, other.path));
}

interface Pair {
  readonly before: string | null;
  readonly after: string | null;
  readonly prefix: string;
}

async function diffFolders(repository: Repository, { before, after, prefix }: Pair): Promise<StoredCommit['changes']> {
  if (before === after) return [];
  const [old, now] = await Promise.all([open(repository, before), open(repository, after)]);
  const differing = differingNames(old, now);
  const found = differing.map(async (name) => {
    const [one, other] = [old.get(name), now.get(name)];
    const path = prefix + name;
    const inside = await diffFolders(repository, { before: folderOf(one), after: folderOf(other), prefix: `${path}/` });
    const [from, to] = [leaf(one), leaf(other)];
    return from === null && to === null ? inside : [...inside, { path: toText(path), before: from, after: to }];
  });
  return (await Promise.all(found)).flat();
}

/** One look at each entry: folders may be large, and mostly nothing in them differs. */
function differingNames(old: Tree, now: Tree): readonly string[] {
  const names: string[] = [];
  for (const [name, entry] of now) if (!same(old.get(name), entry)) names.push(name);
  for (const name of old.keys()) if (!now.has(name)) names.push(name);
  return names;
}

async function open(repository: Repository, oid: string | null): Promise<Tree> {
  return oid === null ? EMPTY : repository.tree(oid);
}

/** A change of mode alone counts: no sealed commit makes one. */
function same(one: Entry | undefined, other: Entry | undefined): boolean {
  return one === other || (one?.oid === other?.oid && one?.mode === other?.mode);
}

function leaf(entry: Entry | undefined): string | null {
  return entry && folderOf(entry) === null ? entry.oid : null;
}
