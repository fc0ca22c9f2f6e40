/** What a configuration text says before anybody gives it a type: every scalar is still text, an empty value is null. */
export type Tree = string | null | readonly Tree[] | { readonly [key: string]: Tree };

export type Path = readonly (string | number)[];

/** Where something stands in the text: one-based, `endColumn` is the column after the last character on that line. */
export interface Span {
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
}

/** Where a path's value (or the key before it) stands; undefined when the path is not in the text. */
export type Locate = (path: Path, part: 'key' | 'value') => Span | undefined;

/** The value at a path; undefined when there is none. */
export function treeAt(tree: Tree | undefined, path: Path): Tree | undefined {
  let here: Tree | undefined = tree;
  for (const step of path) {
    if (here === null || here === undefined || typeof here === 'string') return undefined;
    const members = here as Readonly<Record<string | number, Tree>>;
    here = Object.hasOwn(members, step) ? members[step] : undefined;
  }
  return here;
}

/** The members of a map; none for anything else. */
export function membersOf(tree: Tree | undefined): readonly (readonly [string, Tree])[] {
  return isMap(tree) ? Object.entries(tree) : [];
}

export function isMap(tree: Tree | undefined): tree is { readonly [key: string]: Tree } {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree);
}

/** `Array.isArray` takes nothing away from a readonly list's other side. */
export function isList(tree: Tree | undefined): tree is readonly Tree[] {
  return Array.isArray(tree);
}

/** A path as people write it: `strategies.safe.stages[1].bake`. */
export function printPath(path: Path): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');
}

/** Without a prototype, so that no name a person types (`constructor`) finds what nobody put there. */
export function record<T>(entries: Iterable<readonly [string, T]>): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null) as Record<string, T>, Object.fromEntries(entries));
}
