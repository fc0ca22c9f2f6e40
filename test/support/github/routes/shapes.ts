/** What documents of GitHub's beside git share: addresses, times, Apps, teams. */
import { isoOf } from '../git/commit.ts';
import { repositoryUrl, webUrl } from '../shapes/repository.ts';
import { userShape } from '../shapes/person.ts';
import { type FakeState, nodeId } from '../state.ts';

export interface Account {
  readonly login: string;
  readonly id: number;
  readonly type: 'User' | 'Bot';
}

export type Json = Readonly<Record<string, unknown>>;

export { repositoryUrl, userShape };

/** GitHub's times have whole seconds. */
export const iso = (ms: number): string => isoOf(ms);

/** Addresses below the repository, of the API and of the web. */
export const api = (state: FakeState, path: string): string => `${repositoryUrl(state)}/${path}`;
export const web = (state: FakeState, path: string): string => `${webUrl(state)}/${path}`;

export interface AppFacts {
  readonly id: number;
  readonly slug: string;
}

const GITHUB_ACTIONS: AppFacts = { id: 15_368, slug: 'github-actions' };

/** The App behind an account that ends in `[bot]`. */
export function appOf({ login, id }: Account): AppFacts | undefined {
  if (!login.endsWith('[bot]')) return undefined;
  const slug = login.slice(0, -'[bot]'.length);
  return slug === GITHUB_ACTIONS.slug ? GITHUB_ACTIONS : { id, slug };
}

/** `integration` */
export function appShape(state: FakeState, { id, slug }: AppFacts): Json {
  return {
    id,
    slug,
    node_id: nodeId('App', id),
    client_id: `Iv1.${String(id)}`,
    owner: userShape(state, { login: 'github', id: 9919, type: 'User' }),
    name: slug,
    description: null,
    external_url: `${state.serverUrl}/${slug}`,
    html_url: `${state.serverUrl}/apps/${slug}`,
    created_at: '2020-01-01T00:00:00Z',
    updated_at: '2020-01-01T00:00:00Z',
    permissions: { issues: 'write', checks: 'write', metadata: 'read', contents: 'write', deployments: 'write' },
    events: [],
  };
}

/** `performed_via_github_app`: null where a person did it. */
export function viaApp(state: FakeState, account: Account): Json | null {
  const app = appOf(account);
  return app === undefined ? null : appShape(state, app);
}

export interface TeamFacts {
  readonly id: number;
  readonly slug: string;
}

/** `team`: https://docs.github.com/rest/teams/teams */
export function teamShape({ apiUrl, serverUrl, owner, ids }: FakeState, { id, slug }: TeamFacts): Json {
  const url = `${apiUrl}/orgs/${owner}/teams/${slug}`;
  return {
    id,
    node_id: nodeId('Team', id),
    name: slug,
    slug,
    description: null,
    privacy: 'closed',
    notification_setting: 'notifications_enabled',
    permission: 'pull',
    type: 'organization',
    organization_id: ids.owner,
    url,
    html_url: `${serverUrl}/orgs/${owner}/teams/${slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    parent: null,
  };
}
