/** Tree objects: read, changed at paths, and written; only the folders on the way are touched. */
import type { FakeGit } from './repository.ts';

export interface TreeEntry {
  readonly name: string;
  /** `100644`, `100755`, `120000`, `160000`, `040000` as GitHub writes them. */
  readonly mode: string;
  readonly oid: string;
}

export type TreeChange = { readonly mode: string; readonly oid: string } | null;

const FOLDER = '040000';
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

export function typeOfMode(mode: string): 'blob' | 'tree' | 'commit' {
  return mode === FOLDER ? 'tree' : mode === '160000' ? 'commit' : 'blob';
}

export function parseTree(content: Buffer): readonly TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(32, at);
    const end = content.indexOf(0, space);
    entries.push({
      mode: content.toString('latin1', at, space).padStart(6, '0'),
      name: content.toString('utf8', space + 1, end),
      oid: content.toString('hex', end + 1, end + 21),
    });
    at = end + 21;
  }
  return entries;
}

/** Git sorts a folder as if its name ended in a slash. */
const order = ({ name, mode }: TreeEntry): Buffer => Buffer.from(mode === FOLDER ? `${name}/` : name);

export function writeTree(git: FakeGit, entries: readonly TreeEntry[]): string {
  const sorted = entries
    .map((entry) => ({ entry, key: order(entry) }))
    .toSorted((a, b) => Buffer.compare(a.key, b.key));
  const parts = sorted.flatMap(({ entry: { mode, name, oid } }) => [
    Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`),
    Buffer.from(oid, 'hex'),
  ]);
  return git.write('tree', Buffer.concat(parts));
}

/** Entries of a tree; undefined: no such tree. */
export async function readTree(git: FakeGit, oid: string): Promise<readonly TreeEntry[] | undefined> {
  if (oid === EMPTY_TREE) return [];
  const object = await git.read(oid);
  return object?.type === 'tree' ? parseTree(object.content) : undefined;
}

/** What stands at a path below a tree; `''` is the tree itself. */
export async function entryAt(git: FakeGit, tree: string, path: string): Promise<TreeEntry | undefined> {
  let here: TreeEntry = { name: '', mode: FOLDER, oid: tree };
  for (const name of path.split('/').filter((part) => part !== '')) {
    if (here.mode !== FOLDER) return undefined;
    const next = (await readTree(git, here.oid))?.find((entry) => entry.name === name);
    if (next === undefined) return undefined;
    here = next;
  }
  return here;
}

/** Everything below a tree, with whole paths, folders included, in git's order. */
export async function walkTree(git: FakeGit, oid: string, prefix = ''): Promise<readonly TreeEntry[]> {
  const entries = (await readTree(git, oid)) ?? [];
  const found: TreeEntry[] = [];
  for (const entry of entries) {
    const whole = { ...entry, name: `${prefix}${entry.name}` };
    found.push(whole);
    if (entry.mode === FOLDER) found.push(...(await walkTree(git, entry.oid, `${whole.name}/`)));
  }
  return found;
}

/** The id of a tree with these paths changed (null: gone); folders that become empty go. Paths that were not there and go are left out. */
export async function changeTree(
  git: FakeGit,
  tree: string | undefined,
  changes: ReadonlyMap<string, TreeChange>,
): Promise<string> {
  const entries = new Map(
    ((tree === undefined ? [] : await readTree(git, tree)) ?? []).map((entry) => [entry.name, entry]),
  );
  const below = new Map<string, Map<string, TreeChange>>();
  for (const [path, change] of changes) {
    const slash = path.indexOf('/');
    if (slash !== -1) {
      const inside = below.get(path.slice(0, slash)) ?? new Map<string, TreeChange>();
      below.set(path.slice(0, slash), inside.set(path.slice(slash + 1), change));
    } else if (change === null) entries.delete(path);
    else entries.set(path, { name: path, ...change });
  }
  for (const [name, inside] of below) {
    const there = entries.get(name);
    const oid = await changeTree(git, there?.mode === FOLDER ? there.oid : undefined, inside);
    if (oid !== EMPTY_TREE) entries.set(name, { name, mode: FOLDER, oid });
    else if (there?.mode === FOLDER) entries.delete(name);
  }
  return writeTree(git, [...entries.values()]);
}
