import * as z from 'zod';

/**
 * Who did it. `id` is what policy compares: numeric for GitHub, mail for an unverified git identity.
 * `verified` says that a forge or chat vouches for it; a local git identity never is.
 */
export interface Actor {
  readonly kind: 'github' | 'slack' | 'git' | 'sluice';
  readonly id: string;
  readonly name: string;
  readonly verified: boolean;
}
export const Actor: z.ZodType<Actor> = z.object({
  kind: z.enum(['github', 'slack', 'git', 'sluice']),
  id: z.string(),
  name: z.string(),
  verified: z.boolean(),
});

/** Roles on a repository, each with all that the ones before it have. */
export const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export { SLUICE } from './sluice.ts';

/** An actor as the `Sluice-Actor` trailer writes it: `github:583231 (alice)`, `git:ann@example.com (Ann) unverified`. */
export function printActor(actor: Actor): string {
  return `${actor.kind}:${actor.id} (${actor.name})${actor.verified ? '' : ' unverified'}`;
}

/** Reads a `Sluice-Actor` trailer back; undefined when it is not one. */
export function parseActor(text: string): Actor | undefined {
  const match = /^(github|slack|git|sluice):(\S*) \((.*)\)( unverified)?$/.exec(text);
  if (!match) return undefined;
  const kind = match[1] as Actor['kind'];
  return { kind, id: match[2] ?? '', name: match[3] ?? '', verified: match[4] === undefined };
}

export function sameActor(one: Actor, other: Actor): boolean {
  return one.kind === other.kind && one.id === other.id;
}
