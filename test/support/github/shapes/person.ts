/** Accounts as GitHub shows them. */
import type { Signature } from '../git/commit.ts';
import { nodeId, type FakeState } from '../state.ts';
import type { FakePerson } from '../types.ts';

/** GitHub itself, as the committer of what its API and web pages commit. */
export const WEB_FLOW = { name: 'GitHub', email: 'noreply@github.com', login: 'web-flow', id: 19_864_447 } as const;
/** The account behind a workflow's own token. */
export const ACTIONS_BOT = { login: 'github-actions[bot]', id: 41_898_282 } as const;

/** `simple-user` */
export function userShape(
  state: FakeState,
  { login, id, type }: Pick<FakePerson, 'login' | 'id' | 'type'>,
): Record<string, unknown> {
  return accountShape(state, { login, id, type });
}

export function ownerShape(state: FakeState): Record<string, unknown> {
  return accountShape(state, { login: state.owner, id: state.ids.owner, type: 'Organization' });
}

function accountShape(
  { apiUrl, serverUrl }: FakeState,
  account: { login: string; id: number; type: string },
): Record<string, unknown> {
  const { login, id, type } = account;
  const url = `${apiUrl}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: nodeId(type, id),
    avatar_url: `${serverUrl}/avatars/u/${String(id)}?v=4`,
    gravatar_id: '',
    url,
    html_url: type === 'Bot' ? `${serverUrl}/apps/${login.replace('[bot]', '')}` : `${serverUrl}/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    site_admin: false,
  };
}

/** The address that commits made through the API carry. */
export function emailOf({ login, id }: Pick<FakePerson, 'login' | 'id'>): string {
  return `${String(id)}+${login}@users.noreply.github.com`;
}

/** A person by login, made with no role where nobody has it yet. */
export function personOf(state: FakeState, login: string): FakePerson {
  const there = state.people.get(login.toLowerCase());
  if (there !== undefined) return there;
  const bot = login.endsWith('[bot]');
  const id = login === ACTIONS_BOT.login ? ACTIONS_BOT.id : login === WEB_FLOW.login ? WEB_FLOW.id : state.nextId();
  const person: FakePerson = { login, id, type: bot ? 'Bot' : 'User', teams: [] };
  state.people.set(login.toLowerCase(), person);
  return person;
}

/** The account that GitHub finds behind an address of a commit; undefined: nobody's. */
export function personByEmail(state: FakeState, email: string): FakePerson | undefined {
  if (email === WEB_FLOW.email) return personOf(state, WEB_FLOW.login);
  const login = state.emails.get(email) ?? /^(?:\d+\+)?(.+)@(?:users\.noreply\.github|example)\.com$/.exec(email)?.[1];
  return login === undefined ? undefined : state.people.get(login.toLowerCase());
}

export function userOfSignature(state: FakeState, { email }: Signature): Record<string, unknown> | null {
  const person = personByEmail(state, email);
  return person === undefined ? null : userShape(state, person);
}
