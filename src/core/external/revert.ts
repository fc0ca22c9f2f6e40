import type { BranchCommit } from './branch-commit.ts';

/**
 * The sealed commit that this one takes back, if it does: by git's own words ("This reverts commit ...") where it touches
 * nothing else than that one did, or because it is exactly its inverse.
 */
export function revertedBy(commit: BranchCommit, ours: readonly BranchCommit[]): BranchCommit | undefined {
  const named = /This reverts commit ([0-9a-f]{7,64})\b/.exec(commit.body)?.[1];
  const byWord = named === undefined ? undefined : ours.find(({ revision }) => revision.startsWith(named));
  if (byWord && touchesOnly(commit, byWord)) return byWord;
  return ours.find((one) => isInverse(commit, one));
}

function touchesOnly(commit: BranchCommit, of: BranchCommit): boolean {
  const paths = new Set(of.changes.map(({ path }) => path));
  return commit.changes.length > 0 && commit.changes.every(({ path }) => paths.has(path));
}

function isInverse(commit: BranchCommit, of: BranchCommit): boolean {
  if (commit.changes.length === 0 || commit.changes.length !== of.changes.length) return false;
  const byPath = new Map(of.changes.map((change) => [change.path, change]));
  return commit.changes.every(({ path, before, after }) => {
    const other = byPath.get(path);
    return other !== undefined && other.before === after && other.after === before;
  });
}
