/** Who may: roles and teams. https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user */
import type { Rights } from '../../../core/decision.ts';
import { type Role, ROLES } from '../../../core/model/actor.ts';
import { ForgeError, type ForgePeople } from '../../../ports/forge.ts';
import { accountOf, isLogin } from './account.ts';
import type { Asker } from './ask.ts';

const NOBODY: Rights = { role: 'none', teams: [] };

export function forgePeople(asker: Asker): ForgePeople {
  return {
    async rights({ id, login }, teams) {
      if (!isLogin(login) || login.endsWith('[bot]')) return NOBODY;
      const role = await roleOf(asker, id, login);
      if (role === undefined) return NOBODY;
      const found = await Promise.all(teams.map(async (team) => ((await isIn(asker, team, role.login)) ? [team] : [])));
      return { role: role.name, teams: found.flat() };
    },
    async account(login) {
      if (!isLogin(login)) return undefined;
      const asking = { doing: `look up the account ${login}`, route: 'GET /users/{username}' } as const;
      const found = await asker.find(asking, { username: login });
      return found && accountOf(found.data);
    },
  };
}

interface Named {
  readonly name: Role;
  /** As the account is called now. */
  readonly login: string;
}

/** By number: a login that was given up may belong to somebody else today. */
async function roleOf(asker: Asker, id: string, login: string): Promise<Named | undefined> {
  const asked = await permission(asker, login);
  if (asked && String(asked.id) === id) return asked.person ? { name: asked.role, login } : undefined;
  const present = await presentLogin(asker, id);
  if (present === undefined || present === login) return undefined;
  const again = await permission(asker, present);
  return again?.person && String(again.id) === id ? { name: again.role, login: present } : undefined;
}

interface Permission {
  readonly id: number | undefined;
  readonly person: boolean;
  readonly role: Role;
}

async function permission(asker: Asker, username: string): Promise<Permission | undefined> {
  const asking = {
    doing: `ask for the role of ${username}`,
    route: 'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
  } as const;
  const found = await asker.find(asking, { username });
  if (!found) return undefined;
  const { permission: folded, role_name: named, user } = found.data;
  return {
    id: user === null ? undefined : Number(user.id),
    person: user?.type === 'User',
    role: roleNamed(named) ?? roleNamed(folded) ?? 'none',
  };
}

/** `role_name` is the true role; a custom role's name is none of ours, and `permission` folds it to what it is built on. */
function roleNamed(text: string | undefined): Role | undefined {
  return ROLES.find((role) => role === text);
}

async function presentLogin(asker: Asker, id: string): Promise<string | undefined> {
  if (!/^\d{1,15}$/.test(id)) return undefined;
  const asking = { doing: `look up the account number ${id}`, route: 'GET /user/{account_id}' } as const;
  const found = await asker.find(asking, { account_id: Number(id) });
  return found?.data.type === 'User' ? found.data.login : undefined;
}

/** `org/slug`, or the slug of a team of the owner. A pending invitation is no membership. */
async function isIn(asker: Asker, team: string, username: string): Promise<boolean> {
  const [slug = '', org = asker.client.owner, ...more] = team.split('/').toReversed();
  if (more.length > 0 || !/^[\w.-]*\w[\w.-]*$/.test(slug) || !isLogin(org)) return false;
  const asking = {
    doing: `ask whether ${username} is in team ${org}/${slug}`,
    route: 'GET /orgs/{org}/teams/{team_slug}/memberships/{username}',
  } as const;
  try {
    const found = await asker.find(asking, { org, team_slug: slug, username });
    return found?.data.state === 'active';
  } catch (error) {
    if (!(error instanceof ForgeError) || error.code !== 'token-lacks-permission') throw error;
    throw new ForgeError(error.code, `${error.message}. ${TEAMS_NEED}`, error.status);
  }
}

const TEAMS_NEED =
  'The token of a workflow never sees teams: give an App token with "Members: read" of the organisation, or name roles and users instead';
