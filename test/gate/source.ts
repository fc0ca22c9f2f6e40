/** Source files as the gates see them: text, syntax tree, imports. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { parseSync } from 'rolldown/utils';

/** A node of an ESTree with TypeScript; `start` and `end` are offsets into the text. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

export interface Import {
  readonly specifier: string;
  /** `import type`, or an import whose every name is a type: gone at run time. */
  readonly typeOnly: boolean;
  /** `import('x')`: loaded when it is reached, not with the file. */
  readonly later?: true;
  readonly line: number;
}

export interface Source {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly program: Node;
  readonly imports: readonly Import[];
}

/** What a gate found. `instead` says what to do. */
export interface Violation {
  readonly file: string;
  readonly line: number;
  readonly what: string;
  readonly instead: string;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

/** The nodes directly below a node, in order of the text. */
function childrenOf(node: Node): readonly Node[] {
  return Object.values(node).flatMap((value) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );
}

/** Visits a node and all below it; the visitor sees the chain of parents, nearest first. */
export function walk(
  node: Node,
  visit: (node: Node, parents: readonly Node[]) => void,
  parents: readonly Node[] = [],
): void {
  visit(node, parents);
  const chain = [node, ...parents];
  for (const child of childrenOf(node)) walk(child, visit, chain);
}

export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

function text(value: unknown): string | undefined {
  return isNode(value) && typeof value['value'] === 'string' ? value['value'] : undefined;
}

function namesAreTypes(node: Node): boolean {
  const names = node['specifiers'];
  const kinds = Array.isArray(names) ? names.filter(isNode) : [];
  return kinds.length > 0 && kinds.every((name) => name['importKind'] === 'type' || name['exportKind'] === 'type');
}

/** Static and dynamic imports, `export from`, `import('x').T` in types, `import x = require()`. */
function importOf(node: Node): Omit<Import, 'line'> | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration': {
      const specifier = text(node['source']);
      const typeOnly = node['importKind'] === 'type' || node['exportKind'] === 'type' || namesAreTypes(node);
      return specifier === undefined ? undefined : { specifier, typeOnly };
    }
    case 'ImportExpression':
      return { specifier: text(node['source']) ?? '(computed)', typeOnly: false, later: true };
    case 'TSImportType':
      return { specifier: text(node['source']) ?? '(computed)', typeOnly: true };
    case 'TSExternalModuleReference':
      return { specifier: text(node['expression']) ?? '(computed)', typeOnly: false };
    default:
      return undefined;
  }
}

/** @throws Error when the text does not parse: a gate that skips a file would pass it. */
export function parseSource(path: string, content: string): Source {
  const { program, errors } = parseSync(path, content, { sourceType: 'module' });
  if (errors[0] !== undefined) throw new Error(`${path}: does not parse: ${errors[0].message}`);
  const root = program as unknown as Node;
  const imports: Import[] = [];
  walk(root, (node) => {
    const found = importOf(node);
    if (found !== undefined) imports.push({ ...found, line: lineAt(content, node.start) });
  });
  return { path, text: content, program: root, imports };
}

/** Paths of all files below the folders, from the root, sorted, without node_modules. */
export function filesBelow(root: string, folders: readonly string[]): readonly string[] {
  const visit = (folder: string): readonly string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' || entry.name === 'dist' ? [] : visit(path);
      return [relative(root, path).split(sep).join('/')];
    });
  return folders
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap(visit)
    .toSorted();
}

/** Parses every TypeScript file below the folders. */
export function readSources(root: string, folders: readonly string[]): readonly Source[] {
  return filesBelow(root, folders)
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
    .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')));
}

/** The file a relative import means, from the root; undefined of a package. */
export function resolveImport(from: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? posix.normalize(posix.join(dirname(from), specifier)) : undefined;
}

/** `zod/v4` -> `zod`, `@noble/hashes/sha2.js` -> `@noble/hashes`, `node:fs` as it is. */
export function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
