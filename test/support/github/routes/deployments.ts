/** Deployments and their statuses. https://docs.github.com/rest/deployments/deployments */
import { created, ok, refuse, type Reply, route, type Route, type RouteContext } from '../route.ts';
import { type FakeState, nodeId } from '../state.ts';
import { askerOf, commitOf, idOf, listed, orMissing, sameName, text, unfit } from './ask.ts';
import { failingContexts } from './statuses.ts';
import { environmentNamed } from './environments.ts';
import { type DeploymentRecord, recordsOf, type StatusRecord } from './records.ts';
import { api, type Json, iso, repositoryUrl, userShape, viaApp } from './shapes.ts';

function deploymentShape(state: FakeState, record: DeploymentRecord): Json {
  const { id, sha, ref, task, payload, environment, originalEnvironment, description, creator, at } = record;
  const url = api(state, `deployments/${String(id)}`);
  return {
    url,
    id,
    node_id: nodeId('Deployment', id),
    sha,
    ref,
    task,
    payload,
    original_environment: originalEnvironment,
    environment,
    description,
    creator: userShape(state, creator),
    created_at: iso(at),
    updated_at: iso(record.statuses.at(-1)?.at ?? at),
    statuses_url: `${url}/statuses`,
    repository_url: repositoryUrl(state),
    transient_environment: record.transient,
    production_environment: record.production,
    performed_via_github_app: viaApp(state, creator),
  };
}

function deploymentStatusShape(state: FakeState, deployment: DeploymentRecord, status: StatusRecord): Json {
  const url = api(state, `deployments/${String(deployment.id)}`);
  return {
    url: `${url}/statuses/${String(status.id)}`,
    id: status.id,
    node_id: nodeId('DeploymentStatus', status.id),
    state: status.state,
    creator: userShape(state, status.creator),
    description: status.description,
    environment: status.environment,
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    target_url: status.logUrl,
    created_at: iso(status.at),
    updated_at: iso(status.at),
    deployment_url: url,
    repository_url: repositoryUrl(state),
    performed_via_github_app: viaApp(state, status.creator),
  };
}

/** With `auto_merge` (the default) a branch that is behind the default branch gets it merged in, and nothing is deployed: 202. */
async function merged({ state, body }: RouteContext, sha: string): Promise<Reply | undefined> {
  const ref = text(body, 'ref') ?? '';
  const base = await commitOf(state, state.defaultBranch);
  const branch = await state.git.ref(`refs/heads/${ref}`);
  if (body['auto_merge'] === false || base === undefined || branch === undefined) return undefined;
  const behind = (await state.git.run(['rev-list', '--count', `${sha}..${base}`])).toString().trim();
  if (behind === '0') return undefined;
  let tree: string;
  try {
    tree = (await state.git.run(['merge-tree', '--write-tree', sha, base])).toString().trim();
  } catch {
    throw refuse(409, `Conflict merging ${state.defaultBranch} into ${ref}`);
  }
  const message = `Merge ${state.defaultBranch} into ${ref}`;
  const identity = ['-c', 'user.name=GitHub', '-c', 'user.email=noreply@github.com'];
  const made = await state.git.run([...identity, 'commit-tree', tree, '-p', sha, '-p', base, '-m', message]);
  await state.git.move([{ name: `refs/heads/${ref}`, before: sha, after: made.toString().trim() }]);
  return { status: 202, body: { message: `Auto-merged ${state.defaultBranch} into ${ref} on deployment.` } };
}

async function create(context: RouteContext): Promise<Reply> {
  const { state, body } = context;
  const ref = text(body, 'ref') ?? '';
  const sha = await commitOf(state, ref);
  if (sha === undefined) throw refuse(422, `No ref found for: ${ref}`);
  const reply = await merged(context, sha);
  if (reply !== undefined) return reply;
  const failing = failingContexts(state, sha, body['required_contexts']);
  if (failing.length > 0) {
    const errors = [{ contexts: failing, resource: 'Deployment', field: 'required_contexts', code: 'invalid' }];
    throw refuse(409, `Conflict: Commit status checks failed for ${ref}.`, { errors });
  }
  const environment = environmentNamed(state, text(body, 'environment') ?? 'production').name;
  const record: DeploymentRecord = {
    id: state.nextId(),
    sha,
    ref,
    task: text(body, 'task') ?? 'deploy',
    payload: body['payload'] ?? {},
    environment,
    originalEnvironment: environment,
    description: text(body, 'description') ?? null,
    creator: askerOf(context),
    at: state.now(),
    transient: body['transient_environment'] === true,
    production:
      body['production_environment'] === true ||
      (body['production_environment'] === undefined && environment === 'production'),
    statuses: [],
  };
  recordsOf(state).deployments.push(record);
  return created(deploymentShape(state, record));
}

function list(context: RouteContext): Reply {
  const { state, query } = context;
  const asked = (name: string, value: string): boolean => [null, 'none', '', value].includes(query.get(name));
  const environment = query.get('environment');
  const all = recordsOf(state).deployments.filter(
    (record) =>
      asked('sha', record.sha) &&
      asked('ref', record.ref) &&
      asked('task', record.task) &&
      (environment === null || environment === 'none' || sameName(environment, record.environment)),
  );
  return listed(context, all.toReversed(), (record) => deploymentShape(state, record));
}

const found = (context: RouteContext): DeploymentRecord =>
  orMissing(recordsOf(context.state).deployments.find(({ id }) => id === idOf(context, 'deployment_id')));

function remove(context: RouteContext): Reply {
  const { deployments } = recordsOf(context.state);
  const record = found(context);
  if (deployments.length > 1 && record.statuses.at(-1)?.state !== 'inactive') {
    throw refuse(422, 'We cannot delete an active deployment unless it is the only deployment in a given environment.');
  }
  deployments.splice(deployments.indexOf(record), 1);
  return { status: 204 };
}

const STATES = ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success'];

/** A success makes earlier ones inactive, but for those of transient and of production environments. */
function inactivate(context: RouteContext, deployment: DeploymentRecord): void {
  const { state } = context;
  for (const earlier of recordsOf(state).deployments) {
    const last = earlier.statuses.at(-1);
    const same = earlier.environment === deployment.environment && earlier.id < deployment.id;
    if (!same || earlier.transient || earlier.production || last?.state !== 'success') continue;
    earlier.statuses.push({
      ...last,
      id: state.nextId(),
      state: 'inactive',
      creator: askerOf(context),
      at: state.now(),
    });
  }
}

function setStatus(context: RouteContext): Reply {
  const { state, body } = context;
  const deployment = found(context);
  const said = text(body, 'state') ?? '';
  if (!STATES.includes(said)) throw unfit('DeploymentStatus', 'state', 'state is not included in the list');
  const description = text(body, 'description') ?? '';
  if (Array.from(description).length > 140) {
    throw unfit('DeploymentStatus', 'description', 'description is too long (maximum is 140 characters)');
  }
  const environment = text(body, 'environment');
  if (environment !== undefined) deployment.environment = environmentNamed(state, environment).name;
  const status: StatusRecord = {
    id: state.nextId(),
    state: said,
    description,
    environment: deployment.environment,
    environmentUrl: text(body, 'environment_url') ?? '',
    logUrl: text(body, 'log_url') ?? text(body, 'target_url') ?? '',
    creator: askerOf(context),
    at: state.now(),
  };
  deployment.statuses.push(status);
  if (said === 'success' && body['auto_inactive'] !== false) inactivate(context, deployment);
  return created(deploymentStatusShape(state, deployment, status));
}

function statuses(context: RouteContext): Reply {
  const deployment = found(context);
  return listed(context, deployment.statuses.toReversed(), (status) =>
    deploymentStatusShape(context.state, deployment, status),
  );
}

const read = { permission: 'deployments:read' };
const write = { permission: 'deployments:write' };

export const deploymentRoutes: readonly Route[] = [
  route('POST /repos/{owner}/{repo}/deployments', write, create),
  route('GET /repos/{owner}/{repo}/deployments', read, list),
  route('GET /repos/{owner}/{repo}/deployments/{deployment_id}', read, (context) =>
    ok(deploymentShape(context.state, found(context))),
  ),
  route('DELETE /repos/{owner}/{repo}/deployments/{deployment_id}', write, remove),
  route('POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses', write, setStatus),
  route('GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses', read, statuses),
];
