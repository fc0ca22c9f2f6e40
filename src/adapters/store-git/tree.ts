/** Git's tree objects (gitformat-tree): `<mode> <name>\0<oid>`, in the order of names where a folder's ends in a slash. */

export interface Entry {
  readonly mode: string;
  readonly oid: string;
}
/** Names are bytes, one character each, since git does not demand that they are UTF-8. */
export type Tree = ReadonlyMap<string, Entry>;

export const FILE_MODE = '100644';
export const FOLDER_MODE = '40000';
export const EMPTY: Tree = new Map();
const SPACE = 32;

/** The tree of an entry that is a folder; null for everything else. */
export function folderOf(entry: Entry | undefined): string | null {
  return entry?.mode === FOLDER_MODE ? entry.oid : null;
}

/** A regular file. Symbolic links (120000) and other repositories (160000) are none: nothing is read through them. */
export function isFile(entry: Entry): boolean {
  return entry.mode.startsWith('10');
}

/** What a tree was parsed from or printed as: a large folder in which one id changes is patched and not printed anew. */
const contents = new WeakMap<Tree, Buffer>();

/** `oidLength` in bytes: 20, or 32 in a repository of SHA-256. */
export function parseTree(content: Buffer, oidLength: number): Tree {
  const tree = new Map<string, Entry>();
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(SPACE, at);
    const nul = content.indexOf(0, space);
    const mode = content.toString('latin1', at, space);
    at = nul + 1 + oidLength;
    tree.set(content.toString('latin1', space + 1, nul), { mode, oid: content.toString('hex', nul + 1, at) });
  }
  contents.set(tree, content);
  return tree;
}

/** A tree in the order of its content. */
export interface PrintedTree {
  readonly tree: Tree;
  readonly content: Buffer;
}

/** `base` is the tree it was made from, where there is one. */
export function printTree(tree: Tree, oidLength: number, base?: Tree): PrintedTree {
  const printed = (base && patch(tree, oidLength, base)) ?? printWhole(tree, oidLength);
  contents.set(printed.tree, printed.content);
  return printed;
}

/** The base's content with other ids in it; undefined where a name or mode is another. */
function patch(tree: Tree, oidLength: number, base: Tree): PrintedTree | undefined {
  const old = contents.get(base);
  if (!old || tree.size !== base.size) return undefined;
  const content = Buffer.from(old);
  const next = new Map<string, Entry>();
  let at = 0;
  for (const [name, before] of base) {
    const entry = tree.get(name);
    if (entry?.mode !== before.mode) return undefined;
    at += before.mode.length + name.length + 2;
    if (before !== entry) content.write(entry.oid, at, 'hex');
    at += oidLength;
    next.set(name, entry);
  }
  return { tree: next, content };
}

function printWhole(tree: Tree, oidLength: number): PrintedTree {
  const entries = inOrder([...tree]);
  let size = 0;
  for (const [name, { mode }] of entries) size += mode.length + name.length + 2 + oidLength;
  const content = Buffer.allocUnsafe(size);
  let at = 0;
  for (const [name, { mode, oid }] of entries) {
    at += content.write(`${mode} ${name}\0`, at, 'latin1');
    at += content.write(oid, at, 'hex');
  }
  return { tree: new Map(entries), content };
}

type Named = readonly [name: string, entry: Entry];

/** What was parsed is in order already, and stays so unless a name is new. */
function inOrder(entries: readonly Named[]): readonly Named[] {
  const ordered = entries.every((entry, index) => index === 0 || byName(entries[index - 1] ?? entry, entry) <= 0);
  return ordered ? entries : entries.toSorted(byName);
}

function byName([one, { mode }]: Named, [other, { mode: otherMode }]: Named): number {
  const a = mode === FOLDER_MODE ? `${one}/` : one;
  const b = otherMode === FOLDER_MODE ? `${other}/` : other;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A path as the names in trees are kept. */
export function toBytes(path: string): string {
  return Buffer.from(path).toString('latin1');
}

/** A name or path from a tree as text; bytes that are not UTF-8 become U+FFFD. */
export function toText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString();
}
