/** The check run `sluice / deployed`. https://docs.github.com/rest/checks/runs */
import { ForgeError } from '../../../ports/forge.ts';
import type { ShownCommit } from '../../../ports/channel.ts';
import { passes } from './passes.ts';
import { pullsOf } from './pulls.ts';
import type { Around } from './showing.ts';

/** A gate for whoever requires it: it says what the state says, of what is live and of what is not any more. */
export async function showCheck(around: Around, shown: ShownCommit): Promise<boolean> {
  const { options, memory } = around;
  const { sha, check: name, isLast, isSplit, commit } = shown;
  const { state, title, report } = shown.standing(isSplit ? await pathsOf(around, sha) : undefined);
  const [key, says] = [`${sha} ${name}`, `${state} ${title}`];
  if (memory.checks.get(key) === says) return true;
  const run = { sha, name, state, title, summary: options.markdown(report, []), url: options.links.commit(commit) };
  await options.forge.checks.put({ ...run, annotations: [], buttons: [] }, isLast ? 'changed' : 'known');
  memory.checks.set(key, says);
  return true;
}

/** Of the pull requests that the commit is in; undefined: it is in none, or nobody may look. Then every service counts. */
async function pathsOf(around: Around, sha: string): Promise<readonly string[] | undefined> {
  const { options, memory } = around;
  const known = memory.paths.get(sha);
  if (known) return known;
  try {
    const pulls = await pullsOf(around, sha);
    if (pulls.length === 0) return undefined;
    const files = (await Promise.all(pulls.map((number) => options.forge.code.changedFiles(number)))).flat();
    const paths = files.flatMap(({ path, previous }) => (previous === undefined ? [path] : [path, previous]));
    memory.paths.set(sha, paths);
    return paths;
  } catch (error) {
    if (!(error instanceof ForgeError) || passes(error)) throw error;
    return undefined;
  }
}
