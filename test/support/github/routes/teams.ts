/** Teams of the organisation; asking needs `members: read`, which GITHUB_TOKEN never has. https://docs.github.com/rest/teams/members */
import { notFound, ok, type Reply, route, type Route, type RouteContext } from '../route.ts';
import type { FakeState } from '../state.ts';
import type { FakePerson } from '../types.ts';
import { listed, orMissing, sameName } from './ask.ts';
import { recordsOf } from './records.ts';
import { type TeamFacts, teamShape, userShape } from './shapes.ts';

/** A team is there once a person is in it or an environment names it. */
export function teamOf(state: FakeState, slug: string): TeamFacts {
  const { teams } = recordsOf(state);
  const key = slug.toLowerCase();
  const id = teams.get(key) ?? state.nextId();
  teams.set(key, id);
  return { id, slug: key };
}

const members = ({ people }: FakeState, slug: string): FakePerson[] =>
  [...people.values()].filter(({ teams }) => teams.some((team) => sameName(team, slug)));

function slugs(state: FakeState): ReadonlySet<string> {
  const named = [...state.people.values()].flatMap(({ teams }) => teams.map((slug) => slug.toLowerCase()));
  return new Set([...recordsOf(state).teams.keys(), ...named]);
}

function inOrganisation({ state, param }: RouteContext): void {
  if (!sameName(param('org'), state.owner)) throw notFound();
}

function membership(context: RouteContext): Reply {
  inOrganisation(context);
  const { state, param } = context;
  const slug = param('team_slug');
  const { login } = orMissing(members(state, slug).find((person) => sameName(person.login, param('username'))));
  const url = `${state.apiUrl}/organizations/${String(state.ids.owner)}/team/${String(teamOf(state, slug).id)}/memberships/${login}`;
  return ok({ url, role: 'member', state: 'active' });
}

function list(context: RouteContext): Reply {
  inOrganisation(context);
  const { state } = context;
  return listed(context, [...slugs(state)], (slug) => teamShape(state, teamOf(state, slug)));
}

function listMembers(context: RouteContext): Reply {
  inOrganisation(context);
  const { state, param } = context;
  const slug = param('team_slug').toLowerCase();
  if (!slugs(state).has(slug)) throw notFound();
  return listed(context, members(state, slug), (person) => userShape(state, person));
}

const asked = { permission: 'members:read' };

export const teamRoutes: readonly Route[] = [
  route('GET /orgs/{org}/teams/{team_slug}/memberships/{username}', asked, membership),
  route('GET /orgs/{org}/teams/{team_slug}/members', asked, listMembers),
  route('GET /orgs/{org}/teams', asked, list),
];
