/** What the routes beside git share: who asks, what is named, pages. */
import { notFound, paged, refuse, type Refusal, type Reply, type RouteContext } from '../route.ts';
import type { FakeState } from '../state.ts';
import { ACTIONS_BOT, personOf } from '../shapes/person.ts';
import type { Account, Json } from './shapes.ts';

export const text = (body: Json, name: string): string | undefined => {
  const value = body[name];
  return typeof value === 'string' ? value : undefined;
};

/** A number in the path, or 404. */
export function idOf({ param }: RouteContext, name: string): number {
  const id = Number(param(name));
  if (!Number.isInteger(id)) throw notFound();
  return id;
}

/** What was found, or 404. */
export function orMissing<T>(found: T | undefined): T {
  if (found === undefined) throw notFound();
  return found;
}

/** 422 with a sentence of its own, as `custom` errors have. */
export const unfit = (resource: string, field: string, message: string): Refusal =>
  refuse(422, 'Validation Failed', { errors: [{ resource, field, code: 'custom', message }] });

/** A page of what `shape` makes of each. */
export const listed = <T>(context: RouteContext, all: readonly T[], shape: (item: T) => unknown): Reply =>
  paged(context, all, (page) => page.map(shape));

/** A page below a name, with how many there are in all. */
export const counted = <T>(
  context: RouteContext,
  all: readonly T[],
  { name, shape }: { readonly name: string; readonly shape: (item: T) => unknown },
): Reply => paged(context, all, (page, total) => ({ total_count: total, [name]: page.map(shape) }));

export const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** An account by its login: people, the owner, GITHUB_TOKEN's robot; undefined: nobody has it. */
export function accountOf(state: FakeState, login: string): Account | undefined {
  if (login === ACTIONS_BOT.login) return personOf(state, login);
  return state.people.get(login.toLowerCase());
}

/** Whose token it is. */
export const askerOf = ({ state, token }: RouteContext): Account => personOf(state, token.login);

/** Who an account is to the repository: https://docs.github.com/graphql/reference/enums#commentauthorassociation */
export function associationOf({ people, owner }: FakeState, { login }: Account): string {
  if (sameName(login, owner)) return 'OWNER';
  const person = people.get(login.toLowerCase());
  if (person === undefined || person.type === 'Bot') return 'NONE';
  if (person.teams.length > 0) return 'MEMBER';
  return person.role === undefined ? 'NONE' : 'COLLABORATOR';
}

/** A branch, tag, full ref or SHA as a commit; undefined: no such thing. Never read as an option. */
export async function commitOf({ git }: FakeState, ref: string): Promise<string | undefined> {
  for (const name of [`refs/heads/${ref}`, `refs/tags/${ref}`, ref.startsWith('heads/') ? `refs/${ref}` : ref]) {
    try {
      const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
      return (await git.run(args)).toString().trim();
    } catch {
      continue;
    }
  }
  return undefined;
}
