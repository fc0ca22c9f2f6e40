/** Accounts in GraphQL. */
import { personByEmail, personOf } from '../shapes/person.ts';
import { isoOf, type Signature } from '../git/commit.ts';
import { type FakeState, nodeId } from '../state.ts';
import type { FakePerson } from '../types.ts';

/** An Actor: `User` or `Bot`. Robots have no `[bot]` behind their login here. */
export function actorObject({ serverUrl }: FakeState, { login, id, type }: FakePerson): Record<string, unknown> {
  const name = login.replace(/\[bot\]$/, '');
  return {
    __typename: type,
    id: nodeId(type, id),
    databaseId: id,
    login: name,
    name: type === 'User' ? name : null,
    email: '',
    url: `${serverUrl}/${name}`,
    resourcePath: `/${name}`,
    avatarUrl: `${serverUrl}/avatars/u/${String(id)}`,
  };
}

/** Who asks, by the token. */
export function viewerObject(state: FakeState, login: string): Record<string, unknown> {
  return { ...actorObject(state, personOf(state, login)), __typename: 'User' };
}

/** `GitActor` */
export function gitActorObject(state: FakeState, { name, email, at }: Signature): Record<string, unknown> {
  const person = personByEmail(state, email);
  return {
    name,
    email,
    date: isoOf(at * 1_000),
    avatarUrl: `${state.serverUrl}/avatars/u/0`,
    // Only people: for a robot GitHub says null.
    user: person === undefined || person.type === 'Bot' ? null : actorObject(state, person),
  };
}
