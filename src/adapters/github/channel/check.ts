/** The check run `sluice / deployed`. https://docs.github.com/rest/checks/runs */
import { DEPLOYED, deployedCheck } from '../../../core/report/deployed-check.ts';
import { rolloutReport } from '../../../core/report/rollout.ts';
import type { Showing } from './channel.ts';

export async function showCheck({ options, memory, shown }: Showing): Promise<boolean> {
  const { before, after, at, commit } = shown;
  const wanted = deployedCheck(before, after);
  if (!wanted) return true;
  const says = `${after.id} ${wanted.state}`;
  if (memory.checks.get(wanted.sha) === says) return true;
  await options.forge.checks.put({
    sha: wanted.sha,
    name: DEPLOYED,
    state: wanted.state,
    title: wanted.title,
    summary: options.markdown(rolloutReport(after, at, { buttons: false }), []),
    annotations: [],
    buttons: [],
    url: options.links.commit(commit),
  });
  memory.checks.set(wanted.sha, says);
  return true;
}
