/** Whether a commit is this repository's own: GitHub answers for those of forks as if they were. */
import type { ForgeCode } from '../../../ports/forge.ts';
import type { Asker } from './ask.ts';

interface Asked {
  readonly asker: Asker;
  /** Of the same repository. */
  readonly code: Pick<ForgeCode, 'resolve' | 'standing'>;
}

/**
 * Whether a branch of this repository has it: as its head, in the default branch, or in the branch of an open pull request of its own.
 * A full SHA; a commit that only a tag has is named by the tag. False, too, where GitHub shows none of it.
 * https://docs.github.com/rest/commits/commits#list-branches-for-head-commit
 */
export async function isOwn({ asker, code }: Asked, sha: string): Promise<boolean> {
  const asking = {
    doing: `find the branches at ${sha.slice(0, 12)}`,
    route: 'GET /repos/{owner}/{repo}/commits/{commit_sha}/branches-where-head',
    empty: [404, 409, 422],
  } as const;
  const heads = await asker.find(asking, { commit_sha: sha });
  if ((heads?.data.length ?? 0) > 0) return true;
  const main = await code.resolve('HEAD');
  if (main && (await has(code, main.sha, sha))) return true;
  for (const head of await ownHeads(asker, sha)) if (await has(code, head, sha)) return true;
  return false;
}

async function has(code: Asked['code'], head: string, sha: string): Promise<boolean> {
  return (await code.standing(head, sha))?.mergeBase === sha;
}

/** So many pull requests of one commit are looked at. */
const MOST = 5;

/** Heads of open pull requests from branches of this repository that GitHub shows for the commit. */
async function ownHeads(asker: Asker, sha: string): Promise<readonly string[]> {
  const asking = {
    doing: `find the pull requests of ${sha.slice(0, 12)}`,
    route: 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
    empty: [404, 409, 422],
  } as const;
  const found = await asker.find(asking, { commit_sha: sha, per_page: 100 });
  const open = (found?.data ?? []).filter(
    ({ state, head, base }) => state === 'open' && head.repo !== null && head.repo.id === base.repo.id,
  );
  return open.slice(0, MOST).map(({ head }) => head.sha);
}
