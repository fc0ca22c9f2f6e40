import { join } from 'node:path';
import type { Clock } from '../../ports/clock.ts';
import type { MetricSource } from '../../ports/metric-source.ts';
import type { OperationStatus, Platform } from '../../ports/platform.ts';
import { LOCAL_CAPABILITIES } from './capabilities.ts';
import { Keeper } from './keeper.ts';
import { openOperations, type Operations } from './operations.ts';
import { decodeLocalOptions, type LocalOptions } from './options.ts';
import { takeOwnership } from './owner.ts';
import { createAdmin } from './router/admin.ts';
import { listen } from './router/listen.ts';
import { type Meter, openMeter } from './router/meter.ts';
import { createRouter, type Router } from './router/router.ts';
import { statisticsOf, type VersionStatistics } from './router/statistics.ts';
import { openWeights, type Weights, weightsProblem } from './weights.ts';

export interface LocalPlatformSetup {
  readonly service: string;
  readonly environment: string;
  /** The keys of `platform:` but `type` and `timeout`. */
  readonly options: Readonly<Record<string, unknown>>;
  /** This process' environment; versions see PATH, HOME and what `options.env` names of it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of this pair alone; what runs is found again by it. */
  readonly runtimeFolder: string;
  readonly clock: Clock;
}

export interface LocalPlatform extends Platform {
  /** What the router measured of each version. */
  readonly metrics: MetricSource;
  /** Where the users go: `http://127.0.0.1:8080`. */
  readonly address: string;
  /** Where `/metrics` (Prometheus) and `/statistics` (JSON) are. */
  readonly adminAddress: string;
  /** What each version did in the last `seconds`, at most 3,600. */
  statistics(seconds: number): readonly VersionStatistics[];
  /** Stops listening and lets go of the folder. Versions are stopped, for the next owner to start again, or kept. */
  close(keepVersions?: boolean): Promise<void>;
}

/**
 * Versions as child processes behind a router that spreads traffic by weight and measures each of them.
 * Rejects with `config-invalid`, `port-in-use`, or `busy` (another process runs this folder's versions).
 */
export async function localPlatform(setup: LocalPlatformSetup): Promise<LocalPlatform> {
  const options = decodeLocalOptions(setup.options);
  const closing: (() => Promise<void>)[] = [await takeOwnership(setup.runtimeFolder)];
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).toReversed()) await step();
  };
  try {
    const parts = await openParts(setup, options);
    closing.push(() => parts.meter.close());
    const admin = await listen(createAdmin({ ...parts, ...parts.router, ...parts.meter }), options.adminPort);
    closing.push(() => admin.close(0));
    const door = await listen(parts.router.server, options.port);
    closing.push(() => door.close());
    await parts.keeper.adopt();
    let closed: Promise<void> | undefined; // once: by then the versions may be another owner's
    return {
      ...actionsOf(parts),
      metrics: parts.meter.source,
      address: `http://127.0.0.1:${door.port}`,
      adminAddress: `http://127.0.0.1:${admin.port}`,
      close(keepVersions = false) {
        closed ??= door
          .close()
          .then(() => parts.keeper.close(keepVersions))
          .then(close);
        return closed;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Parts {
  readonly pair: { readonly service: string; readonly environment: string };
  readonly now: () => number;
  readonly weights: Weights;
  readonly meter: Meter;
  readonly router: Router;
  readonly operations: Operations;
  readonly keeper: Keeper;
}

async function openParts(setup: LocalPlatformSetup, options: LocalOptions): Promise<Parts> {
  const { service, environment, env, runtimeFolder: folder, clock } = setup;
  const pair = { service, environment };
  const now = (): number => clock.now();
  const weights = await openWeights(join(folder, 'weights.json'));
  const operations = await openOperations(join(folder, 'operations'));
  const meter = await openMeter({ folder: join(folder, 'traffic'), pair, now });
  const router = createRouter({
    pair,
    now,
    record: meter.record,
    algorithm: options.algorithm,
    trusted: options.trustProxy,
    timeout: options.requestTimeout,
    ...(options.sticky && { sticky: options.sticky }),
  });
  const place = { service, environment, options, env, folder };
  const keeper = new Keeper({ place, router, operations, clock, weightOf: (label) => weights.of(label) });
  return { pair, now, weights, meter, router, operations, keeper };
}

function actionsOf(parts: Parts): Platform & Pick<LocalPlatform, 'statistics'> {
  const { keeper, meter, router, now } = parts;
  return {
    type: 'local',
    sole: true,
    capabilities: () => LOCAL_CAPABILITIES,
    deploy: (request) => keeper.deploy(request),
    weights: async ({ operation, weights }) => note(parts, operation, await setWeights(parts, weights)),
    observe: () =>
      Promise.resolve(
        router.upstreams.map(({ label, weight, healthy, port }) => {
          return { label, weight, healthy, url: `http://127.0.0.1:${port}` };
        }),
      ),
    find: ({ operation }) => Promise.resolve(keeper.find(operation)),
    remove: async ({ operation, label, last = false }) => note(parts, operation, await remove(parts, label, last)),
    statistics: (seconds) => statisticsOf(meter.record, router.upstreams, { seconds, now: now() }),
  };
}

async function setWeights(parts: Parts, wanted: Readonly<Record<string, number>>): Promise<OperationStatus> {
  const { keeper, router, weights } = parts;
  const problem = weightsProblem(wanted, (label) => keeper.has(label));
  if (problem !== undefined) return { state: 'failed', detail: problem };
  await weights.set(wanted);
  for (const upstream of router.upstreams) upstream.weight = weights.of(upstream.label);
  return { state: 'done' };
}

async function remove(parts: Parts, label: string, last: boolean): Promise<OperationStatus> {
  const { keeper, weights } = parts;
  const weight = weights.of(label);
  if (weight > 0 && !last && keeper.has(label))
    return {
      state: 'failed',
      detail: `${label} has ${weight / 1_000}% of the traffic: give it to another version first`,
    };
  if (weight > 0 && last) await takeTraffic(parts, label);
  await keeper.remove(label);
  return { state: 'done' };
}

/** Its share goes to nobody: where no other version has any, users are answered 503 until one is deployed. */
async function takeTraffic({ router, weights }: Parts, label: string): Promise<void> {
  const others = router.upstreams.filter((one) => one.label !== label && one.weight > 0);
  await weights.set(Object.fromEntries(others.map((one) => [one.label, weights.of(one.label)])));
  for (const upstream of router.upstreams) upstream.weight = weights.of(upstream.label);
}

async function note({ operations, now }: Parts, operation: string, status: OperationStatus): Promise<OperationStatus> {
  if (status.state === 'running') return status;
  await operations.note({ operation, at: now(), ...status });
  return status;
}
