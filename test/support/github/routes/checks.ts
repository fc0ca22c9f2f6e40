/** Check runs: only Apps make them (GITHUB_TOKEN is one). https://docs.github.com/rest/checks/runs */
import { created, ok, refuse, type Reply, route, type Route, type RouteContext } from '../route.ts';
import { type FakeState, nodeId } from '../state.ts';
import { askerOf, commitOf, counted, idOf, listed, orMissing, text } from './ask.ts';
import { type AnnotationRecord, type CheckRunRecord, recordsOf } from './records.ts';
import { api, appOf, appShape, iso, type Json, web } from './shapes.ts';

export function checkRunShape(state: FakeState, run: CheckRunRecord): Json {
  const url = api(state, `check-runs/${String(run.id)}`);
  return {
    id: run.id,
    head_sha: run.sha,
    node_id: nodeId('CheckRun', run.id),
    external_id: run.externalId,
    url,
    html_url: web(state, `runs/${String(run.id)}`),
    details_url: run.detailsUrl ?? web(state, `runs/${String(run.id)}`),
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    name: run.name,
    check_suite: { id: run.app.id },
    app: appShape(state, run.app),
    pull_requests: [],
  };
}

const tooMuch = (what: string): Error => refuse(422, `Invalid request.\n\n${what}`);

/** GitHub's limits: 50 annotations a request, three actions, 65,535 characters. */
function limited(body: Json): void {
  const output = (body['output'] ?? {}) as Json;
  const annotations = (output['annotations'] ?? []) as readonly unknown[];
  if (annotations.length > 50) throw tooMuch('No more than 50 items are allowed.');
  for (const name of ['summary', 'text']) {
    if ((text(output, name) ?? '').length > 65_535)
      throw tooMuch(`Only 65535 characters are allowed; ${name} has more.`);
  }
  const actions = (body['actions'] ?? []) as readonly Json[];
  if (actions.length > 3) throw tooMuch('No more than 3 items are allowed.');
  const fits = (action: Json, name: string, limit: number): boolean => (text(action, name) ?? '').length <= limit;
  if (!actions.every((one) => fits(one, 'label', 20) && fits(one, 'description', 40) && fits(one, 'identifier', 20))) {
    throw tooMuch('An action is too long.');
  }
}

function apply(run: CheckRunRecord, body: Json, now: number): void {
  limited(body);
  const output = (body['output'] ?? {}) as Json;
  const conclusion = text(body, 'conclusion');
  run.name = text(body, 'name') ?? run.name;
  // A conclusion ends it, whatever its status says.
  run.status = conclusion === undefined ? (text(body, 'status') ?? run.status) : 'completed';
  run.conclusion = run.status === 'completed' ? (conclusion ?? run.conclusion) : null;
  run.detailsUrl = text(body, 'details_url') ?? run.detailsUrl;
  run.externalId = text(body, 'external_id') ?? run.externalId;
  run.startedAt = text(body, 'started_at') ?? run.startedAt;
  run.completedAt = run.status === 'completed' ? (text(body, 'completed_at') ?? run.completedAt ?? iso(now)) : null;
  run.title = text(output, 'title') ?? run.title;
  run.summary = text(output, 'summary') ?? run.summary;
  run.text = text(output, 'text') ?? run.text;
  run.annotations.push(...((output['annotations'] ?? []) as readonly AnnotationRecord[]));
  run.actions = (body['actions'] ?? run.actions) as readonly Json[];
  if (run.status === 'completed' && run.conclusion === null)
    throw tooMuch('"conclusion" is required when "status" is "completed".');
}

export function freshCheckRun(state: FakeState, sha: string, app: CheckRunRecord['app']): CheckRunRecord {
  const unset = { detailsUrl: null, completedAt: null, title: null, summary: null, text: null, conclusion: null };
  const startedAt = iso(state.now());
  const id = state.nextId();
  return {
    id,
    sha,
    app,
    ...unset,
    name: '',
    status: 'queued',
    externalId: '',
    startedAt,
    annotations: [],
    actions: [],
  };
}

function appAsking(context: RouteContext): CheckRunRecord['app'] {
  const app = appOf(askerOf(context));
  if (app === undefined) throw refuse(403, 'You must authenticate via a GitHub App.');
  return app;
}

async function create(context: RouteContext): Promise<Reply> {
  const { state, body } = context;
  const app = appAsking(context);
  const sha = text(body, 'head_sha') ?? '';
  if (!/^[0-9a-f]{40}$/.test(sha) || (await commitOf(state, sha)) === undefined) {
    throw refuse(422, `No commit found for SHA: ${sha}`);
  }
  const run = freshCheckRun(state, sha, app);
  apply(run, body, state.now());
  recordsOf(state).checkRuns.push(run);
  return created(checkRunShape(state, run));
}

const found = (context: RouteContext): CheckRunRecord =>
  orMissing(recordsOf(context.state).checkRuns.find(({ id }) => id === idOf(context, 'check_run_id')));

function update(context: RouteContext): Reply {
  const { state, body } = context;
  const app = appAsking(context);
  const run = found(context);
  if (run.app.slug !== app.slug) throw refuse(403, 'Invalid app_id: a check run is changed by the App that made it.');
  apply(run, body, state.now());
  return ok(checkRunShape(state, run));
}

/** The newest of each App and name. */
export function latest(runs: readonly CheckRunRecord[]): readonly CheckRunRecord[] {
  const byName = new Map(runs.map((run) => [`${run.app.slug}\n${run.name}`, run]));
  return runs.filter((run) => byName.get(`${run.app.slug}\n${run.name}`) === run);
}

export const checkRunsOf = (state: FakeState, sha: string): readonly CheckRunRecord[] =>
  recordsOf(state).checkRuns.filter((run) => run.sha === sha);

async function list(context: RouteContext): Promise<Reply> {
  const { state, param, query } = context;
  const sha = await commitOf(state, param('ref'));
  if (sha === undefined) throw refuse(422, `No commit found for SHA: ${param('ref')}`);
  const every = checkRunsOf(state, sha);
  const asked = (name: string, value: string): boolean => [null, value].includes(query.get(name));
  const runs = (query.get('filter') === 'all' ? every : latest(every)).filter(
    (run) => asked('check_name', run.name) && asked('status', run.status) && asked('app_id', String(run.app.id)),
  );
  const shape = (run: CheckRunRecord): Json => checkRunShape(state, run);
  return counted(context, runs.toReversed(), { name: 'check_runs', shape });
}

function annotations(context: RouteContext): Reply {
  const { state } = context;
  const { sha, annotations: all } = found(context);
  const empty = { start_column: null, end_column: null, title: null, raw_details: null };
  return listed(context, all, (one) => ({ ...empty, ...one, blob_href: web(state, `blob/${sha}/${one.path}`) }));
}

const read = { permission: 'checks:read' };
const write = { permission: 'checks:write' };

export const checkRoutes: readonly Route[] = [
  route('POST /repos/{owner}/{repo}/check-runs', write, create),
  route('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', write, update),
  route('GET /repos/{owner}/{repo}/check-runs/{check_run_id}', read, (context) =>
    ok(checkRunShape(context.state, found(context))),
  ),
  route('GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations', read, annotations),
  route('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', read, list),
];
