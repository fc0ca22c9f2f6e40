import type { Problem } from './problem.ts';
import { placeOf } from './problem.ts';
import { isSecret } from './scalar.ts';
import { type Locate, type Path, printPath, type Span, type Tree } from './tree.ts';

/** A secret that the configuration names, and where. */
export interface SecretUse {
  /** Without the `$`. */
  readonly name: string;
  readonly path: string;
  readonly place: Span;
}

/** Every `$NAME` that is a whole value of a key that takes a secret, in the order of the text. */
export function secretsOf(tree: Tree, locate: Locate): readonly SecretUse[] {
  return walk(tree, []).map(({ name, path }) => ({
    name,
    path: printPath(path),
    place: placeOf(locate, path, 'value'),
  }));
}

/** Keys whose text is a command or a query: a `$NAME` there belongs to the shell. */
const NOT_HERE: readonly string[] = [
  'run',
  'deploy',
  'set-traffic',
  'status',
  'remove',
  'backup',
  'apply',
  'revert',
  'check',
  'restore',
  'prepare',
];

function walk(tree: Tree, path: Path): readonly { readonly name: string; readonly path: Path }[] {
  if (tree === null) return [];
  if (typeof tree === 'string') return isSecret(tree) ? [{ name: tree.slice(1), path }] : [];
  if (Array.isArray(tree)) return tree.flatMap((element: Tree, index) => walk(element, [...path, index]));
  return Object.entries(tree).flatMap(([key, value]) => (NOT_HERE.includes(key) ? [] : walk(value, [...path, key])));
}

/** One problem a secret that is empty where this runs; `has` is asked for the name without the `$`. */
export function missingSecrets(uses: readonly SecretUse[], has: (name: string) => boolean): readonly Problem[] {
  return uses
    .filter(({ name }) => !has(name))
    .map(({ name, path, place }) => ({
      code: 'secret-missing',
      path,
      ...place,
      found: 'nothing',
      expected: `a value of $${name}`,
      message: `$${name} is empty here`,
      hint: `Set the environment variable ${name}; in a workflow, secrets reach a step only by \`env:\`.`,
    }));
}
