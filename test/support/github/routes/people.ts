/** Who people are and what they may. https://docs.github.com/rest/collaborators/collaborators */
import type { FakePerson, FakeRole } from '../types.ts';
import { notFound, ok, refuse, type Reply, route, type Route, type RouteContext } from '../route.ts';
import type { FakeState } from '../state.ts';
import { accountOf, askerOf, listed, orMissing } from './ask.ts';
import { iso, userShape, type Account, type Json } from './shapes.ts';

/** `permission` folds the five roles to three; `role_name` tells them apart. */
const FOLDED: Readonly<Record<FakeRole, string>> = {
  read: 'read',
  triage: 'read',
  write: 'write',
  maintain: 'write',
  admin: 'admin',
};
const ORDER: readonly FakeRole[] = ['read', 'triage', 'write', 'maintain', 'admin'];

const permissions = (role: FakeRole): Json => {
  const has = (least: FakeRole): boolean => ORDER.indexOf(role) >= ORDER.indexOf(least);
  return { pull: true, triage: has('triage'), push: has('write'), maintain: has('maintain'), admin: has('admin') };
};

function collaborator(state: FakeState, person: FakePerson & { readonly role: FakeRole }): Json {
  const { role } = person;
  return { ...userShape(state, person), permissions: permissions(role), role_name: role };
}

/** Strangers and Apps have no role: 404. */
function permission({ state, param }: RouteContext): Reply {
  const person = state.people.get(param('username').toLowerCase());
  if (person?.role === undefined || person.type === 'Bot') throw notFound();
  const { role } = person;
  return ok({ permission: FOLDED[role], role_name: role, user: collaborator(state, { ...person, role }) });
}

function fullUser(state: FakeState, account: Account): Json {
  const at = iso(1_577_836_800_000);
  const empty = { name: null, company: null, blog: '', location: null, email: null, hireable: null, bio: null };
  const counts = { public_repos: 0, public_gists: 0, followers: 0, following: 0 };
  return { ...userShape(state, account), ...empty, ...counts, created_at: at, updated_at: at };
}

const byLogin = ({ state, param }: RouteContext): Reply =>
  ok(fullUser(state, orMissing(accountOf(state, param('username')))));

const byId = ({ state, param }: RouteContext): Reply =>
  ok(fullUser(state, orMissing([...state.people.values()].find(({ id }) => String(id) === param('account_id')))));

function itself(context: RouteContext): Reply {
  const asker = askerOf(context);
  if (asker.type === 'Bot') throw refuse(403, 'Resource not accessible by integration');
  return ok(fullUser(context.state, asker));
}

const LEAST: Readonly<Record<string, FakeRole>> = {
  push: 'write',
  maintain: 'maintain',
  admin: 'admin',
  triage: 'triage',
};

function collaborators(context: RouteContext): Reply {
  const { state, query } = context;
  const least = ORDER.indexOf(LEAST[query.get('permission') ?? ''] ?? 'read');
  const all = [...state.people.values()].flatMap((person) => {
    const { role } = person;
    return role === undefined || person.type === 'Bot' || ORDER.indexOf(role) < least ? [] : [{ ...person, role }];
  });
  return listed(context, all, (person) => collaborator(state, person));
}

const metadata = { permission: 'metadata:read' };

export const peopleRoutes: readonly Route[] = [
  route('GET /repos/{owner}/{repo}/collaborators/{username}/permission', metadata, permission),
  route('GET /repos/{owner}/{repo}/collaborators', metadata, collaborators),
  route('GET /users/{username}', metadata, byLogin),
  route('GET /user/{account_id}', metadata, byId),
  route('GET /user', metadata, itself),
];
