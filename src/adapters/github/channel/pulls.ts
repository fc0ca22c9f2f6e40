import type { Around } from './showing.ts';

/** A commit may be in many; people look at the newest. */
const MOST_PULLS = 3;

/** Pull requests that a commit is in, asked once. */
export async function pullsOf({ options, memory }: Around, sha: string): Promise<readonly number[]> {
  const known = memory.pulls.get(sha) ?? (await options.forge.talk.pullsOf(sha)).slice(0, MOST_PULLS);
  memory.pulls.set(sha, known);
  return known;
}
