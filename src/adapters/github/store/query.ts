/** The one query that reads the branch: its head, the needed files and folders at that very commit, the newest commits. */
import type { Needs } from '../../../ports/store.ts';
import { COMMIT_FIELDS, type CommitNode } from './commit.ts';
import { type Entry, entryOf, type Listing } from './entry.ts';

/** So many commits come with a read of the head: who looks for a request or a seal asks no more for them. */
export const NEWEST = 30;

export interface BlobNode {
  readonly __typename: 'Blob';
  readonly text: string | null;
}

interface TreeNode {
  readonly __typename: 'Tree';
  readonly entries: readonly EntryNode[] | null;
}

export interface EntryNode {
  readonly name?: string;
  readonly oid: string;
  readonly type: string;
  readonly mode: number;
  readonly object?: BlobNode | TreeNode | { readonly __typename: string } | null;
}

/** A commit with what was asked at it, by alias. */
export type ReadNode = CommitNode & {
  readonly history?: { readonly nodes: readonly CommitNode[] | null };
} & Readonly<Record<`n${number}`, EntryNode | null>> & {
    readonly tree?: { readonly entries: readonly EntryNode[] | null };
  };

export interface Question {
  readonly need: string;
  /** A folder that may be large is listed first, and then only what is not known of it is asked for. */
  readonly texts: boolean;
}

const ENTRY = 'oid type mode';
const TEXT = '__typename ... on Blob { text }';
const LEVEL = (inside: string): string =>
  `__typename ... on Blob { text } ... on Tree { entries { name ${ENTRY} ${inside} } }`;
/** Three levels with their texts (`services/web/production.json` has two); what lies deeper is asked for by itself. */
const FOLDER = `object { ${LEVEL(`object { ${LEVEL(`object { ${TEXT} }`)} }`)} }`;
const LISTED = `object { __typename ... on Tree { entries { name ${ENTRY} } } }`;

/** The selection on `Commit` and its variables. Paths are variables: nothing of them stands in the query. */
export function selection(
  questions: readonly Question[],
  history: number,
): { readonly fields: string; readonly variables: Readonly<Record<string, string>> } {
  const variables: Record<string, string> = {};
  const fields = questions.map(({ need, texts }, index) => {
    if (need === '/') return `tree { entries { name ${ENTRY} } }`;
    const isFolder = need.endsWith('/');
    variables[`p${index}`] = isFolder ? need.slice(0, -1) : need;
    const inside = isFolder ? (texts ? FOLDER : LISTED) : `object { ${TEXT} }`;
    return `n${index}: file(path: $p${index}) { ${ENTRY} ${inside} }`;
  });
  const newest = history > 0 ? `history(first: ${history}) { nodes { ${COMMIT_FIELDS} } }` : '';
  return { fields: [COMMIT_FIELDS, newest, ...fields].join('\n'), variables };
}

/** `, $p0: String!` and so on. */
export function declarations(variables: Readonly<Record<string, string>>): string {
  return Object.keys(variables)
    .map((name) => `, $${name}: String!`)
    .join('');
}

export interface Read {
  readonly files: ReadonlyMap<string, Entry | null>;
  readonly folders: ReadonlyMap<string, Map<string, Entry>>;
  /** By blob; null where GitHub does not give it as text. */
  readonly texts: ReadonlyMap<string, string | null>;
  /** Folders whose inside did not come: which need asked, where, which tree. */
  readonly unread: readonly { readonly need: string; readonly path: string; readonly oid: string }[];
}

/** What the answer says at each question. */
export function readNode(node: ReadNode, questions: readonly Question[]): Read {
  const read: MutableRead = { files: new Map(), folders: new Map(), texts: new Map(), unread: [] };
  for (const [index, { need }] of questions.entries()) {
    const entry = node[`n${index}`] ?? null;
    if (need === '/') readFolder(read, { need, prefix: '', entries: node.tree?.entries ?? [] });
    else if (need.endsWith('/')) {
      read.folders.set(need, new Map());
      if (entry?.type === 'tree') readTree(read, { need, path: need.slice(0, -1), entry });
    } else read.files.set(need, entry && keepText(read, entry));
  }
  return read;
}

interface MutableRead {
  readonly files: Map<string, Entry | null>;
  readonly folders: Map<string, Map<string, Entry>>;
  readonly texts: Map<string, string | null>;
  readonly unread: { readonly need: string; readonly path: string; readonly oid: string }[];
}

function readTree(
  read: MutableRead,
  { need, path, entry }: { readonly need: string; readonly path: string; readonly entry: EntryNode },
): void {
  const { object } = entry;
  const entries = object && 'entries' in object ? object.entries : undefined;
  if (entries) readFolder(read, { need, prefix: `${path}/`, entries });
  else read.unread.push({ need, path, oid: entry.oid });
}

interface Folder {
  readonly need: string;
  readonly prefix: string;
  readonly entries: readonly EntryNode[];
}

function readFolder(read: MutableRead, { need, prefix, entries }: Folder): void {
  const listing = read.folders.get(need) ?? new Map<string, Entry>();
  read.folders.set(need, listing);
  for (const entry of entries) {
    const path = `${prefix}${entry.name ?? ''}`;
    if (entry.type === 'tree') readTree(read, { need, path, entry });
    else listing.set(path, keepText(read, entry));
  }
}

function keepText({ texts }: MutableRead, entry: EntryNode): Entry {
  const { object } = entry;
  if (object && 'text' in object) texts.set(entry.oid, object.text);
  return entryOf(entry);
}

/** Folders that hold a file for each of what may be many. */
const MAY_BE_LARGE = /^(?:$|flags\/|history\/)/;
/** A folder that had more when it was seen last is listed first. */
const FEW = 40;

export function questionsOf(needs: Needs, known: (need: string) => Listing | undefined): readonly Question[] {
  return needs.map((need) => {
    const before = known(need);
    const texts = before === undefined ? !MAY_BE_LARGE.test(need === '/' ? '' : need) : before.size <= FEW;
    return { need, texts: !need.endsWith('/') || texts };
  });
}
