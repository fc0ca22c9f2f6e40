/** Who may: decided per environment and verb, at the request, at the approval and at the execution. */
import type { Rights } from '../decision.ts';
import type { Actor } from '../model/actor.ts';
import type { Code } from '../model/code.ts';
import type { Config } from '../model/config.ts';
import { isRead, whoMay } from '../command/rights.ts';

export type Permission =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly code: Code; readonly because: string };

const ALLOWED: Permission = { allowed: true };

const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
const NEEDED: Readonly<Record<string, (typeof ROLES)[number]>> = { R: 'read', W: 'write', M: 'maintain', A: 'admin' };

/** Names of `allow` by command: the words people think in, not every command of its own. */
const VERBS: Readonly<Record<string, string>> = {
  promote: 'deploy',
  resume: 'deploy',
  approve: 'approve',
  reject: 'approve',
  cancel: 'deploy',
  retry: 'deploy',
  resolve: 'deploy',
  adopt: 'deploy',
  'traffic set': 'deploy',
  pause: 'rollback',
  reduce: 'rollback',
  rollback: 'rollback',
  unlock: 'lock',
  unfreeze: 'freeze',
  'auto on': 'auto',
  'auto off': 'auto',
};

/** The word under which `allow` speaks of a command: `deploy`, `rollback`, `flag`, `lock`. */
export function permissionVerb(command: string): string {
  return VERBS[command] ?? command.split(' ')[0] ?? command;
}

export interface Asked {
  readonly config: Config;
  readonly environment: string | undefined;
  readonly actor: Actor;
  readonly rights: Rights;
}

/** Whether the actor may give this command there. Reading is never refused. */
export function permit(command: string, asked: Asked): Permission {
  if (isRead(command) || asked.actor.kind === 'sluice') return ALLOWED;
  return permitVerb(permissionVerb(command), NEEDED[whoMay(command) ?? ''] ?? 'write', asked);
}

/** Whether the actor may pass over gates: the right `override` there, and a role of maintain where nothing is written. */
export function permitOverride(asked: Asked): Permission {
  return permitVerb('override', 'maintain', asked);
}

/** As `permit`, for a right that is no command of its own (`skip-bake`). */
export function permitVerb(verb: string, role: (typeof ROLES)[number], asked: Asked): Permission {
  const { config, environment, actor, rights } = asked;
  const named = environment === undefined ? undefined : config.environments[environment]?.allow[verb];
  const place = environment === undefined ? '' : ` in ${environment}`;
  if (named) {
    if (!actor.verified) {
      return refused(
        `${verb}${place} is for ${named.join(', ')}, and nobody vouches for ${actor.kind}:${actor.id}: use a forge's token`,
      );
    }
    return matches(named, asked)
      ? ALLOWED
      : refused(`${verb}${place} is for ${named.join(', ')}; ${actor.name} is none of them`);
  }
  // Without a forge there are no roles to ask: who can write to the repository on this machine can change everything anyway.
  if (rights.role === undefined && actor.kind === 'git') return ALLOWED;
  if (ROLES.indexOf(rights.role ?? 'none') >= ROLES.indexOf(role)) return ALLOWED;
  return refused(`${verb}${place} needs the role ${role}; ${actor.name} has ${rights.role ?? 'none'}`);
}

function refused(because: string): Permission {
  return { allowed: false, code: 'not-permitted', because };
}

/** Whether the actor is one of `role:`, `team:`, `user:`, `app:`. */
export function matches(who: readonly string[], { actor, rights }: Pick<Asked, 'actor' | 'rights'>): boolean {
  return who.some((one) => {
    const [kind = '', name = ''] = one.split(/:(.*)/s);
    if (kind === 'role')
      return (
        ROLES.indexOf(rights.role ?? 'none') >= ROLES.indexOf(name as (typeof ROLES)[number]) &&
        ROLES.includes(name as (typeof ROLES)[number])
      );
    if (kind === 'team') return rights.teams.includes(name);
    return (kind === 'user' || kind === 'app') && (actor.name === name || actor.id === name);
  });
}
