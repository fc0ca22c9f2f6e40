/** Deployments and their statuses. https://docs.github.com/rest/deployments/deployments, /rest/deployments/statuses */
import {
  type Aftermath,
  aftermathOf,
  changedDeployments,
  isOfPair,
  type WantedStatus,
} from '../../../core/report/deployment-status.ts';
import type { ForgeDeployment } from '../../../ports/forge.ts';
import type { Showing } from './showing.ts';

/** One deployment for each GitHub environment a release has reached; its status says how it stands there. */
export async function showDeployments(showing: Showing): Promise<boolean> {
  const { before, after } = showing.shown;
  const changed = changedDeployments(before, after);
  const failed: unknown[] = [];
  for (const wanted of changed) await showOne(showing, wanted).catch((error: unknown) => failed.push(error));
  if (failed.length > 0) throw failed[0];
  const left = aftermathOf(before, after);
  if (left && !showing.memory.settled.has(after.id)) {
    for (const environment of left.environments) await settle(showing, left, environment);
    showing.memory.settled.add(after.id);
  }
  return true;
}

async function showOne(showing: Showing, wanted: WantedStatus): Promise<void> {
  const { options, memory } = showing;
  const key = `${wanted.rollout} ${wanted.environment}`;
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

async function findOrCreate({ options, shown }: Showing, wanted: WantedStatus): Promise<ForgeDeployment> {
  const { environment, sha, rollout, description } = wanted;
  const found = await options.forge.deployments.list({ environment, sha });
  const mine = found.find((one) => one.rollout === rollout);
  if (mine) return mine;
  return options.forge.deployments.create({ environment, sha, rollout, description, production: shown.production });
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

/** What was there before is inactive once it is replaced, and active again once it serves again. */
async function settle(showing: Showing, { kind, sha, description }: Aftermath, environment: string): Promise<void> {
  const { forge } = showing.options;
  const { after } = showing.shown;
  const all = await forge.deployments.list({ environment, ...(sha === undefined ? {} : { sha }) });
  const others = all.filter(
    (one) => one.rollout !== undefined && one.rollout !== after.id && isOfPair(one.rollout, after),
  );
  if (kind === 'replaced') {
    for (const { id } of others.filter(({ state }) => state !== undefined && LIVES.includes(state)))
      await forge.deployments.setStatus(id, { state: 'inactive', description });
    return;
  }
  const [stable] = others;
  if (!stable || stable.state === 'success') return;
  const logUrl = logOf(showing);
  await forge.deployments.setStatus(stable.id, { state: 'success', description, logUrl, ...urlOfStable(showing) });
}

const LIVES: readonly string[] = ['success', 'in_progress', 'queued', 'pending'];

function urlOfStable({ shown: { url } }: Showing): { readonly environmentUrl?: string } {
  return url === undefined ? {} : { environmentUrl: url };
}
