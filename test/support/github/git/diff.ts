/** What changed between two commits. */
import type { FakeGit } from './repository.ts';
import { EMPTY_TREE } from './tree.ts';

export interface FileDiff {
  readonly path: string;
  /** Before a rename. */
  readonly previous?: string;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';
  /** Of the blob afterwards; of what went, before. */
  readonly oid: string;
  readonly additions: number;
  readonly deletions: number;
  /** From the first `@@`; absent for binary files. */
  readonly patch?: string;
}

const STATUS: Readonly<Record<string, FileDiff['status']>> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  C: 'copied',
  T: 'changed',
};

/** Paths that differ; `before` undefined: everything is new. */
export async function changedPaths(
  git: FakeGit,
  before: string | undefined,
  after: string,
): Promise<readonly string[]> {
  const answer = await git.run(['diff-tree', '-r', '-z', '--name-only', before ?? EMPTY_TREE, after]);
  return answer.toString().split('\0').filter(Boolean);
}

/** Files that differ, with lines counted and patches, renames found as GitHub does. */
export async function filesBetween(
  git: FakeGit,
  before: string | undefined,
  after: string,
): Promise<readonly FileDiff[]> {
  const pair = [before ?? EMPTY_TREE, after];
  const raw = (await git.run(['diff-tree', '-r', '-z', '-M', '--raw', '--no-abbrev', ...pair])).toString();
  if (raw === '') return [];
  const counts = (await git.run(['diff-tree', '-r', '-z', '-M', '--numstat', ...pair])).toString();
  const patches = (await git.run(['-c', 'core.quotePath=false', 'diff-tree', '-r', '-M', '-p', ...pair])).toString();
  const numbers = countsOf(counts);
  const texts = patches.split(/^diff --git .*\n/m).slice(1);
  return entriesOf(raw).map((entry, index) => {
    const [additions, deletions] = numbers[index] ?? [0, 0];
    const text = texts[index] ?? '';
    const begin = text.search(/^@@/m);
    return { ...entry, additions, deletions, ...(begin === -1 ? {} : { patch: text.slice(begin).replace(/\n$/, '') }) };
  });
}

type Entry = Pick<FileDiff, 'path' | 'previous' | 'status' | 'oid'>;

function entriesOf(raw: string): readonly Entry[] {
  const parts = raw.split('\0');
  const found: Entry[] = [];
  for (let at = 0; at + 1 < parts.length;) {
    const [, , before = '', after = '', letter = ''] = (parts[at] ?? '').split(' ');
    const status = STATUS[letter.slice(0, 1)] ?? 'changed';
    const oid = status === 'removed' ? before : after;
    const two = status === 'renamed' || status === 'copied';
    const [first = '', second = ''] = parts.slice(at + 1, at + 3);
    found.push(two ? { path: second, previous: first, status, oid } : { path: first, status, oid });
    at += two ? 3 : 2;
  }
  return found;
}

/** Added and removed lines, in the order of the entries; of binary files none. */
function countsOf(text: string): readonly (readonly [number, number])[] {
  const parts = text.split('\0');
  const found: (readonly [number, number])[] = [];
  for (let at = 0; at + 1 < parts.length;) {
    const [added = '', removed = '', path = ''] = (parts[at] ?? '').split('\t');
    found.push([Number(added) || 0, Number(removed) || 0]);
    // Of a rename the two paths follow in fields of their own.
    at += path === '' ? 3 : 1;
  }
  return found;
}
