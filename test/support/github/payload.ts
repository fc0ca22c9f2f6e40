/**
 * Events as GitHub tells them: what GITHUB_EVENT_PATH holds in a job, and what a webhook carries.
 * https://docs.github.com/webhooks/webhook-events-and-payloads
 */
import { commitAt } from './git/commit.ts';
import { checkRunShape } from './routes/checks.ts';
import { commentShape, issueNumbered } from './routes/comments.ts';
import { fullPullShape, issueShape } from './routes/pull-shape.ts';
import { pullNumbered, pullView } from './routes/pulls.ts';
import { recordsOf } from './routes/records.ts';
import { api, iso, type Json } from './routes/shapes.ts';
import { ownerShape, personOf, userShape } from './shapes/person.ts';
import { fullRepository, webUrl } from './shapes/repository.ts';
import { type FakeState, nodeId } from './state.ts';
import type { FakeGithub } from './types.ts';

/** An event, and what the runner says of it in the environment of a job. */
export interface FakeEvent {
  /** `issue_comment` */
  readonly name: string;
  readonly payload: Json;
  /** Login of who caused it. */
  readonly actor: string;
  /** `GITHUB_REF`, `GITHUB_SHA` */
  readonly ref: string;
  readonly sha: string;
}

/** What every payload has; an App's webhook also names the installation. */
export function around(state: FakeState, sender: string): Json {
  const { owner, apiUrl, ids } = state;
  const url = `${apiUrl}/orgs/${owner}`;
  return {
    repository: { ...fullRepository(state), custom_properties: {} },
    organization: {
      login: owner,
      id: ids.owner,
      node_id: nodeId('Organization', ids.owner),
      url,
      repos_url: `${url}/repos`,
      events_url: `${url}/events`,
      hooks_url: `${url}/hooks`,
      issues_url: `${url}/issues`,
      members_url: `${url}/members{/member}`,
      public_members_url: `${url}/public_members{/member}`,
      avatar_url: `${state.serverUrl}/avatars/u/${String(ids.owner)}`,
      description: null,
    },
    sender: userShape(state, personOf(state, sender)),
  };
}

/** The same event as an App is told of it. */
export function asWebhook({ state }: FakeGithub, { payload }: FakeEvent): Json {
  const id = state.ids.installation;
  return { ...payload, installation: { id, node_id: nodeId('Installation', id) } };
}

/** Events that are about no ref run on the default branch. */
export async function onDefault(state: FakeState): Promise<Pick<FakeEvent, 'ref' | 'sha'>> {
  const ref = `refs/heads/${state.defaultBranch}`;
  return { ref, sha: (await commitAt(state.git, ref))?.oid ?? '' };
}

interface CommentEvent {
  /** Its id. */
  readonly comment: number;
  readonly action?: 'created' | 'edited' | 'deleted';
  /** What it said before it was edited. */
  readonly before?: string;
  /** Its author where absent. */
  readonly actor?: string;
}

/** `issue_comment` */
export async function commentEvent({ state }: FakeGithub, of: CommentEvent): Promise<FakeEvent> {
  const { action = 'created', before } = of;
  const comment = recordsOf(state).comments.find(({ id }) => id === of.comment);
  if (comment === undefined) throw new Error(`no comment ${String(of.comment)}`);
  const actor = of.actor ?? comment.user.login;
  const payload = {
    action,
    issue: issueShape(state, issueNumbered(state, comment.number)),
    comment: commentShape(state, comment),
    ...(before === undefined ? {} : { changes: { body: { from: before } } }),
    ...around(state, actor),
  };
  return { name: 'issue_comment', payload, actor, ...(await onDefault(state)) };
}

interface PullEvent {
  readonly number: number;
  readonly action?: 'opened' | 'synchronize' | 'reopened' | 'closed';
  /** `pull_request_target` runs on the base with secrets. */
  readonly target?: boolean;
  /** Head before `synchronize`. */
  readonly before?: string;
  readonly actor?: string;
}

/** `pull_request`, on the commit that would be the merge; or `pull_request_target`, on the base. */
export async function pullEvent({ state }: FakeGithub, of: PullEvent): Promise<FakeEvent> {
  const { number, action = 'opened', target = false, before } = of;
  const issue = pullNumbered(state, number);
  const view = await pullView(state, issue);
  const actor = of.actor ?? issue.user.login;
  const merges = { allow_auto_merge: false, allow_update_branch: false, delete_branch_on_merge: false };
  const payload = {
    action,
    number,
    pull_request: { ...fullPullShape(state, view), ...merges },
    ...(action === 'synchronize' ? { before: before ?? view.head, after: view.head } : {}),
    ...around(state, actor),
  };
  if (target) {
    return { name: 'pull_request_target', payload, actor, ref: `refs/heads/${issue.pull.baseRef}`, sha: view.base };
  }
  const ref = `refs/pull/${String(number)}/merge`;
  return { name: 'pull_request', payload, actor, ref, sha: await testMerge(state, ref, view) };
}

/** The commit that GitHub makes to run checks on. */
async function testMerge(
  { git }: FakeState,
  ref: string,
  { head, base }: { readonly head: string; readonly base: string },
): Promise<string> {
  const tree = (await git.run(['merge-tree', '--write-tree', base, head])).toString().trim();
  const who = ['-c', 'user.name=GitHub', '-c', 'user.email=noreply@github.com'];
  const message = `Merge ${head} into ${base}`;
  const made = await git.run([...who, 'commit-tree', tree, '-p', base, '-p', head, '-m', message]);
  const after = made.toString().trim();
  await git.move([{ name: ref, after }]);
  return after;
}

/** `push`: the newest commit of a branch. */
export async function pushEvent(
  { state }: FakeGithub,
  of: { branch?: string; actor?: string } = {},
): Promise<FakeEvent> {
  const { branch = state.defaultBranch, actor = 'alice' } = of;
  const ref = `refs/heads/${branch}`;
  const commit = await commitAt(state.git, ref);
  if (commit === undefined) throw new Error(`no branch ${branch}`);
  const before = commit.parents[0] ?? '0'.repeat(40);
  const web = webUrl(state);
  const shown = {
    id: commit.oid,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message.trimEnd(),
    timestamp: iso(commit.committer.at * 1_000),
    url: `${web}/commit/${commit.oid}`,
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
    added: [],
    removed: [],
    modified: [],
  };
  const { repository, ...others } = around(state, actor);
  const at = Math.floor(state.now() / 1_000);
  const payload = {
    ref,
    before,
    after: commit.oid,
    base_ref: null,
    compare: `${web}/compare/${before}...${commit.oid}`,
    created: false,
    deleted: false,
    forced: false,
    commits: [shown],
    head_commit: shown,
    pusher: { name: actor, email: `${actor}@example.com` },
    ...others,
    // Of all events only this one has its times in seconds.
    repository: {
      ...(repository as Json),
      created_at: at,
      pushed_at: at,
      owner: { ...ownerShape(state), name: state.owner },
    },
  };
  return { name: 'push', payload, actor, ref, sha: commit.oid };
}

interface DispatchEvent {
  readonly workflow?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly branch?: string;
  readonly actor?: string;
}

/** `workflow_dispatch`: inputs are text whatever their type. */
export async function dispatchEvent({ state }: FakeGithub, of: DispatchEvent = {}): Promise<FakeEvent> {
  const { workflow = 'deploy.yml', inputs = {}, branch = state.defaultBranch, actor = 'alice' } = of;
  const ref = `refs/heads/${branch}`;
  const payload = { inputs, ref, workflow: `.github/workflows/${workflow}`, ...around(state, actor) };
  return { name: 'workflow_dispatch', payload, actor, ref, sha: (await commitAt(state.git, ref))?.oid ?? '' };
}

/** `schedule`: caused by whoever changed the cron line last. */
export async function scheduleEvent(
  { state }: FakeGithub,
  of: { schedule?: string; actor?: string } = {},
): Promise<FakeEvent> {
  const { schedule = '7,37 * * * *', actor = 'alice' } = of;
  const { sender: _, ...rest } = around(state, actor);
  const payload = { schedule, workflow: '.github/workflows/sluice-reconcile.yml', ...rest };
  return { name: 'schedule', payload, actor, ...(await onDefault(state)) };
}

interface ButtonEvent {
  /** Id of the check run. */
  readonly check: number;
  readonly identifier: string;
  readonly actor: string;
}

/** `check_run.requested_action`: somebody pressed a button of it. */
export async function buttonEvent(
  { state }: FakeGithub,
  { check, identifier, actor }: ButtonEvent,
): Promise<FakeEvent> {
  const run = recordsOf(state).checkRuns.find(({ id }) => id === check);
  if (run === undefined) throw new Error(`no check run ${String(check)}`);
  const shape = checkRunShape(state, run);
  const suite = {
    id: run.app.id,
    node_id: nodeId('CheckSuite', run.app.id),
    url: api(state, `check-suites/${String(run.app.id)}`),
    head_sha: run.sha,
    head_branch: null,
    status: run.status,
    conclusion: run.conclusion,
    before: null,
    after: null,
    app: shape['app'],
    pull_requests: [],
    created_at: run.startedAt,
    updated_at: run.startedAt,
  };
  const payload = {
    action: 'requested_action',
    check_run: { ...shape, check_suite: suite },
    requested_action: { identifier },
    ...around(state, actor),
  };
  return { name: 'check_run', payload, actor, ...(await onDefault(state)) };
}
