/** How a run of a workflow begins, waits to be let into an environment, ends and begins again. */
import { commitAt } from '../git/commit.ts';
import { refuse } from '../route.ts';
import { personOf } from '../shapes/person.ts';
import type { FakeState } from '../state.ts';
import { admits, environmentNamed, mayReview } from './environments.ts';
import { type ApprovalRecord, recordsOf, type RunRecord, type WaitingRecord } from './records.ts';
import type { Account } from './shapes.ts';

export interface FakeRun {
  /** A path (`.github/workflows/deploy.yml`), or the name of a file there. */
  readonly workflow?: string;
  /** `push` where absent. */
  readonly event?: string;
  /** The default branch where absent. */
  readonly branch?: string;
  /** A tag started it: in place of `branch`. */
  readonly tag?: string;
  /** The branch's head where absent. */
  readonly sha?: string;
  /** `alice` where absent. */
  readonly actor?: string;
  /** GitHub environments of its jobs: each waits where somebody or an App has to let it in. */
  readonly environments?: readonly string[];
  /** Further jobs, each on a runner; they have begun. */
  readonly jobs?: readonly { readonly name: string; readonly runner: string }[];
  /** Nobody has begun it yet. */
  readonly queued?: boolean;
}

const pathOf = (workflow: string): string => (workflow.includes('/') ? workflow : `.github/workflows/${workflow}`);

function waitingOf(state: FakeState, names: readonly string[]): WaitingRecord[] {
  return names.flatMap((name) => {
    const { name: environment, reviewers, customRules } = environmentNamed(state, name);
    const needsPerson = reviewers.length > 0;
    if (!needsPerson && customRules.length === 0) return [];
    return [{ environment, since: state.now(), needsPerson, rules: [...customRules], reports: 0 }];
  });
}

/** A run, in progress or waiting for those who let it in. */
export async function beginRun(state: FakeState, wanted: FakeRun = {}): Promise<RunRecord> {
  const {
    workflow = 'deploy.yml',
    event = 'push',
    branch = wanted.tag ?? state.defaultBranch,
    actor = 'alice',
    environments = [],
  } = wanted;
  const { runs } = recordsOf(state);
  const account = personOf(state, actor);
  const headSha =
    wanted.sha ??
    (await commitAt(state.git, wanted.tag === undefined ? `refs/heads/${branch}` : `refs/tags/${wanted.tag}`))?.oid ??
    '';
  const waiting = waitingOf(state, environments);
  const status = wanted.queued === true ? 'queued' : waiting.length > 0 ? 'waiting' : 'in_progress';
  const path = pathOf(workflow);
  const run: RunRecord = {
    id: state.nextId(),
    number: runs.length + 1,
    attempt: 1,
    workflow: path,
    event,
    headSha,
    headBranch: branch,
    title: event,
    actor: account,
    triggeringActor: account,
    status,
    conclusion: null,
    at: state.now(),
    updatedAt: state.now(),
    jobs: [],
    waiting,
    approvals: [],
    answers: [],
    earlier: [],
  };
  run.jobs = (environments.length === 0 ? [undefined] : environments).map((environment) => ({
    id: state.nextId(),
    attempt: 1,
    name: environment ?? 'deploy',
    ...(environment === undefined ? {} : { environment }),
    status: waiting.some((one) => one.environment === environment)
      ? 'waiting'
      : status === 'queued'
        ? 'queued'
        : 'in_progress',
    conclusion: null,
  }));
  for (const { name, runner } of wanted.jobs ?? [])
    run.jobs.push({ id: state.nextId(), attempt: 1, name, runner, status: 'in_progress', conclusion: null });
  runs.push(run);
  turnAway(state, run, wanted.tag === undefined ? 'branch' : 'tag');
  return run;
}

/** Jobs whose environment is not for this ref fail before they begin. https://docs.github.com/actions/reference/deployments-and-environments */
function turnAway(state: FakeState, run: RunRecord, type: 'branch' | 'tag'): void {
  const refused = run.jobs.filter(
    ({ environment }) =>
      environment !== undefined && !admits(environmentNamed(state, environment), run.headBranch, type),
  );
  for (const job of refused) Object.assign(job, { status: 'completed', conclusion: 'failure' });
  run.waiting = run.waiting.filter((one) => !refused.some(({ environment }) => environment === one.environment));
  if (refused.length > 0 && refused.length === run.jobs.length)
    Object.assign(run, { status: 'completed', conclusion: 'failure' });
}

export function endRun(state: FakeState, run: RunRecord, conclusion: string): void {
  Object.assign(run, { status: 'completed', conclusion, waiting: [], updatedAt: state.now() });
  for (const job of run.jobs) {
    if (job.attempt === run.attempt && job.status !== 'completed')
      Object.assign(job, { status: 'completed', conclusion });
  }
}

/** One job alone; the others of the run go on. */
export function endJob(state: FakeState, run: RunRecord, name: string): void {
  for (const job of run.jobs)
    if (job.attempt === run.attempt && job.name === name)
      Object.assign(job, { status: 'completed', conclusion: 'cancelled' });
  run.updatedAt = state.now();
}

/** A person runs it again: the actor stays who he was, jobs wait anew. */
export function rerun(state: FakeState, run: RunRecord, by: Account): void {
  const again = run.jobs.filter(({ attempt }) => attempt === run.attempt);
  const environments = again.flatMap(({ environment }) => (environment === undefined ? [] : [environment]));
  run.earlier.push({ attempt: run.attempt, conclusion: run.conclusion, triggeringActor: run.triggeringActor });
  run.attempt += 1;
  run.triggeringActor = by;
  run.waiting = waitingOf(state, environments);
  run.conclusion = null;
  run.status = run.waiting.length > 0 ? 'waiting' : 'in_progress';
  for (const { name, environment } of again) {
    const status = run.waiting.some((one) => one.environment === environment) ? 'waiting' : 'in_progress';
    const rest = environment === undefined ? {} : { environment };
    run.jobs.push({ id: state.nextId(), attempt: run.attempt, name, ...rest, status, conclusion: null });
  }
}

/** Lets jobs in whom nobody has to ask about any more. */
function goOn(state: FakeState, run: RunRecord): void {
  const free = run.waiting.filter(({ needsPerson, rules }) => !needsPerson && rules.length === 0);
  run.waiting = run.waiting.filter((one) => !free.includes(one));
  for (const { environment } of free) {
    const job = run.jobs.find((one) => one.attempt === run.attempt && one.environment === environment);
    if (job !== undefined) job.status = 'in_progress';
  }
  if (run.waiting.length === 0 && run.status === 'waiting')
    Object.assign(run, { status: 'in_progress', updatedAt: state.now() });
}

function waitingFor(run: RunRecord, environment: string): WaitingRecord {
  const found = run.waiting.find((one) => one.environment.toLowerCase() === environment.toLowerCase());
  if (found === undefined) throw refuse(422, `No deployment of this run waits for ${environment}.`);
  return found;
}

export interface Verdict {
  readonly environment: string;
  readonly state: ApprovalRecord['state'];
  readonly comment: string;
}

/** A required reviewer's click. */
export function reviewRun(
  state: FakeState,
  run: RunRecord,
  { by, ...verdict }: Verdict & { readonly by: Account },
): void {
  const waiting = waitingFor(run, verdict.environment);
  const environment = environmentNamed(state, verdict.environment);
  if (!mayReview(state, environment, by.login))
    throw refuse(403, 'The user is not a required reviewer of the environment.');
  if (environment.preventSelfReview && by.id === run.triggeringActor.id) {
    throw refuse(403, 'The user who triggered the deployment may not review it.');
  }
  run.approvals.push({ ...verdict, environment: environment.name, user: by });
  if (verdict.state === 'rejected') return endRun(state, run, 'failure');
  waiting.needsPerson = false;
  goOn(state, run);
}

/** An App answers its own rule; without a verdict it only says how it goes. */
export function answerRule(
  state: FakeState,
  run: RunRecord,
  { app, ...said }: Partial<Verdict> & { readonly app: string },
): void {
  const { environment = '', state: verdict, comment = '' } = said;
  const waiting = waitingFor(run, environment);
  if (!waiting.rules.includes(app)) throw refuse(403, 'Resource not accessible by integration');
  if (verdict === undefined) {
    if (Array.from(comment).length > 1_024) throw refuse(422, 'comment is too long (maximum is 1024 characters)');
    if (waiting.reports >= 10) throw refuse(422, 'No more than 10 status updates are allowed.');
    waiting.reports += 1;
  }
  run.answers.push({ environment: waiting.environment, comment, ...(verdict === undefined ? {} : { state: verdict }) });
  if (verdict === 'rejected') return endRun(state, run, 'failure');
  if (verdict === 'approved') waiting.rules = waiting.rules.filter((rule) => rule !== app);
  goOn(state, run);
}
