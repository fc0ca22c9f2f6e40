/** Commits that are not ours, decided before anything else is (architecture.md section 3). */
import { type Owed, OWES, unpaid } from '../core/external/owed.ts';
import { DAY } from '../core/model/time.ts';
import { permit } from '../core/policy/permit.ts';
import type { Store } from '../ports/store.ts';
import { settleForeign } from './foreign.ts';
import { pushersOf } from './pushers.ts';
import type { Wiring } from './wiring.ts';

/** Stores whose newest settled commit may owe something that this process has not looked for yet. */
const owing = new WeakSet<Store>();

/** Adopts or puts back what a foreign commit did; what a revert of a rollout's commit means is owed by the commit that seals it. */
export async function settle(wiring: Wiring): Promise<void> {
  const { store, config, uncommitted, forge, log } = wiring;
  const settled = await settleForeign({
    store,
    config,
    permit: (actor, command, environment) =>
      permit(command, { config, environment, actor, rights: { teams: [] } }).allowed,
    ...(forge ? { pushers: (commits) => pushersOf({ ...wiring, forge }, commits) } : {}),
    ...(uncommitted === undefined ? {} : { uncommitted }),
  });
  if (!settled) return;
  log(settled.decision.message.title);
  if (settled.decision.commands.length > 0) owing.add(store);
}

/** Whether this process has settled something that is owed since it was asked last. */
export function hasSettled({ store }: Wiring): boolean {
  return owing.delete(store);
}

/** How far back what is owed is looked for: what nobody carried out in a day needs a person. */
const MOST_COMMITS = 1_000;

/** What the branch owes, oldest first; also what a process settled that ended before it could carry it out. */
export async function owedBy({ store, clock }: Wiring, since?: string): Promise<readonly Owed[]> {
  const bound = {
    ...(since === undefined ? { after: clock.now() - DAY } : { since }),
    limit: MOST_COMMITS,
    lean: true,
  };
  const owing = await store.history({ ...bound, trailer: [OWES] });
  return owing.length === 0 ? [] : unpaid(await store.history(bound));
}
