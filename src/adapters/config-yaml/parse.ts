/** YAML text -> a plain tree whose scalars are text, and where each thing stands in the text. */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { Problem } from '../../core/config/problem.ts';
import type { Locate, Path, Span, Tree } from '../../core/config/tree.ts';

export interface ParsedYaml {
  readonly tree: Tree;
  readonly locate: Locate;
  /** What is wrong with the text itself; the tree is then only as much as could be read. */
  readonly problems: readonly Problem[];
}

/** More than any configuration; beyond it a text is refused, so that a few nested aliases cannot fill the memory. */
const MOST_NODES = 100_000;
const MOST_CHARACTERS = 1_000_000;

interface Place {
  key?: Span;
  value: Span;
}

interface Walk {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  readonly places: Map<string, Place>;
  readonly problems: Problem[];
  /** Anchored nodes on the way down: an alias to one of them never ends. */
  readonly open: Set<Node>;
  nodes: number;
}

/** Reads with the failsafe schema: `1.10` stays `1.10`, `no` stays `no`, a short SHA like `7e12345` is no number. Never throws. */
export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  if (text.length > MOST_CHARACTERS) return refused(`the text is longer than ${MOST_CHARACTERS} characters`);
  const document = parseDocument(text, {
    schema: 'failsafe',
    lineCounter: lines,
    uniqueKeys: true,
    prettyErrors: false,
    stringKeys: true,
  });
  const problems = [...document.errors, ...document.warnings].map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    const span = {
      line,
      column: Math.max(1, col),
      endColumn: Math.max(1, col) + Math.max(1, lengthOnLine(text, error.pos)),
    };
    return problemAt(span, wording(error.code, error.message));
  });
  const walk: Walk = {
    document: document as Document.Parsed,
    lines,
    places: new Map(),
    problems,
    open: new Set(),
    nodes: 0,
  };
  const tree = readNode(document.contents, [], walk);
  const locate: Locate = (path, part) => walk.places.get(keyOf(path))?.[part];
  return { tree, locate, problems };
}

function refused(message: string): ParsedYaml {
  return { tree: null, locate: () => undefined, problems: [problemAt({ line: 1, column: 1, endColumn: 2 }, message)] };
}

function problemAt(span: Span, message: string): Problem {
  return { code: 'config-invalid', path: '', ...span, found: '', expected: 'YAML', message };
}

function wording(code: string, message: string): string {
  const first = message.split('\n')[0] ?? message;
  if (code === 'DUPLICATE_KEY') return 'this key stands here twice';
  if (code === 'TAB_AS_INDENT') return 'YAML is indented with spaces, and this is a tab';
  if (code === 'TAG_RESOLVE_FAILED') return 'tags (`!name`) mean nothing here: quote a value that begins with `!`';
  return `not well-formed YAML: ${first.charAt(0).toLowerCase()}${first.slice(1)}`;
}

function lengthOnLine(text: string, [from, to]: readonly [number, number]): number {
  return text.slice(from, to).split(/\r?\n/)[0]?.length ?? 0;
}

const keyOf = (path: Path): string => JSON.stringify(path);

function readNode(node: Node | null, path: Path, walk: Walk): Tree {
  walk.nodes += 1;
  if (walk.nodes > MOST_NODES) return tooMuch(walk);
  if (node === null) return null;
  if (isAlias(node)) return readAlias(node, path, walk);
  if (!walk.places.has(keyOf(path))) walk.places.set(keyOf(path), { value: spanOf(node, walk) });
  if (isScalar(node)) return readScalar(node, path, walk);
  if (walk.open.has(node)) return readOpen(node, walk);
  walk.open.add(node);
  const tree = isMap(node)
    ? readMap(node, path, walk)
    : isSeq(node)
      ? node.items.map((item, index) => readItem(item as Node, [...path, index], walk))
      : null;
  walk.open.delete(node);
  return tree;
}

function tooMuch(walk: Walk): null {
  if (walk.nodes === MOST_NODES + 1)
    walk.problems.push(problemAt({ line: 1, column: 1, endColumn: 2 }, `more than ${MOST_NODES} values`));
  return null;
}

function readOpen(node: Node, walk: Walk): null {
  walk.problems.push(problemAt(spanOf(node, walk), 'an alias leads back into its own anchor'));
  return null;
}

/** What an alias stands for, with the alias's own place. */
function readAlias(node: Alias, path: Path, walk: Walk): Tree {
  walk.places.set(keyOf(path), { ...walk.places.get(keyOf(path)), value: spanOf(node, walk) });
  const target = node.resolve(walk.document);
  if (target !== undefined) return readNode(target as Node, path, walk);
  walk.problems.push(problemAt(spanOf(node, walk), `the alias \`*${node.source}\` stands for nothing`));
  return null;
}

function readItem(item: Node | null, path: Path, walk: Walk): Tree {
  return isPair(item) ? null : readNode(item, path, walk);
}

/** A plain scalar without a character is nothing; a quoted one is an empty text. */
function readScalar(node: Scalar, path: Path, walk: Walk): Tree {
  if (node.type === 'PLAIN' && (node.source ?? '') === '') return null;
  if (typeof node.value === 'string') return node.value;
  walk.problems.push({ ...problemAt(spanOf(node, walk), 'a text is expected here'), path: path.join('.') });
  return null;
}

function readMap(map: YAMLMap, path: Path, walk: Walk): Tree {
  const members: [string, Tree][] = [];
  for (const { key, value } of map.items) {
    if (!isScalar(key) || typeof key.value !== 'string') continue;
    const name = key.value;
    const keySpan = spanOf(key as Node, walk);
    if (name === '__proto__') walk.problems.push(problemAt(keySpan, '`__proto__` cannot be a key'));
    const inner = [...path, name];
    walk.places.set(keyOf(inner), { key: keySpan, value: value === null ? keySpan : spanOf(value as Node, walk) });
    members.push([name, name === '__proto__' ? null : readNode(value as Node | null, inner, walk)]);
  }
  return Object.fromEntries(members.filter(([name]) => name !== '__proto__'));
}

/** A node's first line; of an empty one the place where it would stand. */
function spanOf(node: Node, { lines }: Walk): Span {
  const [from, to] = node.range ?? [0, 0];
  const start = lines.linePos(from);
  const end = lines.linePos(to);
  const nextLine = lines.lineStarts[start.line];
  const lineEnd = nextLine === undefined ? to : nextLine - 1;
  const endColumn = end.line === start.line ? end.col : start.col + Math.max(1, lineEnd - from);
  return { line: start.line, column: start.col, endColumn: Math.max(start.col + 1, endColumn) };
}
