/** Rollouts as deployment objects. https://docs.github.com/rest/deployments/deployments, https://docs.github.com/rest/deployments/statuses */
import {
  type Aftermath,
  aftermathOf,
  changedDeployments,
  deploymentsOf,
  isOfPair,
  type WantedStatus,
} from '../../../core/report/deployment-status.ts';
import type { ForgeDeployment } from '../../../ports/forge.ts';
import type { Showing } from './showing.ts';

/** One deployment for each GitHub environment a release has reached; its status says how it stands there. */
export async function showDeployments(showing: Showing): Promise<boolean> {
  const { memory, again, shown } = showing;
  const { before, after } = shown;
  const wanted = again ? deploymentsOf(after) : changedDeployments(before, after);
  const failed: unknown[] = [];
  for (const one of wanted) await showOne(showing, one).catch((error: unknown) => failed.push(error));
  if (failed.length > 0) throw failed[0];
  const left = aftermathOf(again ? undefined : before, after);
  if (left && !memory.settled.has(after.id)) {
    await settle(showing, left);
    memory.settled.add(after.id);
  }
  return true;
}

const keyOf = ({ rollout, environment }: WantedStatus): string => `${rollout} ${environment}`;

async function showOne(showing: Showing, wanted: WantedStatus): Promise<void> {
  const { options, memory } = showing;
  const key = keyOf(wanted);
  const status = `${wanted.state} ${wanted.description}`;
  const known = memory.deployments.get(key);
  if (known?.status === status) return;
  const deployment = known?.deployment ?? (await findOrCreate(showing, wanted));
  memory.deployments.set(key, { deployment });
  await options.forge.deployments.setStatus(deployment.id, {
    state: wanted.state,
    description: wanted.description,
    ...urlOf(showing, wanted),
    logUrl: wanted.run === undefined ? logOf(showing) : options.links.run(wanted.run),
  });
  memory.deployments.set(key, { deployment, status });
  if (memory.deployments.size > MOST) memory.deployments.delete(memory.deployments.keys().next().value ?? '');
}

const MOST = 1_000;

/** GitHub has no "create unless it is there": who made one looks again, and of those made at once the first counts for everybody. */
async function findOrCreate(showing: Showing, wanted: WantedStatus): Promise<ForgeDeployment> {
  const { forge } = showing.options;
  const { environment, sha, rollout, description } = wanted;
  const { production } = showing.shown;
  const mine = async (): Promise<readonly ForgeDeployment[]> => {
    const all = await forge.deployments.list({ environment, sha });
    return all.filter((one) => one.rollout === rollout).toReversed();
  };
  const found = await mine();
  const made =
    found.length === 0
      ? await forge.deployments.create({ environment, sha, rollout, description, production })
      : undefined;
  const [first, ...twins] = made ? await mine() : found;
  for (const { id } of twins) await endTwin(showing, id);
  return first ?? (made as ForgeDeployment);
}

async function endTwin({ options: { forge } }: Showing, id: number): Promise<void> {
  if ((await forge.deployments.state(id)) === 'inactive') return;
  await forge.deployments.setStatus(id, { state: 'inactive', description: 'made twice at once: the first one counts' });
}

/** The candidate's own address until users have it, then the service's. */
function urlOf({ shown: { after, url } }: Showing, { state }: WantedStatus): { readonly environmentUrl?: string } {
  const own = state === 'in_progress' ? (after.url ?? url) : state === 'success' ? (url ?? after.url) : undefined;
  return own === undefined ? {} : { environmentUrl: own };
}

/** The run that asked for it, where one did; else the commit that says so. */
function logOf({ options, shown: { after, commit } }: Showing): string {
  const { source } = after;
  return source !== undefined && /^https?:\/\/\S+\/actions\/runs\/\d+/.test(source)
    ? source
    : options.links.commit(commit);
}

/**
 * What was there before is inactive once it is replaced, in every environment it had reached, and active again once it serves
 * again. Only what was made before the rollout's own counts: the same commit may have come back since.
 */
async function settle(showing: Showing, left: Aftermath): Promise<void> {
  const { options, shown, memory } = showing;
  const { after } = shown;
  const own = deploymentsOf(after).flatMap((one) => memory.deployments.get(keyOf(one))?.deployment.id ?? []);
  const since = Math.min(...own);
  const all = await options.forge.deployments.list({ sha: left.sha });
  const before = all.filter(({ id, rollout }) => id < since && rollout !== undefined && isOfPair(rollout, after));
  for (const environment of new Set(before.map((one) => one.environment))) {
    const here = before.filter((one) => one.environment === environment);
    if (left.kind === 'replaced') await replace(showing, { here, left });
    else if (left.environments.includes(environment)) await serveAgain(showing, { here, left });
  }
}

interface Place {
  /** Of one environment, newest first. */
  readonly here: readonly ForgeDeployment[];
  readonly left: Aftermath;
}

/** What is live is among the newest: each look is a call. */
const MOST_ASKED = 5;
const LIVES: readonly (string | undefined)[] = ['success', 'in_progress', 'queued', 'pending'];

async function replace({ options: { forge } }: Showing, { here, left: { description } }: Place): Promise<void> {
  for (const { id } of here.slice(0, MOST_ASKED)) {
    if (!LIVES.includes(await forge.deployments.state(id))) continue;
    return forge.deployments.setStatus(id, { state: 'inactive', description });
  }
}

async function serveAgain(showing: Showing, { here, left: { description } }: Place): Promise<void> {
  const { forge } = showing.options;
  const { url } = showing.shown;
  // Of those made at once the first one counts.
  const stable = here.findLast(({ rollout }) => rollout === here[0]?.rollout);
  if (!stable || (await forge.deployments.state(stable.id)) === 'success') return;
  const logUrl = logOf(showing);
  const environmentUrl = url === undefined ? {} : { environmentUrl: url };
  await forge.deployments.setStatus(stable.id, { state: 'success', description, logUrl, ...environmentUrl });
}
