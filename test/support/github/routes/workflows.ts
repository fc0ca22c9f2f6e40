/** Workflows: the files of the default branch. https://docs.github.com/rest/actions/workflows */
import * as yaml from 'yaml';
import { resolveCommit } from '../git/commit.ts';
import { noContent, notFound, ok, refuse, type Reply, route, type Route, type RouteContext } from '../route.ts';
import { type FakeState, nodeId } from '../state.ts';
import { askerOf, counted, text } from './ask.ts';
import { recordsOf } from './records.ts';
import { beginRun } from './run-life.ts';
import { api, iso, type Json, web } from './shapes.ts';

const FOLDER = '.github/workflows/';

export interface Workflow {
  readonly id: number;
  readonly path: string;
  readonly name: string;
  readonly state: 'active' | 'disabled_manually';
}

async function fileAt(state: FakeState, commit: string, path: string): Promise<string | undefined> {
  try {
    return (await state.git.run(['cat-file', 'blob', `${commit}:${path}`])).toString();
  } catch {
    return undefined;
  }
}

/** In the order of their paths. */
export async function workflowsOf(state: FakeState): Promise<readonly Workflow[]> {
  const { workflows } = recordsOf(state);
  const head = `refs/heads/${state.defaultBranch}`;
  const names = (await state.git.run(['ls-tree', '-z', '--name-only', head, FOLDER])).toString().split('\0');
  const paths = names.filter((path) => /\.ya?ml$/.test(path));
  return Promise.all(
    paths.map(async (path) => {
      const known = workflows.get(path) ?? { id: state.nextId(), state: 'active' as const };
      workflows.set(path, known);
      const name = /^name: *["']?(.+?)["']? *$/m.exec((await fileAt(state, head, path)) ?? '')?.[1] ?? path;
      return { path, name, ...known };
    }),
  );
}

export function workflowShape(state: FakeState, workflow: Workflow): Json {
  const { id, path, name } = workflow;
  return {
    id,
    node_id: nodeId('Workflow', id),
    name,
    path,
    state: workflow.state,
    created_at: iso(1_577_836_800_000),
    updated_at: iso(1_577_836_800_000),
    url: api(state, `actions/workflows/${String(id)}`),
    html_url: web(state, `blob/${state.defaultBranch}/${path}`),
    badge_url: web(state, `workflows/${encodeURIComponent(name)}/badge.svg`),
  };
}

/** By number, or by the name of its file. */
export async function workflowAsked({ state, param }: RouteContext): Promise<Workflow> {
  const asked = param('workflow_id');
  const all = await workflowsOf(state);
  const found = all.find(({ id, path }) => String(id) === asked || path === `${FOLDER}${asked}`);
  if (found === undefined) throw notFound();
  return found;
}

interface DispatchInput {
  readonly required?: boolean;
  readonly default?: unknown;
}

/** What the file declares below `on: workflow_dispatch`; undefined: it does not listen. */
function inputsOf(source: string): Readonly<Record<string, DispatchInput | null>> | undefined {
  const on = (yaml.parse(source) as { readonly on?: unknown }).on;
  if (on === 'workflow_dispatch' || (Array.isArray(on) && on.includes('workflow_dispatch'))) return {};
  if (typeof on !== 'object' || on === null || !('workflow_dispatch' in on)) return undefined;
  const declared = on.workflow_dispatch as { readonly inputs?: Readonly<Record<string, DispatchInput | null>> } | null;
  return declared?.inputs ?? {};
}

function fitInputs(given: Json, declared: Readonly<Record<string, DispatchInput | null>>): Json {
  if (Object.keys(given).length > 25)
    throw refuse(422, 'you may only define up to 25 `inputs` for a `workflow_dispatch` event');
  if (JSON.stringify(given).length > 65_535) throw refuse(422, 'inputs are too large.');
  const unexpected = Object.keys(given).filter((name) => !(name in declared));
  if (unexpected.length > 0) throw refuse(422, `Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  const filled = Object.entries(declared).flatMap(([name, input]) => {
    const value = given[name] ?? input?.default;
    if (value === undefined && input?.required === true) throw refuse(422, `Required input '${name}' not provided`);
    return value === undefined ? [] : [[name, String(value)] as const];
  });
  return Object.fromEntries(filled);
}

async function dispatch(context: RouteContext): Promise<Reply> {
  const { state, body } = context;
  const workflow = await workflowAsked(context);
  if (workflow.state !== 'active') throw refuse(422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow");
  const ref = (text(body, 'ref') ?? '').replace(/^refs\/(heads|tags)\//, '');
  const commit = await resolveCommit(state.git, ref);
  // Only branches and tags: a commit's id is none.
  if (commit === undefined || /^[0-9a-f]{40}$/.test(ref)) throw refuse(422, `No ref found for: ${ref}`);
  const declared = inputsOf((await fileAt(state, commit.oid, workflow.path)) ?? '');
  if (declared === undefined) throw refuse(422, "Workflow does not have 'workflow_dispatch' trigger");
  const inputs = fitInputs((body['inputs'] ?? {}) as Json, declared);
  const actor = askerOf(context).login;
  const event = 'workflow_dispatch';
  const run = await beginRun(state, {
    workflow: workflow.path,
    event,
    branch: ref,
    sha: commit.oid,
    actor,
    queued: true,
  });
  const name = workflow.path.slice(FOLDER.length);
  recordsOf(state).dispatches.push({ kind: 'workflow', name, ref, inputs, run: run.id });
  if (body['return_run_details'] !== true) return noContent();
  const path = `actions/runs/${String(run.id)}`;
  return ok({ workflow_run_id: run.id, run_url: api(state, path), html_url: web(state, path) });
}

function announce({ state, body }: RouteContext): Reply {
  const payload = (body['client_payload'] ?? {}) as Json;
  const name = text(body, 'event_type') ?? '';
  if (name === '' || name.length > 100) throw refuse(422, 'Invalid request.\n\nOnly 100 characters are allowed.');
  if (Object.keys(payload).length > 10)
    throw refuse(422, 'Invalid request.\n\nNo more than 10 properties are allowed.');
  if (JSON.stringify(payload).length >= 65_536) throw refuse(422, 'client_payload is too large.');
  recordsOf(state).dispatches.push({ kind: 'repository', name, inputs: payload });
  return noContent();
}

const switched =
  (to: Workflow['state']) =>
  async (context: RouteContext): Promise<Reply> => {
    const { path, id } = await workflowAsked(context);
    recordsOf(context.state).workflows.set(path, { id, state: to });
    return noContent();
  };

async function list(context: RouteContext): Promise<Reply> {
  const shape = (one: Workflow): Json => workflowShape(context.state, one);
  return counted(context, await workflowsOf(context.state), { name: 'workflows', shape });
}

const read = { permission: 'actions:read' };
const write = { permission: 'actions:write' };
const ONE = '/repos/{owner}/{repo}/actions/workflows/{workflow_id}';

export const workflowRoutes: readonly Route[] = [
  route('GET /repos/{owner}/{repo}/actions/workflows', read, list),
  route(`GET ${ONE}`, read, async (context) => ok(workflowShape(context.state, await workflowAsked(context)))),
  route(`PUT ${ONE}/enable`, write, switched('active')),
  route(`PUT ${ONE}/disable`, write, switched('disabled_manually')),
  route(`POST ${ONE}/dispatches`, write, dispatch),
  route('POST /repos/{owner}/{repo}/dispatches', { permission: 'contents:write' }, announce),
];
