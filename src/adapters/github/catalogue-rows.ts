/** The requests, by purpose. */

/** Why something is asked; an action needs what its purposes need. */
export type Purpose =
  | 'state'
  | 'configuration'
  | 'versions'
  | 'gates'
  | 'people'
  | 'teams'
  | 'pull requests'
  | 'deployments'
  | 'environments'
  | 'protection rule'
  | 'comments'
  | 'check runs'
  | 'runs'
  | 'jobs'
  | 'schedule'
  | 'announcement';

export interface CatalogueRow {
  /** As the code writes it; GraphQL by its root field: `query repository`, `mutation createCommitOnBranch`. */
  readonly route: string;
  /**
   * `contents:read` as a workflow's `permissions:` and an App name it; several apart by ` | ` are alternatives, the one of workflows first;
   * `metadata:read`: every token has it; `members:read`: of the organisation, an App's only; `none`: nothing.
   */
  readonly permission: string;
  readonly what: string;
  readonly purpose: Purpose;
  /** `stops`: what depends on it does not go on (fail closed); `goes on`: it only shows things, the log says so. */
  readonly failure: 'stops' | 'goes on';
}

type Line = readonly [route: string, permission: string, what: string, failure?: 'goes on'];

const COMMENTS = 'pull-requests:write | issues:write';

const LINES: Readonly<Record<Purpose, readonly Line[]>> = {
  state: [
    ['mutation createCommitOnBranch', 'contents:write', 'one change of state as one signed commit'],
    ['mutation updateRefs', 'contents:write', 'how far notices have been sent, moved by compare-and-swap'],
    [
      'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
      'contents:read',
      'a commit of the state branch, or of a trial merge',
    ],
    [
      'GET /repos/{owner}/{repo}/git/trees/{tree_sha}',
      'contents:read',
      'the files of a large state, by their blob ids',
    ],
    ['GET /repos/{owner}/{repo}/tarball/{ref}', 'contents:read', 'a large state at once'],
    ['POST /repos/{owner}/{repo}/git/blobs', 'contents:write', 'the first commit of the state branch: its files'],
    ['POST /repos/{owner}/{repo}/git/trees', 'contents:write', 'the first commit: its tree'],
    ['POST /repos/{owner}/{repo}/git/commits', 'contents:write', 'the first commit: it has no parent'],
    ['POST /repos/{owner}/{repo}/git/refs', 'contents:write', 'the state branch itself'],
  ],
  configuration: [
    [
      'GET /repos/{owner}/{repo}/commits',
      'contents:read',
      'commits that changed the configuration, for what was decided earlier',
    ],
    ['GET /repos/{owner}/{repo}/contents/{path}', 'contents:read', 'a file as it stands at a commit'],
    ['query repository', 'contents:read', 'state and configuration at one revision, many files at once, who asks'],
    ['GET /repos/{owner}/{repo}/git/blobs/{file_sha}', 'contents:read', 'a file above 1 MB'],
  ],
  versions: [
    [
      'GET /repos/{owner}/{repo}/commits/{ref}',
      'contents:read',
      'a version, branch or short SHA as a full commit, and its authors',
    ],
    [
      'GET /repos/{owner}/{repo}/commits/{commit_sha}/branches-where-head',
      'contents:read',
      "whether a bare commit is this repository's and no fork's",
    ],
    ['GET /repos/{owner}/{repo}/git/ref/{ref}', 'contents:read', 'a ref that is neither branch nor tag'],
    [
      'GET /repos/{owner}/{repo}/git/matching-refs/{ref}',
      'contents:read',
      'the tags, for `latest`; marks beside the state',
    ],
  ],
  gates: [
    [
      'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
      'checks:read',
      'whether the commit is green: check runs, all pages',
    ],
    [
      'GET /repos/{owner}/{repo}/commits/{ref}/status',
      'statuses:read',
      'whether the commit is green: statuses, all pages',
    ],
  ],
  people: [
    [
      'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
      'metadata:read',
      'the role of who asks, by its true name',
    ],
    ['GET /user/{account_id}', 'metadata:read', 'what a renamed account is called now'],
    ['GET /users/{username}', 'metadata:read', 'the numeric id behind a login'],
  ],
  teams: [
    [
      'GET /orgs/{org}/teams/{team_slug}/memberships/{username}',
      'members:read',
      'whether somebody is in a team that the policy names',
    ],
  ],
  'pull requests': [
    ['GET /repos/{owner}/{repo}/pulls/{pull_number}', 'pull-requests:read', 'head, base, author, fork or not'],
    ['GET /repos/{owner}/{repo}/activity', 'contents:read', 'when a branch was pushed and by whom, as GitHub saw it'],
    [
      'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
      'pull-requests:read',
      'reviews, with the commit each was given to',
    ],
    ['GET /repos/{owner}/{repo}/pulls/{pull_number}/files', 'pull-requests:read', 'which files a pull request changes'],
    [
      'GET /repos/{owner}/{repo}/compare/{basehead}',
      'contents:read',
      'how far a pull request against the state branch is behind it',
    ],
  ],
  deployments: [
    [
      'GET /repos/{owner}/{repo}/deployments',
      'deployments:read',
      'deployment objects of a commit or environment',
      'goes on',
    ],
    [
      'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
      'deployments:read',
      'the state each is in',
      'goes on',
    ],
    ['POST /repos/{owner}/{repo}/deployments', 'deployments:write', 'the deployment object of a rollout', 'goes on'],
    [
      'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
      'deployments:write',
      'its state, address and log',
      'goes on',
    ],
  ],
  environments: [
    [
      'GET /repos/{owner}/{repo}/environments',
      'actions:read',
      'reviewers, waits and self-review of GitHub environments',
    ],
    [
      'GET /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules',
      'actions:read',
      'Apps that are asked before a job begins',
    ],
    [
      'GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies',
      'actions:read',
      'branches and tags whose jobs may run in it',
    ],
  ],
  'protection rule': [
    [
      'POST /repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule',
      'deployments:write',
      'lets a waiting job in or refuses it (an App answers its own rule)',
    ],
  ],
  comments: [
    [
      'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
      'pull-requests:read | issues:read',
      'our own comments, found by their marker',
      'goes on',
    ],
    ['POST /repos/{owner}/{repo}/issues/{issue_number}/comments', COMMENTS, 'what needs a person', 'goes on'],
    [
      'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
      COMMENTS,
      'progress, in the one comment of a rollout',
      'goes on',
    ],
    [
      'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
      COMMENTS,
      'that a command was seen and how it ended',
      'goes on',
    ],
    [
      'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
      'pull-requests:read',
      'where to speak about a commit',
      'goes on',
    ],
    ['query viewer', 'none', 'whose token it is: only our own comments are edited', 'goes on'],
    ['query nodes', 'pull-requests:read | issues:read', 'which comments are folded already', 'goes on'],
    ['mutation minimizeComment', COMMENTS, 'folds comments that are outdated', 'goes on'],
  ],
  'check runs': [
    ['POST /repos/{owner}/{repo}/check-runs', 'checks:write', '`sluice / check` and `sluice / deployed`'],
    ['PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', 'checks:write', 'the same, brought up to date'],
  ],
  runs: [
    [
      'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
      'actions:read',
      'whether a job that holds an operation still runs',
    ],
    [
      'GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs',
      'actions:read',
      'which of its jobs still run',
    ],
    [
      'GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals',
      'actions:read',
      'who let the jobs of a run into an environment',
    ],
  ],
  jobs: [
    [
      'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
      'actions:write',
      'starts the job of a stage',
    ],
  ],
  schedule: [
    [
      'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}',
      'actions:read',
      'whether the scheduled tick is on',
      'goes on',
    ],
    [
      'PUT /repos/{owner}/{repo}/actions/workflows/{workflow_id}/enable',
      'actions:write',
      'switches it on with the first rollout',
      'goes on',
    ],
    [
      'PUT /repos/{owner}/{repo}/actions/workflows/{workflow_id}/disable',
      'actions:write',
      'switches it off after the last',
      'goes on',
    ],
  ],
  announcement: [
    ['POST /repos/{owner}/{repo}/dispatches', 'contents:write', 'tells other workflows what happened', 'goes on'],
  ],
};

/** Every request, by purpose. */
export const ROWS: readonly CatalogueRow[] = Object.entries(LINES).flatMap(([purpose, lines]) =>
  lines.map(([route, permission, what, failure]) => ({
    route,
    permission,
    what,
    purpose: purpose as Purpose,
    failure: failure ?? 'stops',
  })),
);
