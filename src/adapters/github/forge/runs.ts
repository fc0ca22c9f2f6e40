/** Workflow runs and what starts them. https://docs.github.com/rest/actions/workflow-runs, https://docs.github.com/rest/actions/workflows */
import { ForgeError, type ForgeRuns, type RunApproval, type RunJob, type WorkflowRun } from '../../../ports/forge.ts';
import { accountOf } from './account.ts';
import type { Asker } from './ask.ts';
import { refused } from './refused.ts';
import { cutTo } from './limits.ts';

export function forgeRuns(asker: Asker): ForgeRuns {
  return {
    run: (id) => runOf(asker, id),
    jobs: (id, attempt) => jobsOf(asker, id, attempt),
    approvals: (id) => approvals(asker, id),
    dispatch: (request) => dispatch(asker, request),
    announce: async ({ event, payload }) => {
      const asking = {
        doing: `announce ${cutTo(event, 100)}`,
        route: 'POST /repos/{owner}/{repo}/dispatches',
      } as const;
      await asker.ask(asking, { event_type: event, client_payload: { ...payload } });
    },
    enable: (workflow, on) => enable(asker, workflow, on),
  };
}

/** Ids of runs are numbers as text; rejects with `value-invalid` for anything else. */
export function numberOf(id: string, doing: string): number {
  if (/^\d{1,15}$/.test(id)) return Number(id);
  throw refused('value-invalid', `${doing}: "${cutTo(id, 40)}" is no number of a run`);
}

async function runOf(asker: Asker, id: string): Promise<WorkflowRun | undefined> {
  if (!/^\d{1,15}$/.test(id)) return undefined;
  const asking = {
    doing: `read workflow run ${id}`,
    route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
  } as const;
  const found = await asker.find(asking, { run_id: Number(id) });
  if (!found) return undefined;
  const {
    run_attempt: attempt,
    status,
    conclusion,
    head_sha: headSha,
    event,
    path,
    triggering_actor,
    actor,
  } = found.data;
  const by = triggering_actor ?? actor;
  return {
    id,
    attempt: attempt ?? 1,
    ended: status === 'completed',
    ...(status === 'completed' && conclusion !== null ? { conclusion } : {}),
    headSha,
    event,
    workflow: path.replace(/@.*$/s, ''),
    ...(by ? { startedBy: accountOf(by) } : {}),
  };
}

async function jobsOf(asker: Asker, id: string, attempt: number): Promise<readonly RunJob[]> {
  const asking = {
    doing: `read the jobs of run ${cutTo(id, 20)}`,
    route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs',
  } as const;
  const pages = await asker.pages(asking, { run_id: numberOf(id, asking.doing), attempt_number: attempt });
  return pages
    .flatMap(({ jobs }) => jobs)
    .map(({ name, status, runner_name: runner }) => ({
      name,
      ended: status === 'completed',
      ...(runner === null || runner === '' ? {} : { runner }),
    }));
}

async function approvals(asker: Asker, id: string): Promise<readonly RunApproval[]> {
  const asking = {
    doing: `read who approved run ${cutTo(id, 20)}`,
    route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals',
  } as const;
  const { data } = await asker.ask(asking, { run_id: numberOf(id, asking.doing) });
  return data.flatMap(({ user, state, environments }) => {
    const known = (user as typeof user | null) !== null;
    const names = environments.flatMap(({ name }) => (name === undefined ? [] : [name]));
    const by = { kind: 'github', id: String(user?.id), name: user?.login, verified: true } as const;
    return known ? [{ by, environments: names, state }] : [];
  });
}

/** GitHub names the run with `return_run_details`; a server that does not know it yet is asked without. */
async function dispatch(
  asker: Asker,
  request: Parameters<ForgeRuns['dispatch']>[0],
): Promise<{ readonly run?: string }> {
  const { workflow, ref, inputs } = request;
  const asking = {
    doing: `start ${cutTo(workflow, 100)} on ${cutTo(ref, 100)}`,
    route: 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
  } as const;
  const asked = { workflow_id: fileName(workflow, asking.doing), ref, inputs: { ...inputs } };
  const unknown = (error: unknown): boolean =>
    error instanceof ForgeError && error.status === 422 && /return_run_details/.test(error.message);
  const { data } = await asker.ask(asking, { ...asked, return_run_details: true }).catch((error: unknown) => {
    if (unknown(error)) return asker.ask(asking, asked);
    throw error instanceof ForgeError && error.status === 404 ? missing(asking.doing, workflow) : error;
  });
  // 204 has no body.
  const run = (data as Partial<typeof data> | undefined)?.workflow_run_id;
  return run === undefined ? {} : { run: String(run) };
}

/** A token that may not start it is told so by 403. */
function missing(doing: string, workflow: string): ForgeError {
  return new ForgeError(
    'target-unknown',
    `target-unknown: ${doing}: nothing to dispatch: no such workflow: merge .github/workflows/${cutTo(workflow, 100)} to the default branch (\`sluice init\` writes it)`,
    404,
  );
}

/** Asked first: GitHub refuses to switch off what is off. */
async function enable(asker: Asker, workflow: string, on: boolean): Promise<void> {
  const doing = `switch ${cutTo(workflow, 100)} ${on ? 'on' : 'off'}`;
  const id = fileName(workflow, doing);
  const route = 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}';
  const { data } = await asker.ask({ doing, route }, { workflow_id: id });
  if ((data.state === 'active') === on) return;
  if (on)
    await asker.ask(
      { doing, route: 'PUT /repos/{owner}/{repo}/actions/workflows/{workflow_id}/enable' },
      { workflow_id: id },
    );
  else
    await asker.ask(
      { doing, route: 'PUT /repos/{owner}/{repo}/actions/workflows/{workflow_id}/disable' },
      { workflow_id: id },
    );
}

/** `sluice-stage.yml`, or its path in `.github/workflows/`. */
function fileName(workflow: string, doing: string): string {
  const name = workflow.replace(/^\.github\/workflows\//, '');
  if (/^[\w+-][\w.+-]*\.ya?ml$/.test(name)) return name;
  throw refused('value-invalid', `${doing}: not the name of a workflow file`);
}
