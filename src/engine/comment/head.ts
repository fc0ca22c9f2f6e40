/** Which commit a version in a comment stands for, where the comment stands on a pull request. */
import type { Said } from '../../core/conversation/said.ts';
import type { Release } from '../../core/model/release.ts';
import { type Forge, ForgeError, type ForgePull } from '../../ports/forge.ts';
import type { Wiring } from '../wiring.ts';

export interface Standing {
  readonly forge: Forge;
  readonly said: Said;
  /** Read once; rejects where the comment stands on no pull request. */
  readonly pull: () => Promise<ForgePull>;
  /** The author has it carried out once more. */
  readonly again: boolean;
}

/** Where a comment stands, read when it is first needed. */
export function standingOf(forge: Forge, said: Said, again: boolean): Standing {
  let asked: Promise<ForgePull> | undefined;
  return { forge, said, again, pull: () => (asked ??= read(forge, said)) };
}

async function read(forge: Forge, { number, isPull }: Said): Promise<ForgePull> {
  const found = isPull ? await forge.code.pull(number) : undefined;
  if (found) return found;
  throw new ForgeError(
    'event-unsuitable',
    `#${number} is no pull request, so there is no head to deploy: name a version, such as \`/deploy 1.4.0\``,
  );
}

/**
 * Versions as the comment's author meant them when he wrote: `head` is what the pull request's branch held then. Nothing of a fork
 * is resolved. Rejects with `sha-moved`, `fork-refused` or `event-unsuitable`.
 */
export function resolving(resolve: Wiring['resolve'], standing: Standing): Wiring['resolve'] {
  return async (version, service) => {
    if (version === 'head') return headRelease(standing);
    const release = await resolve(version, service);
    if (release && namesCommit(release)) await refuseForks(standing, release);
    return release;
  };
}

/** A tag was made by somebody with a role here; a bare commit may be anybody's: GitHub answers for those of forks, too. */
function namesCommit({ label, commit }: Release): boolean {
  return commit.startsWith(label);
}

async function headRelease(standing: Standing): Promise<Release> {
  const pull = await standing.pull();
  const { number, head, state, merged } = pull;
  if (head.isFork) throw fork(`the head of #${number}`);
  if (state === 'closed')
    throw new ForgeError(
      'event-unsuitable',
      `#${number} is ${merged ? 'merged' : 'closed'}, so it has no head to deploy: name a version, such as \`/deploy latest\``,
    );
  await sinceBefore(standing, pull);
  return { label: head.sha.slice(0, 12), commit: head.sha };
}

/**
 * The commit must have been there before the comment was written, else it is not what its author saw. The evidence is GitHub's record
 * of pushes; what the commit says of its own age counts for nothing, since its author writes that. A second is GitHub's finest step: a
 * push in the second of the comment counts as later. Approvals need none of this: they are bound to the commit of the plan.
 */
async function sinceBefore({ forge, said }: Standing, { number, head }: ForgePull): Promise<void> {
  const at = await forge.code.arrivedAt(head.ref, head.sha);
  if (at !== undefined && at < said.at) return;
  const why =
    at === undefined
      ? `GitHub does not say when ${head.sha.slice(0, 12)} came to the head of #${number}`
      : `${head.sha.slice(0, 12)} was pushed to #${number} after the comment was written, or in the same second`;
  throw new ForgeError(
    'sha-moved',
    `${why}: look at it, and comment again (\`/deploy ${head.sha.slice(0, 12)}\` names it)`,
  );
}

async function refuseForks({ forge, said, pull }: Standing, { commit }: Release): Promise<void> {
  const short = commit.slice(0, 12);
  if (said.isPull && (await pull()).head.isFork) throw fork(`${short}, named on a pull request of a fork,`);
  for (const number of await forge.talk.pullsOf(commit)) {
    const one = await forge.code.pull(number);
    if (one?.state === 'open' && one.head.isFork && one.head.sha === commit)
      throw fork(`${short}, the head of #${number},`);
  }
}

function fork(what: string): ForgeError {
  return new ForgeError(
    'fork-refused',
    `${what} is a fork's: nothing of it runs with this repository's rights. Merge it, or push the branch to this repository`,
  );
}
