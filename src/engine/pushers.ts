/** Who brought commits to the state branch, by the forge's own record of pushes: a name in a commit vouches for nothing. */
import { actorOf as gitActorOf, type BranchCommit } from '../core/external/branch-commit.ts';
import type { Rights } from '../core/decision.ts';
import type { Actor } from '../core/model/actor.ts';
import { permit } from '../core/policy/permit.ts';
import { type Forge, ForgeError, type ForgePush } from '../ports/forge.ts';
import type { Pushers, SettleRequest } from './foreign.ts';
import { rightsOf } from './rights.ts';
import type { Wiring } from './wiring.ts';

/** Whoever pushes may write; nobody vouches for more where the forge does not say who it was. */
const UNKNOWN: Rights = { role: 'write', teams: [] };

/** What one who edited by hand may: a command of his would be asked the same. Without a forge there are no roles to ask. */
export async function rightsByHand({ forge, config, log }: Wiring, actor: Actor): Promise<Rights> {
  if (forge === undefined) return { teams: [] };
  if (actor.kind !== 'github') return UNKNOWN;
  return rightsOf(actor, { people: forge.people, config, log }).catch((error: unknown) => {
    if (!(error instanceof ForgeError)) throw error;
    log(`what ${actor.name} may is not known, only that he pushed: ${error.message}`);
    return UNKNOWN;
  });
}

/** Asks the forge once for the pushes and once for each person's rights. */
export async function pushersOf(
  wiring: Wiring & { readonly forge: Forge },
  commits: readonly BranchCommit[],
): Promise<Pick<SettleRequest, 'permit'> & Pushers> {
  const { config, log } = wiring;
  const pushes = await pushesOf(wiring);
  if (pushes === undefined) log('nobody vouches for who pushed to the state branch: GitHub does not say');
  const by = attributed(commits, pushes ?? []);
  const actorOf = (commit: BranchCommit): Actor => {
    const who = by.get(commit.revision);
    return who ? { kind: 'github', id: who.id, name: who.login, verified: true } : gitActorOf(commit);
  };
  const rights = new Map<string, Rights>();
  for (const commit of commits) {
    const actor = actorOf(commit);
    if (actor.kind === 'github' && !rights.has(actor.id)) rights.set(actor.id, await rightsByHand(wiring, actor));
  }
  return {
    actorOf,
    permit: (actor, command, environment) => {
      const known = actor.kind === 'github' ? rights.get(actor.id) : undefined;
      return permit(command, { config, environment, actor, rights: known ?? UNKNOWN }).allowed;
    },
  };
}

/** undefined: the forge does not know, this token may not see it, or it does not answer: nothing waits for a name. */
async function pushesOf({ forge, config, log }: Wiring & { readonly forge: Forge }) {
  try {
    return await forge.code.pushesTo(config.state.branch);
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error;
    log(error.message);
    return undefined;
  }
}

type Account = NonNullable<ForgePush['by']>;

/** Each commit's pusher: of a push all from its `after` down to its `before`, and what it merged. Newest first. */
function attributed(commits: readonly BranchCommit[], pushes: readonly ForgePush[]): ReadonlyMap<string, Account> {
  const byRevision = new Map(commits.map((commit) => [commit.revision, commit]));
  const found = new Map<string, Account>();
  const line: { readonly commit: BranchCommit; readonly by: Account | undefined }[] = [];
  let push: ForgePush | undefined;
  for (let commit = commits[0]; commit; commit = byRevision.get(commit.parents[0] ?? '')) {
    const { revision } = commit;
    const own = pushes.find(({ after }) => after === revision);
    push = own ?? (push?.before === revision ? undefined : push);
    line.push({ commit, by: push?.by });
  }
  const seen = new Set<string>();
  for (const { commit, by } of line.toReversed()) {
    const open = [commit.revision];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next) || !byRevision.has(next)) continue;
      seen.add(next);
      if (by) found.set(next, by);
      open.push(...(byRevision.get(next)?.parents ?? []));
    }
  }
  return found;
}
