/** Who may: decided per environment and verb, at the request, at the approval and at the execution. */
import type { Rights } from '../decision.ts';
import { type Actor, type Role, ROLES } from '../model/actor.ts';
import type { Code } from '../model/code.ts';
import type { Config } from '../model/config.ts';
import type { Milliseconds } from '../model/time.ts';
import { isRead, whoMay } from '../command/rights.ts';
import { freezesAt } from '../environment/freeze.ts';
import { wordsOf } from './words.ts';

export type Permission =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly code: Code; readonly because: string };

const ALLOWED: Permission = { allowed: true };

const NEEDED: Readonly<Record<string, Role>> = { R: 'read', W: 'write', M: 'maintain', A: 'admin' };

export interface Asked {
  readonly config: Config;
  readonly environment: string | undefined;
  readonly actor: Actor;
  readonly rights: Rights;
}

/** Whether the actor may give this command there. Reading is never refused. */
export function permit(command: string, asked: Asked): Permission {
  return isRead(command) ? ALLOWED : permitVerb(command, NEEDED[whoMay(command) ?? ''] ?? 'write', asked);
}

/**
 * Whether the actor may pass over these gates there: the right `override`, and a role of maintain where nothing is written. A freeze
 * that names who may pass it over is passed over by nobody else.
 */
export function permitOverrides(
  asked: Asked,
  { gates, now }: { readonly gates: readonly string[]; readonly now: Milliseconds },
): readonly Permission[] {
  const { config, environment } = asked;
  const freezes = environment === undefined ? [] : (config.environments[environment]?.freezes ?? []);
  const named = gates.includes('freeze')
    ? freezesAt(freezes, now).flatMap(({ override }) => (override.length > 0 ? [override] : []))
    : [];
  const left = named.length > 0 ? gates.filter((gate) => gate !== 'freeze') : gates;
  return [
    ...named.map((who) => permitOne(who, asked, `passing over the freeze in ${environment}`)),
    ...(left.length > 0 ? [permitVerb('override', 'maintain', asked)] : []),
  ];
}

/** As `permit`, for a right that is no command of its own (`skip-bake`), under all its words. */
export function permitVerb(verb: string, role: Role, asked: Asked): Permission {
  return permitWords(wordsOf(verb), role, asked);
}

/** The first of the words that `allow` has there decides; where it has none, the role does. */
export function permitWords(words: readonly string[], role: Role, asked: Asked): Permission {
  const { config, environment, actor, rights } = asked;
  if (actor.kind === 'sluice') return ALLOWED;
  const allow = environment === undefined ? undefined : config.environments[environment]?.allow;
  const word = words.find((one) => allow?.[one] !== undefined);
  const named = word === undefined ? undefined : allow?.[word];
  const what = `${words[0] ?? ''}${environment === undefined ? '' : ` in ${environment}`}`;
  if (named) return permitOne(named, asked, what);
  // Without a forge there are no roles to ask: who can write to the repository on this machine can change everything anyway.
  if (rights.role === undefined && actor.kind === 'git') return ALLOWED;
  if (ROLES.indexOf(rights.role ?? 'none') >= ROLES.indexOf(role)) return ALLOWED;
  return refused(`${what} needs the role ${role}; ${actor.name} has ${rights.role ?? 'none'}`);
}

/** Whether the actor is one of those named, and somebody vouches for it. */
function permitOne(named: readonly string[], asked: Asked, what: string): Permission {
  const { actor } = asked;
  const is = `${what} is for ${named.join(', ')}`;
  if (!actor.verified) return refused(`${is}, and nobody vouches for ${actor.kind}:${actor.id}: use a forge's token`);
  return matches(named, asked) ? ALLOWED : refused(`${is}; ${actor.name} is none of them`);
}

function refused(because: string): Permission {
  return { allowed: false, code: 'not-permitted', because };
}

/** Whether the actor is one of `role:`, `team:`, `user:`, `app:`. */
export function matches(who: readonly string[], { actor, rights }: Pick<Asked, 'actor' | 'rights'>): boolean {
  return who.some((one) => {
    const [kind = '', name = ''] = one.split(/:(.*)/s);
    if (kind === 'role')
      return ROLES.indexOf(rights.role ?? 'none') >= ROLES.indexOf(name as Role) && ROLES.includes(name as Role);
    if (kind === 'team') return rights.teams.includes(name);
    return (kind === 'user' || kind === 'app') && (actor.name === name || actor.id === name);
  });
}
