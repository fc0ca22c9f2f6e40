import { isRead } from '../command/rights.ts';
import type { Rights } from '../decision.ts';
import { type Actor, ROLES } from '../model/actor.ts';
import type { Config } from '../model/config.ts';
import { matches } from '../policy/permit.ts';

/**
 * Whether the policy gives this person nothing at all: no role that writes, and no place where it names him. Such a person learns
 * nothing of versions, flags or rules by asking. `command`: what is asked; absent: it could not be understood.
 */
export function isStranger(
  { environments }: Pick<Config, 'environments'>,
  who: { readonly actor: Actor; readonly rights: Rights },
  command?: string,
): boolean {
  if (command !== undefined && isRead(command)) return false;
  if (ROLES.indexOf(who.rights.role ?? 'none') >= ROLES.indexOf('write')) return false;
  return !Object.values(environments).some(({ allow, approvals, freezes }) =>
    [...Object.values(allow), approvals?.from ?? [], ...freezes.map(({ override }) => override)].some((named) =>
      matches(named, who),
    ),
  );
}
