/** The check run `sluice / deployed`. https://docs.github.com/rest/checks/runs */
import { DEPLOYED } from '../../../core/report/deployed-check.ts';
import type { Showing } from './showing.ts';

/** A gate for whoever requires it: it says what the state says, and nothing where nobody could say. */
export async function showCheck({ options, memory, shown }: Showing): Promise<boolean> {
  const { after, deployed, commit } = shown;
  if (!deployed || after.subject.type !== 'release') return true;
  const { sha, says } = { sha: after.subject.release.commit, says: `${deployed.state} ${deployed.title}` };
  if (memory.checks.get(sha) === says) return true;
  await options.forge.checks.put({
    sha,
    name: DEPLOYED,
    state: deployed.state,
    title: deployed.title,
    summary: options.markdown(deployed.report, []),
    annotations: [],
    buttons: [],
    url: options.links.commit(commit),
  });
  memory.checks.set(sha, says);
  return true;
}
