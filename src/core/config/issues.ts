/** What zod found wrong, as problems that a person reads. */
import type * as z from 'zod';
import { nearest } from './nearest.ts';
import type { KnownKeys } from './part/shape.ts';
import type { Findings } from './problem.ts';
import { isList, isMap, type Path, type Tree, treeAt } from './tree.ts';

type Issue = z.core.$ZodIssue;

/** Reads a part with its schema; what is wrong goes to `findings`, and the answer is undefined. */
export function readPart<T>(schema: z.ZodType<T>, { tree, path, findings }: Reading): T | undefined {
  const result = schema.safeParse(treeAt(tree, path));
  if (result.success) return result.data;
  for (const issue of result.error.issues) explain(issue, { tree, path, findings });
  return undefined;
}

export interface Reading {
  readonly tree: Tree;
  readonly path: Path;
  readonly findings: Findings;
}

function explain(issue: Issue, reading: Reading): void {
  const path = [...reading.path, ...(issue.path as Path)];
  const here = { ...reading, path };
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue.keys, issue.message, here);
  if (issue.code === 'invalid_union') return explainUnion(issue.errors, here);
  const found = treeAt(reading.tree, path);
  if (found === undefined) return missing(here);
  if (found === null) return empty(here);
  wrongValue(issue, found, here);
}

function unknownKeys(keys: readonly string[], message: string, { path, findings }: Reading): void {
  const { what, keys: known } = JSON.parse(message) as KnownKeys;
  for (const key of keys) {
    const meant = nearest(key, known);
    findings.problem([...path, key], {
      code: 'config-key-unknown',
      at: 'key',
      message: `\`${key}\` is not a key of ${what}${meant === undefined ? '' : `: did you mean \`${meant}\`?`}`,
      found: key,
      expected: `one of ${known.join(', ')}`,
      ...(meant === undefined && { hint: `It has ${known.join(', ')}.` }),
    });
  }
}

/** Of several shapes the one is explained whose outside fits: a list's elements, where a list was written. */
function explainUnion(branches: readonly (readonly Issue[])[], reading: Reading): void {
  const shapeFits = branches.find((issues) => issues.every((issue) => !isOutside(issue)));
  if (shapeFits) return shapeFits.forEach((issue) => explain(issue, reading));
  const expected = branches.flatMap((issues) => issues.filter(isOutside).map(expectation));
  const found = treeAt(reading.tree, reading.path);
  if (found === null) return empty(reading);
  say(reading, { found: found ?? null, expected: [...new Set(expected)].join(', or ') });
}

function isOutside(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
}

function missing({ path, findings }: Reading): void {
  const key = path.at(-1) ?? '';
  const owner = path.length === 1 ? 'the configuration' : `\`${String(path.at(-2))}\``;
  findings.problem(path.slice(0, -1), {
    message: `\`${key}\` is missing${typeof path.at(-2) === 'number' || path.length === 1 ? '' : ` in ${owner}`}`,
    found: 'nothing',
    expected: `\`${key}\``,
  });
}

function empty({ path, findings }: Reading): void {
  const key = path.findLast((step) => typeof step === 'string') ?? '';
  findings.problem(path, {
    message: `\`${key}\` has no value: a \`#\` after a space begins a comment, so quote a value that begins with it`,
    found: 'nothing',
    expected: 'a value',
  });
}

function wrongValue(issue: Issue, found: Tree, reading: Reading): void {
  const hint = issue.code === 'custom' ? (issue.params?.['hint'] as string | undefined) : undefined;
  const words = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  const meant = typeof found === 'string' ? nearest(found, words) : undefined;
  say(reading, { found, expected: expectation(issue), hint: hint ?? (meant && `did you mean \`${meant}\`?`) });
}

interface Saying {
  readonly found: Tree;
  readonly expected: string;
  readonly hint?: string | undefined;
}

function say({ path, findings }: Reading, { found, expected, hint }: Saying): void {
  const key = path.findLast((step) => typeof step === 'string') ?? 'the configuration';
  const shown = printFound(found, key);
  findings.problem(path, {
    message: `\`${key}\` is ${shown}: expected ${expected}`,
    found: shown,
    expected,
    ...(hint && { hint }),
  });
}

function expectation(issue: Issue): string {
  if (issue.code === 'custom') return issue.message;
  if (issue.code === 'invalid_value') return `one of ${issue.values.map((value) => `\`${String(value)}\``).join(', ')}`;
  if (issue.code === 'too_small') return 'at least one element';
  if (issue.code !== 'invalid_type') return issue.message;
  return (
    { array: 'a list', object: 'a map of keys', record: 'a map of keys', string: 'a text' }[issue.expected as string] ??
    'a text'
  );
}

const SECRET_KEY = /token|secret|password|routing-key/i;

/** What stands there, shortened; what looks like a secret that was written out is not repeated. */
function printFound(found: Tree, key: string | number): string {
  if (isList(found)) return 'a list';
  if (isMap(found)) return 'a map';
  if (found === null) return 'empty';
  if (SECRET_KEY.test(String(key))) return 'written out';
  return `\`${found.length > 60 ? `${found.slice(0, 57)}...` : found}\``;
}
