/** Commits that are not ours, decided before anything else is (architecture.md section 3). */
import type { ExternalCommand } from '../core/external/take-back.ts';
import type { Actor } from '../core/model/actor.ts';
import { permitVerb } from '../core/policy/permit.ts';
import type { Store } from '../ports/store.ts';
import { settleForeign } from './foreign.ts';
import type { Wiring } from './wiring.ts';

/** Reverts of rollouts' commits wait here until the commit in whose course they were found is through. */
const reverted = new WeakMap<Store, ExternalCommand[]>();

/** Adopts or puts back what a foreign commit did; a revert of a rollout's commit is noted as the command that takes it back. */
export async function settle(wiring: Wiring): Promise<void> {
  const { store, config, log } = wiring;
  const permit = (actor: Actor, verb: string, environment: string | undefined): boolean =>
    permitVerb(verb, 'write', { config, environment, actor, rights: { teams: [] } }).allowed;
  const settled = await settleForeign({ store, config, permit });
  if (!settled) return;
  log(settled.decision.message.title);
  reverted.set(store, [...(reverted.get(store) ?? []), ...settled.decision.commands]);
}

/** The take-backs noted so far, each once. */
export function takeReverted({ store }: Wiring): readonly ExternalCommand[] {
  const noted = reverted.get(store) ?? [];
  reverted.delete(store);
  return noted;
}
