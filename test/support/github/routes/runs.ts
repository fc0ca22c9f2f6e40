/** Runs of workflows and their jobs. https://docs.github.com/rest/actions/workflow-runs */
import { type Commit, commitAt } from '../git/commit.ts';
import { notFound, ok, refuse, type Reply, route, type Route, type RouteContext } from '../route.ts';
import { minimalRepository } from '../shapes/repository.ts';
import { type FakeState, nodeId } from '../state.ts';
import { askerOf, counted, idOf, orMissing } from './ask.ts';
import { type JobRecord, recordsOf, type RunRecord } from './records.ts';
import { endRun, rerun } from './run-life.ts';
import { api, iso, type Json, userShape, web } from './shapes.ts';
import { workflowAsked, workflowsOf } from './workflows.ts';

const headCommit = ({ oid, tree, message, author, committer }: Commit): Json => ({
  id: oid,
  tree_id: tree,
  message: message.trimEnd(),
  timestamp: iso(committer.at * 1_000),
  author: { name: author.name, email: author.email },
  committer: { name: committer.name, email: committer.email },
});

function linksOf(state: FakeState, { id, attempt }: RunRecord, workflowId: number): Json {
  const url = api(state, `actions/runs/${String(id)}`);
  return {
    url,
    html_url: web(state, `actions/runs/${String(id)}`),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: api(state, `check-suites/${String(id)}`),
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: attempt === 1 ? null : `${url}/attempts/${String(attempt - 1)}`,
    workflow_url: api(state, `actions/workflows/${String(workflowId)}`),
  };
}

export async function runShape(state: FakeState, run: RunRecord): Promise<Json> {
  const workflow = (await workflowsOf(state)).find(({ path }) => path === run.workflow);
  const workflowId = workflow?.id ?? 1;
  const commit = await commitAt(state.git, run.headSha);
  return {
    id: run.id,
    name: workflow?.name ?? run.workflow,
    node_id: nodeId('WorkflowRun', run.id),
    check_suite_id: run.id,
    check_suite_node_id: nodeId('CheckSuite', run.id),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.workflow,
    run_number: run.number,
    run_attempt: run.attempt,
    referenced_workflows: [],
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: workflowId,
    pull_requests: [],
    created_at: iso(run.at),
    updated_at: iso(run.updatedAt),
    actor: userShape(state, run.actor),
    triggering_actor: userShape(state, run.triggeringActor),
    run_started_at: iso(run.at),
    ...linksOf(state, run, workflowId),
    head_commit: commit === undefined ? null : headCommit(commit),
    repository: minimalRepository(state),
    head_repository: minimalRepository(state),
    display_title: run.title,
  };
}

function jobShape(state: FakeState, run: RunRecord, job: JobRecord): Json {
  const url = api(state, `actions/jobs/${String(job.id)}`);
  return {
    id: job.id,
    run_id: run.id,
    run_url: api(state, `actions/runs/${String(run.id)}`),
    run_attempt: job.attempt,
    node_id: nodeId('CheckRun', job.id),
    head_sha: run.headSha,
    head_branch: run.headBranch,
    url,
    html_url: web(state, `actions/runs/${String(run.id)}/job/${String(job.id)}`),
    status: job.status,
    conclusion: job.conclusion,
    created_at: iso(run.at),
    started_at: iso(run.at),
    completed_at: job.status === 'completed' ? iso(run.updatedAt) : null,
    name: job.name,
    steps: [],
    check_run_url: api(state, `check-runs/${String(job.id)}`),
    labels: ['ubuntu-latest'],
    runner_id: null,
    runner_name: job.runner ?? null,
    runner_group_id: null,
    runner_group_name: null,
    workflow_name: run.workflow,
  };
}

export const runAsked = (context: RouteContext): RunRecord =>
  orMissing(recordsOf(context.state).runs.find(({ id }) => id === idOf(context, 'run_id')));

async function attempt(context: RouteContext): Promise<Reply> {
  const run = runAsked(context);
  const number = idOf(context, 'attempt_number');
  if (number === run.attempt) return ok(await runShape(context.state, run));
  const earlier = run.earlier.find((one) => one.attempt === number);
  if (earlier === undefined) throw notFound();
  return ok(await runShape(context.state, { ...run, ...earlier, status: 'completed' }));
}

function jobsOf(context: RouteContext, wanted: (job: JobRecord) => boolean): Reply {
  const run = runAsked(context);
  const shape = (job: JobRecord): Json => jobShape(context.state, run, job);
  return counted(context, run.jobs.filter(wanted), { name: 'jobs', shape });
}

function jobs(context: RouteContext): Reply {
  const { attempt: now } = runAsked(context);
  return jobsOf(context, (job) => context.query.get('filter') === 'all' || job.attempt === now);
}

const jobsOfAttempt = (context: RouteContext): Reply =>
  jobsOf(context, (job) => job.attempt === idOf(context, 'attempt_number'));

async function listed(context: RouteContext, workflow?: string): Promise<Reply> {
  const { state, query } = context;
  const asked = (name: string, ...values: readonly (string | null)[]): boolean =>
    query.get(name) === null || values.includes(query.get(name));
  const all = recordsOf(state).runs.filter(
    (run) =>
      (workflow === undefined || run.workflow === workflow) &&
      asked('branch', run.headBranch) &&
      asked('event', run.event) &&
      asked('status', run.status, run.conclusion) &&
      asked('head_sha', run.headSha) &&
      asked('actor', run.actor.login),
  );
  const shaped = await Promise.all(all.toReversed().map((run) => runShape(state, run)));
  return counted(context, shaped, { name: 'workflow_runs', shape: (run) => run });
}

function cancel(context: RouteContext): Reply {
  const run = runAsked(context);
  if (run.status === 'completed') throw refuse(409, 'Cannot cancel a workflow run that is completed.');
  endRun(context.state, run, 'cancelled');
  return { status: 202, body: {} };
}

function again(context: RouteContext): Reply {
  const run = runAsked(context);
  if (run.status !== 'completed') throw refuse(403, 'This workflow run cannot be rerun: it is already running');
  rerun(context.state, run, askerOf(context));
  return { status: 201, body: {} };
}

const read = { permission: 'actions:read' };
const write = { permission: 'actions:write' };
const ALL = '/repos/{owner}/{repo}/actions/runs';
const ONE = `${ALL}/{run_id}`;

export const runRoutes: readonly Route[] = [
  route(`GET ${ALL}`, read, (context) => listed(context)),
  route('GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs', read, async (context) =>
    listed(context, (await workflowAsked(context)).path),
  ),
  route(`GET ${ONE}`, read, async (context) => ok(await runShape(context.state, runAsked(context)))),
  route(`GET ${ONE}/attempts/{attempt_number}`, read, attempt),
  route(`GET ${ONE}/jobs`, read, jobs),
  route(`GET ${ONE}/attempts/{attempt_number}/jobs`, read, jobsOfAttempt),
  route(`POST ${ONE}/cancel`, write, cancel),
  route(`POST ${ONE}/rerun`, write, again),
];
