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

function parseTree(content: Buffer): readonly TreeEntry[] {
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

/** Bytes of an id, and of what stands around a name: a mode of up to six, a space, a zero. */
const AROUND = 20 + 8;

function printTree(entries: readonly TreeEntry[]): Buffer {
  const buffer = Buffer.alloc(entries.reduce((sum, { name }) => sum + name.length * 3 + AROUND, 0));
  let at = 0;
  for (const { mode, name, oid } of entries) {
    at += buffer.write(`${mode.replace(/^0/, '')} ${name}\0`, at);
    at += buffer.write(oid, at, 'hex');
  }
  return buffer.subarray(0, at);
}

/** Trees that were read or written lately, as they never change. */
const KNOWN = 64;
const known = new Map<string, readonly TreeEntry[]>();

function remember(oid: string, entries: readonly TreeEntry[]): readonly TreeEntry[] {
  known.delete(oid);
  known.set(oid, entries);
  if (known.size > KNOWN) known.delete(known.keys().next().value ?? '');
  return entries;
}

/** Writes a tree; its id. The entries are in git's order. */
function writeTree(git: FakeGit, entries: readonly TreeEntry[]): string {
  const oid = git.write('tree', printTree(entries));
  remember(oid, entries);
  return oid;
}

/** Where an entry of that key stands, or would stand, among sorted ones. */
function placeOf(entries: readonly TreeEntry[], entry: TreeEntry): number {
  const key = order(entry);
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const there = entries[middle];
    if (there !== undefined && Buffer.compare(order(there), key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Sorted entries without what has the name, be it a file or a folder, and with the new one in its place. */
function put(entries: TreeEntry[], name: string, next: TreeEntry | undefined): void {
  for (const mode of ['100644', FOLDER]) {
    const at = placeOf(entries, { name, mode, oid: '' });
    if (entries[at]?.name === name) entries.splice(at, 1);
  }
  if (next !== undefined) entries.splice(placeOf(entries, next), 0, next);
}

/** Entries of a tree; undefined: no such tree. */
export async function readTree(git: FakeGit, oid: string): Promise<readonly TreeEntry[] | undefined> {
  if (oid === EMPTY_TREE) return [];
  const there = known.get(oid);
  if (there !== undefined && (await git.has(oid))) return remember(oid, there);
  const object = await git.read(oid);
  return object?.type === 'tree' ? remember(oid, parseTree(object.content)) : undefined;
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
  const entries = [...((tree === undefined ? [] : await readTree(git, tree)) ?? [])];
  const below = new Map<string, Map<string, TreeChange>>();
  for (const [path, change] of changes) {
    const slash = path.indexOf('/');
    if (slash === -1) put(entries, path, change === null ? undefined : { name: path, ...change });
    else {
      const inside = below.get(path.slice(0, slash)) ?? new Map<string, TreeChange>();
      below.set(path.slice(0, slash), inside.set(path.slice(slash + 1), change));
    }
  }
  for (const [name, inside] of below) {
    const there = entries[placeOf(entries, { name, mode: FOLDER, oid: '' })];
    const folder = there?.name === name && there.mode === FOLDER ? there.oid : undefined;
    const oid = await changeTree(git, folder, inside);
    if (oid !== EMPTY_TREE) put(entries, name, { name, mode: FOLDER, oid });
    else if (folder !== undefined) put(entries, name, undefined);
  }
  return writeTree(git, entries);
}
