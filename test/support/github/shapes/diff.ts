/** What changed between two commits, as GitHub shows it file by file. */
import type { FakeGit } from '../git/repository.ts';
import type { FakeState } from '../state.ts';
import { repositoryUrl, webUrl } from './repository.ts';

export interface FileChange {
  readonly path: string;
  readonly previous?: string;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';
  /** Of the file as it is after, or was before it was removed. */
  readonly blob: string;
  readonly additions: number;
  readonly deletions: number;
  /** Hunks; absent where git takes the file for binary. */
  readonly patch?: string;
}

const STATUS: Readonly<Record<string, FileChange['status']>> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  C: 'copied',
  T: 'changed',
};
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** In the order of their paths; `from` absent: against nothing. */
export async function changesBetween(
  git: FakeGit,
  from: string | undefined,
  to: string,
): Promise<readonly FileChange[]> {
  const between = ['diff-tree', '-r', '-M', '--no-commit-id', from ?? EMPTY_TREE, to];
  const [head = '', ...rest] = between;
  const raw = (await git.run([head, '-z', '--raw', ...rest])).toString().split('\0');
  if (raw.length < 2) return [];
  const patches = (await git.run([head, '-p', '--full-index', ...rest]))
    .toString()
    .split(/^diff --git /m)
    .slice(1);
  const changes: FileChange[] = [];
  for (let at = 0; at < raw.length - 1;) {
    const [, , before = '', after = '', kind = ''] = (raw[at] ?? '').split(' ');
    const moved = kind.startsWith('R') || kind.startsWith('C');
    const path = raw[at + (moved ? 2 : 1)] ?? '';
    const status = STATUS[kind.slice(0, 1)] ?? 'changed';
    const blob = status === 'removed' ? before : after;
    const previous = moved ? { previous: raw[at + 1] ?? '' } : {};
    changes.push({ path, ...previous, status, blob, ...hunksOf(patches[changes.length] ?? '') });
    at += moved ? 3 : 2;
  }
  return changes;
}

function hunksOf(text: string): Pick<FileChange, 'additions' | 'deletions' | 'patch'> {
  const start = /^@@ /m.exec(text)?.index;
  if (start === undefined) return { additions: 0, deletions: 0 };
  const patch = text.slice(start).replace(/\n$/, '');
  const count = (sign: string): number => patch.split('\n').filter((line) => line.startsWith(sign)).length;
  return { additions: count('+'), deletions: count('-'), patch };
}

/** `diff-entry` */
export function changeShape(state: FakeState, change: FileChange, sha: string): Record<string, unknown> {
  const { path, previous, status, blob, additions, deletions, patch } = change;
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return {
    sha: blob,
    filename: path,
    status,
    additions,
    deletions,
    changes: additions + deletions,
    blob_url: `${webUrl(state)}/blob/${sha}/${encoded}`,
    raw_url: `${webUrl(state)}/raw/${sha}/${encoded}`,
    contents_url: `${repositoryUrl(state)}/contents/${encoded}?ref=${sha}`,
    ...(patch === undefined ? {} : { patch }),
    ...(previous === undefined ? {} : { previous_filename: previous }),
  };
}
