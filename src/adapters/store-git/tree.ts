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

/** Files and symbolic links have a blob; folders and other repositories have none. */
export function isBlob(entry: Entry): boolean {
  return entry.mode.startsWith('10') || entry.mode === '120000';
}

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
  return tree;
}

export function printTree(tree: Tree, oidLength: number): Buffer {
  const sorted = [...tree].sort(byName);
  const size = sorted.reduce((sum, [name, { mode }]) => sum + mode.length + name.length + 2 + oidLength, 0);
  const content = Buffer.alloc(size);
  let at = 0;
  for (const [name, { mode, oid }] of sorted) {
    at += content.write(`${mode} ${name}\0`, at, 'latin1');
    at += content.write(oid, at, 'hex');
  }
  return content;
}

function byName(
  [one, { mode }]: readonly [string, Entry],
  [other, { mode: otherMode }]: readonly [string, Entry],
): number {
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
