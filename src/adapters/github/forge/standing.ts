/** How a pull request stands to its base. https://docs.github.com/rest/commits/commits#compare-two-commits */
import type { ForgeStanding, ForgeTrial } from '../../../ports/forge.ts';
import type { Asker } from './ask.ts';

/** The second page: commits and files of the first may be many, and nobody asks for them. */
export async function standingOf(asker: Asker, base: string, head: string): Promise<ForgeStanding | undefined> {
  const asking = {
    doing: `compare ${base.slice(0, 12)} and ${head.slice(0, 12)}`,
    route: 'GET /repos/{owner}/{repo}/compare/{basehead}',
  } as const;
  const found = await asker.find(asking, { basehead: `${base}...${head}`, per_page: 1, page: 2 });
  return found && { mergeBase: found.data.merge_base_commit.sha, behind: found.data.behind_by };
}

/** `refs/pull/N/merge`: made when somebody looks at the pull request, and left as it is where it conflicts; so its parents count. */
export async function trialMerge(asker: Asker, number: number): Promise<ForgeTrial | undefined> {
  const doing = `read the trial merge of #${number}`;
  const ref = { doing, route: 'GET /repos/{owner}/{repo}/git/ref/{ref}' } as const;
  const found = await asker.find(ref, { ref: `pull/${number}/merge` });
  if (!found) return undefined;
  const { sha } = found.data.object;
  const commit = { doing, route: 'GET /repos/{owner}/{repo}/git/commits/{commit_sha}' } as const;
  const { data } = await asker.ask(commit, { commit_sha: sha });
  const [base, head] = data.parents.map((parent) => parent.sha);
  return base === undefined || head === undefined ? undefined : { sha, base, head };
}
