/** Deployment objects and environments. https://docs.github.com/rest/deployments */
import {
  DEPLOYMENT_STATES,
  type DeploymentStatus,
  type ForgeDeployment,
  type ForgeDeployments,
  ForgeError,
} from '../../../ports/forge.ts';
import { environmentsOf } from './environments.ts';
import type { Asker } from './ask.ts';
import { refused } from './refused.ts';
import { numberOf } from './runs.ts';
import { cutTo, webAddress } from './limits.ts';

export function forgeDeployments(asker: Asker): ForgeDeployments {
  return {
    create: (request) => create(asker, request),
    list: (of) => list(asker, of),
    state: (id) => stateOf(asker, id),
    setStatus: (id, status) => setStatus(asker, id, status),
    environments: () => environmentsOf(asker),
    answerRule: (request) => answerRule(asker, request),
  };
}

type Request = Parameters<ForgeDeployments['create']>[0];

async function create(asker: Asker, request: Request): Promise<ForgeDeployment> {
  const { sha, environment } = request;
  if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(sha))
    throw refused('value-invalid', `create a deployment in ${environment}: "${cutTo(sha, 80)}" is no full commit SHA`);
  const made = await posted(asker, request);
  if (made.sha === sha) return made;
  const seen = made.sha.slice(0, 12);
  await setStatus(asker, made.id, {
    state: 'error',
    description: `made for ${seen} instead of ${sha.slice(0, 12)}`,
  }).catch(() => undefined);
  throw refused(
    'sha-moved',
    `create a deployment in ${environment}: asked for ${sha.slice(0, 12)}, GitHub made it for ${seen}`,
  );
}

/** A deployment whose answer was lost is looked for before anybody makes a second one. */
async function posted(asker: Asker, request: Request): Promise<ForgeDeployment> {
  const { sha, environment, rollout, description, production } = request;
  const asking = {
    doing: `create a deployment of ${sha.slice(0, 12)} in ${environment}`,
    route: 'POST /repos/{owner}/{repo}/deployments',
  } as const;
  const body = {
    ref: sha,
    task: 'deploy',
    auto_merge: false,
    required_contexts: [],
    payload: { rollout },
    environment,
    description: cutTo(description, DESCRIPTION),
    transient_environment: false,
    production_environment: production,
  };
  try {
    const { status, data } = await asker.ask(asking, body);
    // 202: GitHub merged the base branch into the ref and made no deployment.
    if ((status as number) === 202 || !('id' in data))
      throw refused('failed', `${asking.doing}: GitHub merged branches instead and deployed nothing`, status);
    return deploymentOf(data);
  } catch (error) {
    const lost = error instanceof ForgeError && error.code === 'unreachable';
    const known = lost ? await list(asker, { sha, environment }).catch(() => []) : [];
    const made = known.find((one) => one.rollout === rollout);
    if (made) return made;
    throw error;
  }
}

/** https://docs.github.com/rest/deployments/statuses#create-a-deployment-status */
const DESCRIPTION = 140;

async function list(asker: Asker, of: Parameters<ForgeDeployments['list']>[0]): Promise<readonly ForgeDeployment[]> {
  const asking = { doing: 'list deployments', route: 'GET /repos/{owner}/{repo}/deployments' } as const;
  const { data } = await asker.ask(asking, { ...of, per_page: 100 });
  return data.map(deploymentOf).toSorted((one, other) => other.id - one.id);
}

async function stateOf(asker: Asker, id: number): ReturnType<ForgeDeployments['state']> {
  const asking = {
    doing: `read the statuses of deployment ${id}`,
    route: 'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
  } as const;
  const found = await asker.find(asking, { deployment_id: id, per_page: 1 });
  if (!found) return undefined;
  const newest = found.data[0]?.state ?? 'pending';
  return DEPLOYMENT_STATES.find((state) => state === newest) ?? 'pending';
}

interface DeploymentObject {
  readonly id: number | bigint;
  readonly sha: string;
  readonly environment: string;
  readonly payload: unknown;
}

function deploymentOf({ id, sha, environment, payload }: DeploymentObject): ForgeDeployment {
  const rollout = rolloutIn(payload);
  return { id: Number(id), sha, environment, ...(rollout === undefined ? {} : { rollout }) };
}

/** GitHub answers an object as it was given, or as the text of it. */
function rolloutIn(payload: unknown): string | undefined {
  const value = typeof payload === 'string' ? parsed(payload) : payload;
  const rollout = typeof value === 'object' && value !== null && 'rollout' in value ? value.rollout : undefined;
  return typeof rollout === 'string' ? rollout : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function setStatus(asker: Asker, id: number, status: DeploymentStatus): Promise<void> {
  const asking = {
    doing: `set deployment ${id} to ${status.state}`,
    route: 'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
  } as const;
  const environmentUrl = webAddress(status.environmentUrl);
  const logUrl = webAddress(status.logUrl);
  await asker.ask(asking, {
    deployment_id: id,
    state: status.state,
    description: cutTo(status.description, DESCRIPTION),
    // By default GitHub makes all earlier ones of the environment inactive, those of other services too.
    auto_inactive: false,
    ...(environmentUrl === undefined ? {} : { environment_url: environmentUrl }),
    ...(logUrl === undefined ? {} : { log_url: logUrl }),
  });
}

/** https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments: 1,024 characters a report. */
const REPORT = 1_024;

/** The address is made of the run's number and this client's own host, never of a payload's `deployment_callback_url`. */
async function answerRule(asker: Asker, request: Parameters<ForgeDeployments['answerRule']>[0]): Promise<void> {
  const { run, environment, state, comment } = request;
  const asking = {
    doing: `answer the protection rule of ${environment} for run ${cutTo(run, 20)}`,
    route: 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule',
  } as const;
  await asker.ask(asking, {
    run_id: numberOf(run, asking.doing),
    environment_name: environment,
    comment: cutTo(comment, REPORT),
    ...(state === undefined ? {} : { state }),
  });
}
