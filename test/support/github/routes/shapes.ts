/** GitHub's answers name people, Apps and repositories in full, everywhere: made in one place. */
import { type FakeState, nodeId } from '../state.ts';

/** Where links lead. */
export type Site = Pick<FakeState, 'apiUrl' | 'serverUrl' | 'owner' | 'repo'>;

export interface Account {
  readonly login: string;
  readonly id: number;
  readonly type: 'User' | 'Bot' | 'Organization';
}

export type Json = Readonly<Record<string, unknown>>;

/** GitHub's times have whole seconds. */
export const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');

const repoApi = ({ apiUrl, owner, repo }: Site): string => `${apiUrl}/repos/${owner}/${repo}`;
const repoWeb = ({ serverUrl, owner, repo }: Site): string => `${serverUrl}/${owner}/${repo}`;

/** Addresses below the repository, of the API and of the web. */
export const api = (site: Site, path: string): string => `${repoApi(site)}/${path}`;
export const web = (site: Site, path: string): string => `${repoWeb(site)}/${path}`;

/** `simple-user`: https://docs.github.com/rest/users/users */
export function userShape({ apiUrl, serverUrl }: Site, { login, id, type }: Account): Json {
  const url = `${apiUrl}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: nodeId(type, id),
    avatar_url: `${serverUrl}/avatars/u/${id}`,
    gravatar_id: '',
    url,
    html_url: `${serverUrl}/${encodeURIComponent(login.replace(/\[bot\]$/, ''))}`,
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
    user_view_type: 'public',
    site_admin: false,
  };
}

const TEMPLATES: Readonly<Record<string, string>> = {
  archive: '/{archive_format}{/ref}',
  assignees: '{/user}',
  branches: '{/branch}',
  collaborators: '{/collaborator}',
  comments: '{/number}',
  commits: '{/sha}',
  issues: '{/number}',
  keys: '{/key_id}',
  labels: '{/name}',
  milestones: '{/number}',
  notifications: '{?since,all,participating}',
  pulls: '{/number}',
  releases: '{/id}',
};
const PLAIN =
  'contributors deployments downloads events forks hooks languages merges stargazers subscribers subscription';

function repositoryLinks(site: Site): Json {
  const entries = [
    ...Object.entries(TEMPLATES).map(([name, rest]) => [
      `${name}_url`,
      api(site, `${name === 'archive' ? '' : name}${rest}`.replace(/^\//, '')),
    ]),
    ...`${PLAIN} tags teams`.split(' ').map((name) => [`${name}_url`, api(site, name)]),
    ...['blobs', 'refs', 'tags', 'commits'].map((name) => [
      name === 'blobs' ? 'blobs_url' : `git_${name}_url`,
      api(site, `git/${name}{/sha}`),
    ]),
    ['trees_url', api(site, 'git/trees{/sha}')],
    ['statuses_url', api(site, 'statuses/{sha}')],
    ['compare_url', api(site, 'compare/{base}...{head}')],
    ['contents_url', api(site, 'contents/{+path}')],
    ['issue_comment_url', api(site, 'issues/comments{/number}')],
    ['issue_events_url', api(site, 'issues/events{/number}')],
    ['clone_url', `${repoWeb(site)}.git`],
    ['svn_url', repoWeb(site)],
    ['git_url', `git:${repoWeb(site).replace(/^https?:/, '')}.git`],
    ['ssh_url', `git@github.com:${site.owner}/${site.repo}.git`],
    ['mirror_url', null],
  ];
  return Object.fromEntries(entries) as Json;
}

const COUNTS = 'forks forks_count open_issues open_issues_count size stargazers_count watchers watchers_count';

export interface RepositoryFacts {
  readonly id: number;
  readonly ownerAccount: Account;
  readonly private?: boolean;
  readonly fork?: boolean;
  readonly defaultBranch: string;
  /** Milliseconds. */
  readonly createdAt: number;
}

/** `full-repository`, which holds `repository` and `minimal-repository`: https://docs.github.com/rest/repos/repos */
export function repositoryShape(site: Site, facts: RepositoryFacts): Json {
  const { id, ownerAccount, private: hidden = false, fork = false, defaultBranch, createdAt } = facts;
  const at = iso(createdAt);
  return {
    id,
    node_id: nodeId('Repository', id),
    name: site.repo,
    full_name: `${site.owner}/${site.repo}`,
    owner: userShape(site, ownerAccount),
    private: hidden,
    visibility: hidden ? 'private' : 'public',
    html_url: repoWeb(site),
    url: repoApi(site),
    description: null,
    homepage: null,
    language: null,
    license: null,
    fork,
    default_branch: defaultBranch,
    created_at: at,
    updated_at: at,
    pushed_at: at,
    ...repositoryLinks(site),
    ...Object.fromEntries(`${COUNTS} network_count subscribers_count`.split(' ').map((name) => [name, 0])),
    has_issues: true,
    has_projects: false,
    has_downloads: false,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    archived: false,
    disabled: false,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
  };
}

/** `integration`: the GitHub App that did it. */
export function appShape(site: Site, { id, slug, owner }: { id: number; slug: string; owner: Account }): Json {
  return {
    id,
    slug,
    node_id: nodeId('App', id),
    client_id: `Iv1.${id}`,
    owner: userShape(site, owner),
    name: slug,
    description: null,
    external_url: `${site.serverUrl}/${slug}`,
    html_url: `${site.serverUrl}/apps/${slug}`,
    created_at: '2020-01-01T00:00:00Z',
    updated_at: '2020-01-01T00:00:00Z',
    permissions: { issues: 'write', checks: 'write', metadata: 'read', contents: 'write', deployments: 'write' },
    events: [],
  };
}

export interface TeamFacts {
  readonly id: number;
  readonly slug: string;
}

/** `team`: https://docs.github.com/rest/teams/teams */
export function teamShape({ apiUrl, serverUrl, owner }: Site, { id, slug }: TeamFacts): Json {
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
    organization_id: 1,
    url,
    html_url: `${serverUrl}/orgs/${owner}/teams/${slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    parent: null,
  };
}
