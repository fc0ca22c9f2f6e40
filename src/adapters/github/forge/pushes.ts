/** Who pushed what when. https://docs.github.com/rest/repos/repos#list-repository-activities */
import type { ForgePush } from '../../../ports/forge.ts';
import { accountOf } from './account.ts';
import type { Asker } from './ask.ts';

/** Pushes that are looked at: whoever pushes more often than that between a comment and its answer is told to name the commit. */
const LOOKED_AT = 30;

/**
 * GitHub's own record of the push, in ms, newest first: of a branch that went away from the commit and came back the coming back
 * counts. Dates of author and committer are the pusher's to choose, and GraphQL's `pushedDate` is gone since 2023.
 */
export async function arrivedAt(asker: Asker, branch: string, sha: string): Promise<number | undefined> {
  const asking = {
    doing: `ask when ${branch.slice(0, 100)} was pushed`,
    route: 'GET /repos/{owner}/{repo}/activity',
    empty: [404, 422],
  } as const;
  const found = await asker.find(asking, { ref: `refs/heads/${branch}`, per_page: LOOKED_AT });
  const push = found?.data.find(({ after }) => after === sha);
  const at = push === undefined ? Number.NaN : Date.parse(push.timestamp);
  return Number.isNaN(at) ? undefined : at;
}

/** Pushes in one answer. */
const PAGE = 100;

/** By GitHub's own record: what git says of author and committer anybody may write. */
export async function pushesTo(asker: Asker, branch: string): Promise<readonly ForgePush[] | undefined> {
  const asking = {
    doing: `ask who pushed to ${branch.slice(0, 100)}`,
    route: 'GET /repos/{owner}/{repo}/activity',
    empty: [404, 422],
  } as const;
  const found = await asker.find(asking, { ref: `refs/heads/${branch}`, per_page: PAGE });
  return found?.data.map(({ before, after, actor }) => ({ before, after, ...(actor ? { by: accountOf(actor) } : {}) }));
}
