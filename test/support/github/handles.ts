/** What a test does and sees on the fake beside its routes: as people do on GitHub's pages. */
import { NO_OBJECT } from './git/ref-updates.ts';
import { pushCommit } from './git/push.ts';
import { recordPush } from './routes/activity.ts';
import { checkRunsOf, freshCheckRun } from './routes/checks.ts';
import { issueNumbered, removeComment, sayAs } from './routes/comments.ts';
import { setEnvironment } from './routes/environments.ts';
import { type PullIssue, pullNumbered, pullView } from './routes/pulls.ts';
import {
  type CheckRunRecord,
  type CommentRecord,
  type DeploymentRecord,
  type DispatchRecord,
  type IssueRecord,
  recordsOf,
  type ReviewRecord,
  type RunRecord,
} from './routes/records.ts';
import { addReview } from './routes/reviews.ts';
import { beginRun, endJob, endRun, type FakeRun, rerun, reviewRun } from './routes/run-life.ts';
import { type Workflow, workflowsOf } from './routes/workflows.ts';
import { personOf } from './shapes/person.ts';
import type { FakeState } from './state.ts';

export interface FakeEnvironment {
  readonly name: string;
  /** Logins, and `team:SLUG`; none: nobody has to click. */
  readonly reviewers?: readonly string[];
  readonly preventSelfReview?: boolean;
  readonly waitMinutes?: number;
  /** Slugs of Apps whose rules are asked. */
  readonly customRules?: readonly string[];
  readonly protectedBranchesOnly?: boolean;
  /** Patterns of branches, and `tag:PATTERN`, whose jobs alone may run in it. */
  readonly refs?: readonly string[];
}

export interface FakePull {
  /** Of the head. */
  readonly branch: string;
  /** `main` where absent. */
  readonly base?: string;
  readonly title?: string;
  readonly body?: string;
  /** `alice` where absent. */
  readonly by?: string;
  /** The head lies in this person's fork, and not here: `files` are its commit. */
  readonly fork?: string;
  readonly draft?: boolean;
  /** Committed to the head first, by path; null: removed. */
  readonly files?: Readonly<Record<string, string | null>>;
}

/** What checks a commit has, as other Apps and CI systems put them there. */
export interface FakeCheck {
  readonly name: string;
  /** `pending` while it runs; a check run's conclusion, or a status' state. */
  readonly state: string;
  /** Slug of the App; absent: `github-actions`. */
  readonly app?: string;
  /** An old commit status instead of a check run. */
  readonly status?: true;
}

export interface FakeApproval {
  readonly environment: string;
  readonly by: string;
  /** `approved` where absent. */
  readonly state?: 'approved' | 'rejected';
  readonly comment?: string;
}

export interface FakeHandles {
  setEnvironment(environment: FakeEnvironment): void;
  /** Makes the branch (or the fork's commit) where `files` are given, and opens it; its number and head. */
  openPull(pull: FakePull): Promise<{ readonly number: number; readonly head: string }>;
  /** One more commit on its head; the new SHA. */
  pushToPull(number: number, files: Readonly<Record<string, string | null>>): Promise<string>;
  /** Merges into the base by a merge commit; its SHA. */
  mergePull(number: number, by?: string): Promise<string>;
  closePull(number: number): Promise<void>;
  openIssue(title: string, by?: string): number;
  review(of: {
    readonly number: number;
    readonly by: string;
    readonly state?: ReviewRecord['state'];
    readonly commit?: string;
  }): Promise<ReviewRecord>;
  /** A person's comment; its id. */
  comment(said: { readonly number: number; readonly by: string; readonly body: string }): CommentRecord;
  /** As its author does on the page. */
  editComment(id: number, body: string): void;
  deleteComment(id: number): void;
  setChecks(sha: string, checks: readonly FakeCheck[]): void;
  /** A run of a workflow, in progress; or waiting, where its `environments` have reviewers or rules. */
  beginRun(run?: FakeRun): Promise<RunRecord>;
  /** `success` where absent. */
  endRun(id: number, conclusion?: string): void;
  /** One job of it alone. */
  endJob(id: number, name: string): void;
  /** A person runs it again: one more attempt of the same id. */
  rerun(id: number, by?: string): void;
  /** A required reviewer's click; without a job that waits it is only put on the list. */
  approveRun(id: number, verdict: FakeApproval): void;
  run(id: number): RunRecord;

  /** Oldest first; `minimized`: folded as what; `reactions` with who gave them. */
  comments(number: number): readonly CommentRecord[];
  /** Oldest first, each with its statuses, oldest first. */
  deployments(): readonly DeploymentRecord[];
  checkRuns(sha: string): readonly CheckRunRecord[];
  /** Workflows and repository events that were started through the API, in order. */
  readonly dispatches: readonly DispatchRecord[];
  /** Those of the default branch, and whether each is switched on. */
  workflows(): Promise<readonly Workflow[]>;
}

export function handlesOf(state: FakeState): FakeHandles {
  const records = recordsOf(state);
  return {
    setEnvironment: (environment) => setEnvironment(state, environment),
    openPull: (pull) => openPull(state, pull),
    pushToPull: (number, files) => pushToPull(state, pullNumbered(state, number), files),
    mergePull: (number, by = 'alice') => mergePull(state, pullNumbered(state, number), by),
    closePull: async (number) => endPull(state, pullNumbered(state, number), await ends(state, number)),
    openIssue: (title, by = 'alice') => addIssue(state, { title, by }).number,
    review: ({ number, by, state: said = 'APPROVED', commit }) =>
      addReview(state, { number, user: personOf(state, by), state: said, ...(commit === undefined ? {} : { commit }) }),
    comment: (said) => sayAs(state, said),
    editComment: (id, body) => {
      const record = records.comments.find((one) => one.id === id);
      if (record !== undefined) Object.assign(record, { body, updatedAt: state.now() });
    },
    deleteComment: (id) => removeComment(state, id),
    setChecks: (sha, checks) => {
      for (const check of checks) setCheck(state, sha, check);
    },
    beginRun: (run) => beginRun(state, run),
    endJob: (id, name) => endJob(state, runNumbered(state, id), name),
    endRun: (id, conclusion = 'success') => endRun(state, runNumbered(state, id), conclusion),
    rerun: (id, by = 'alice') => rerun(state, runNumbered(state, id), personOf(state, by)),
    approveRun: (id, verdict) => approveRun(state, runNumbered(state, id), verdict),
    run: (id) => runNumbered(state, id),
    workflows: () => workflowsOf(state),
    comments: (number) => records.comments.filter((one) => one.number === number),
    deployments: () => records.deployments,
    checkRuns: (sha) => checkRunsOf(state, sha),
    dispatches: records.dispatches,
  };
}

function runNumbered(state: FakeState, id: number): RunRecord {
  const run = recordsOf(state).runs.find((one) => one.id === id);
  if (run === undefined) throw new Error(`no run ${String(id)}`);
  return run;
}

function approveRun(
  state: FakeState,
  run: RunRecord,
  { environment, by, state: said = 'approved', comment = '' }: FakeApproval,
): void {
  const verdict = { environment, state: said, comment };
  const waits = run.waiting.some((one) => one.environment === environment);
  if (waits) reviewRun(state, run, { ...verdict, by: personOf(state, by) });
  else run.approvals.push({ ...verdict, user: personOf(state, by) });
}

interface NewIssue {
  readonly title: string;
  readonly by: string;
  readonly body?: string;
  readonly pull?: IssueRecord['pull'];
}

function addIssue(state: FakeState, { title, by, body, pull }: NewIssue): IssueRecord {
  const { issues } = recordsOf(state);
  const issue: IssueRecord = {
    id: state.nextId(),
    number: issues.length + 1,
    title,
    body: body ?? null,
    user: personOf(state, by),
    at: state.now(),
    state: 'open',
    closedAt: null,
    reactions: [],
    ...(pull === undefined ? {} : { pull }),
  };
  issues.push(issue);
  return issue;
}

async function openPull(state: FakeState, wanted: FakePull): Promise<{ number: number; head: string }> {
  const { branch, base = 'main', by = wanted.fork ?? 'alice', title = `Change ${branch}`, body, fork, files } = wanted;
  const pull: NonNullable<IssueRecord['pull']> = {
    ...(fork === undefined ? {} : { fork: personOf(state, fork) }),
    headRef: branch,
    baseRef: base,
    draft: wanted.draft === true,
    mergeCommit: null,
    mergedAt: null,
    mergedBy: null,
    reviews: [],
  };
  const issue = addIssue(state, { title, by, pull, ...(body === undefined ? {} : { body }) });
  if (files !== undefined || fork !== undefined)
    await pushToPull(state, pullNumbered(state, issue.number), files ?? {});
  const head = (await pullView(state, pullNumbered(state, issue.number))).head;
  await state.git.move([{ name: `refs/pull/${String(issue.number)}/head`, after: head }]);
  return { number: issue.number, head };
}

type Files = Readonly<Record<string, string | null>>;

async function pushToPull(state: FakeState, { number, pull, user }: PullIssue, files: Files): Promise<string> {
  const { git } = state;
  const kept = `refs/pull/${String(number)}/head`;
  const own = pull.fork === undefined;
  const branch = own ? pull.headRef : `fork-of-${String(number)}`;
  const from = (await git.read(own ? `refs/heads/${branch}` : kept)) ?? (await git.read(`refs/heads/${pull.baseRef}`));
  const author = { name: user.login, email: `${user.login}@example.com` };
  const at = Math.floor(state.now() / 1_000);
  const pushed = { branch, files, author, at, from: from?.oid ?? null, message: `change ${pull.headRef}` };
  const sha = await pushCommit(git, pushed);
  // What a fork holds is no branch here: GitHub shows it as the pull request's own ref.
  const gone = own ? [] : [{ name: `refs/heads/${branch}`, after: NO_OBJECT }];
  await git.move([{ name: kept, after: sha }, ...gone]);
  if (own)
    recordPush(state, {
      ref: `refs/heads/${branch}`,
      after: sha,
      login: user.login,
      ...(from && { before: from.oid }),
    });
  return sha;
}

async function mergePull(state: FakeState, issue: PullIssue, by: string): Promise<string> {
  const { git } = state;
  const { head, base } = await ends(state, issue.number);
  const tree = (await git.run(['merge-tree', '--write-tree', base, head])).toString().trim();
  const who = ['-c', 'user.name=GitHub', '-c', 'user.email=noreply@github.com'];
  const message = `Merge pull request #${String(issue.number)}`;
  const made = await git.run([...who, 'commit-tree', tree, '-p', base, '-p', head, '-m', message]);
  const after = made.toString().trim();
  await git.move([{ name: `refs/heads/${issue.pull.baseRef}`, before: base, after }]);
  Object.assign(issue.pull, { mergeCommit: after, mergedAt: state.now(), mergedBy: personOf(state, by) });
  endPull(state, issue, { head, base });
  return after;
}

async function ends(state: FakeState, number: number): Promise<{ readonly head: string; readonly base: string }> {
  const { head, base } = await pullView(state, pullNumbered(state, number));
  return { head, base };
}

function endPull(state: FakeState, { number, pull }: PullIssue, { head, base }: { head: string; base: string }): void {
  Object.assign(pull, { closedHead: head, closedBase: base });
  Object.assign(issueNumbered(state, number), { state: 'closed', closedAt: state.now() });
}

function setCheck(
  state: FakeState,
  sha: string,
  { name, state: said, app = 'github-actions', status }: FakeCheck,
): void {
  const { statuses, checkRuns } = recordsOf(state);
  if (status === true) {
    const creator = personOf(state, `${app}[bot]`);
    const id = state.nextId();
    statuses.push({
      id,
      sha,
      context: name,
      state: said,
      description: null,
      targetUrl: null,
      creator,
      at: state.now(),
    });
    return;
  }
  const owner =
    app === 'github-actions' ? { id: 15_368, slug: app } : { id: personOf(state, `${app}[bot]`).id, slug: app };
  const pending = said === 'pending';
  const run = freshCheckRun(state, sha, owner);
  checkRuns.push({ ...run, name, status: pending ? 'in_progress' : 'completed', conclusion: pending ? null : said });
}
