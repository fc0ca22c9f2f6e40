/** Events of runs and of those who let them in. https://docs.github.com/webhooks/webhook-events-and-payloads#workflow_run */
import { around, type FakeEvent, onDefault } from './payload.ts';
import { environmentNamed, reviewersOf } from './routes/environments.ts';
import { type EnvironmentRecord, recordsOf, type RunRecord } from './routes/records.ts';
import { runShape } from './routes/runs.ts';
import { api, iso, type Json } from './routes/shapes.ts';
import { workflowShape, workflowsOf } from './routes/workflows.ts';
import { personOf, userShape } from './shapes/person.ts';
import { type FakeState, nodeId } from './state.ts';
import type { FakeGithub } from './types.ts';

function runOf(state: FakeState, id: number): RunRecord {
  const run = recordsOf(state).runs.find((one) => one.id === id);
  if (run === undefined) throw new Error(`no run ${String(id)}`);
  return run;
}

/** `workflow_run`: of another workflow's run. */
export async function runEvent(
  { state }: FakeGithub,
  { run: id, action = 'completed' }: { run: number; action?: 'requested' | 'in_progress' | 'completed' },
): Promise<FakeEvent> {
  const run = runOf(state, id);
  const workflow = (await workflowsOf(state)).find(({ path }) => path === run.workflow);
  if (workflow === undefined) throw new Error(`no workflow ${run.workflow} on the default branch`);
  const actor = run.triggeringActor.login;
  const payload = {
    action,
    workflow_run: await runShape(state, run),
    workflow: workflowShape(state, workflow),
    ...around(state, actor),
  };
  return { name: 'workflow_run', payload, actor, ...(await onDefault(state)) };
}

interface OfRun {
  readonly run: number;
  readonly environment: string;
}

/** `deployment_protection_rule.requested`: an App is asked whether a waiting job may go on. */
export async function ruleEvent({ state }: FakeGithub, { run: id, environment }: OfRun): Promise<FakeEvent> {
  const run = runOf(state, id);
  const actor = run.triggeringActor.login;
  const number = state.nextId();
  const url = api(state, `deployments/${String(number)}`);
  const deployment = {
    url,
    id: number,
    node_id: nodeId('Deployment', number),
    task: 'deploy',
    original_environment: environment,
    environment,
    description: null,
    created_at: iso(run.at),
    updated_at: iso(run.at),
    statuses_url: `${url}/statuses`,
    repository_url: api(state, '').replace(/\/$/, ''),
    creator: userShape(state, run.actor),
    sha: run.headSha,
    ref: run.headBranch,
    payload: {},
    transient_environment: false,
    production_environment: false,
    performed_via_github_app: null,
  };
  const payload = {
    action: 'requested',
    environment: environmentNamed(state, environment).name,
    event: run.event,
    deployment_callback_url: api(state, `actions/runs/${String(id)}/deployment_protection_rule`),
    deployment,
    pull_requests: [],
    ...around(state, actor),
  };
  return { name: 'deployment_protection_rule', payload, actor, ...(await onDefault(state)) };
}

/** Here a team is shown without its type; and once somebody has answered, only people are. */
function shownReviewers(state: FakeState, record: EnvironmentRecord, action: string): readonly Json[] {
  return reviewersOf(state, record).flatMap(({ type, reviewer: { type: own, ...reviewer } }): readonly Json[] => {
    if (type === 'User') return [{ type, reviewer: { ...reviewer, type: own } }];
    return action === 'requested' ? [{ type, reviewer }] : [];
  });
}

interface ReviewEvent extends OfRun {
  readonly action?: 'requested' | 'approved' | 'rejected';
  /** Who reviewed. */
  readonly by?: string;
  readonly comment?: string;
}

/** `deployment_review`: people are asked, or one has answered. */
export async function deploymentReviewEvent({ state }: FakeGithub, of: ReviewEvent): Promise<FakeEvent> {
  const { environment, action = 'requested', by, comment = '' } = of;
  const run = runOf(state, of.run);
  const record = environmentNamed(state, environment);
  const actor = by ?? run.triggeringActor.login;
  const job = run.jobs.find((one) => one.attempt === run.attempt && one.environment === environment);
  const jobRun = {
    id: job?.id ?? 0,
    name: null,
    environment: record.name,
    status: job?.status ?? 'waiting',
    conclusion: null,
    html_url: `${state.serverUrl}/${state.owner}/${state.repo}/actions/runs/${String(run.id)}`,
    created_at: iso(run.at),
    updated_at: iso(run.updatedAt),
  };
  const answered: Json = { approver: userShape(state, personOf(state, actor)), comment, workflow_job_runs: [jobRun] };
  const payload = {
    action,
    ...(action === 'requested'
      ? { environment: record.name, requestor: userShape(state, run.triggeringActor) }
      : answered),
    reviewers: shownReviewers(state, record, action),
    since: iso(run.at),
    workflow_job_run: jobRun,
    workflow_run: await runShape(state, run),
    ...around(state, actor),
  };
  return { name: 'deployment_review', payload, actor, ...(await onDefault(state)) };
}
