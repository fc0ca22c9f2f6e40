/** What the forge says somebody may, for every surface that knows who asks. */
import type { Rights } from '../core/decision.ts';
import type { Actor } from '../core/model/actor.ts';
import type { Config } from '../core/model/config.ts';
import { type Forge, ForgeError } from '../ports/forge.ts';

export interface Asking {
  readonly people: Forge['people'];
  readonly config: Pick<Config, 'environments'>;
  readonly log: (line: string) => void;
}

/**
 * What the forge says the actor may here, asked now. Sluice itself needs no role. Where the token sees no teams nobody is in
 * one: who may by a team alone is refused. Rejects where the forge does not answer.
 */
export async function rightsOf(actor: Actor, { people, config, log }: Asking): Promise<Rights> {
  if (actor.kind !== 'github') return { teams: [] };
  const person = { id: actor.id, login: actor.name };
  const teams = teamsIn(config);
  return people.rights(person, teams).catch((error: unknown) => {
    if (teams.length === 0 || !(error instanceof ForgeError) || error.code !== 'token-lacks-permission') throw error;
    log(`teams count for nobody here: ${error.message}`);
    return people.rights(person, []);
  });
}

/** Teams that the policy names anywhere, without `team:`. */
export function teamsIn({ environments }: Pick<Config, 'environments'>): readonly string[] {
  const named = Object.values(environments).flatMap(({ allow, approvals, freezes }) => [
    ...Object.values(allow).flat(),
    ...(approvals?.from ?? []),
    ...freezes.flatMap(({ override }) => override),
  ]);
  return [...new Set(named.flatMap((who) => (who.startsWith('team:') ? [who.slice('team:'.length)] : [])))];
}
