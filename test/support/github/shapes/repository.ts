/** The repository as GitHub shows it. */
import { nodeId, type FakeState } from '../state.ts';
import { isoOf } from '../git/commit.ts';
import { ownerShape } from './person.ts';

/** Addresses below the repository's own, with the templates that GitHub prints behind them. */
const BELOW: Readonly<Record<string, string>> = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
};

export function repositoryUrl({ apiUrl, owner, repo }: FakeState): string {
  return `${apiUrl}/repos/${owner}/${repo}`;
}

/** `https://github.com/acme/shop` */
export function webUrl({ serverUrl, owner, repo }: FakeState): string {
  return `${serverUrl}/${owner}/${repo}`;
}

/** `minimal-repository`: as it stands inside other documents. */
export function minimalRepository(state: FakeState): Record<string, unknown> {
  const url = repositoryUrl(state);
  const below = Object.fromEntries(Object.entries(BELOW).map(([name, rest]) => [name, `${url}${rest}`]));
  return {
    ...below,
    id: state.ids.repository,
    node_id: nodeId('Repository', state.ids.repository),
    name: state.repo,
    full_name: `${state.owner}/${state.repo}`,
    owner: ownerShape(state),
    private: state.private,
    html_url: webUrl(state),
    description: null,
    fork: false,
    url,
  };
}

/** `full-repository`; also what webhooks carry. */
export function fullRepository(state: FakeState): Record<string, unknown> {
  const web = webUrl(state);
  const at = isoOf(state.now());
  return {
    ...minimalRepository(state),
    clone_url: `${web}.git`,
    git_url: `git://${web.replace(/^https?:\/\//, '')}.git`,
    ssh_url: `git@${new URL(web).hostname}:${state.owner}/${state.repo}.git`,
    svn_url: web,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    default_branch: state.defaultBranch,
    visibility: state.private ? 'private' : 'public',
    archived: false,
    disabled: false,
    forks: 0,
    forks_count: 0,
    network_count: 0,
    subscribers_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    open_issues: 0,
    open_issues_count: 0,
    size: 1,
    topics: [],
    has_issues: true,
    has_projects: true,
    has_wiki: true,
    has_pages: false,
    has_discussions: false,
    has_downloads: true,
    is_template: false,
    allow_forking: true,
    web_commit_signoff_required: false,
    created_at: at,
    pushed_at: at,
    updated_at: at,
  };
}
