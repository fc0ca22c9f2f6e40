/** Configuration and machine in, engine with its adapters out: the only file that knows them all. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Config, ServiceConfig } from './core/model/config.ts';
import { serviceIn } from './core/model/config.ts';
import { stateRemote } from './core/config/state-remote.ts';
import { breakerEnabled } from './core/watch/grade.ts';
import { CONFIG_FILES, decodeText, loadConfig } from './adapters/config-yaml/load.ts';
import { systemClock } from './adapters/clock-system/clock.ts';
import { processPerformer } from './adapters/performer-process/performer.ts';
import { gitPolicies, isUncommitted } from './adapters/policies-git/policies.ts';
import { serviceProbe } from './adapters/probe/probe.ts';
import { gitReleases } from './adapters/releases-git/releases.ts';
import { processRunner } from './adapters/runner-process/runner.ts';
import { gitStore } from './adapters/store-git/git-store.ts';
import { channelsOf } from './compose/channels.ts';
import { commandPlaced, withVariables } from './compose/command.ts';
import { sentEvents } from './compose/experiments.ts';
import { jobPlaced } from './compose/job.ts';
import { gitFolder } from './compose/git-folder.ts';
import { guardedChannel, guardedSource } from './engine/guard.ts';
import type { PlacedPlatform, Wiring } from './engine/wiring.ts';
import type { Clock } from './ports/clock.ts';
import type { MetricSource } from './ports/metric-source.ts';

/** Where the configuration lies, how its text is read, and the file of a repository's root read. */
export { CONFIG_FILES, decodeText, loadConfig };

export { channelsOf } from './compose/channels.ts';

/** For whoever embeds the engine and has no repository: state that lives as long as the process, the machine's clock, notices to a URL. */
export { webhookChannel, type WebhookOptions } from './adapters/channel-webhook/webhook.ts';
export { systemClock } from './adapters/clock-system/clock.ts';
export { memoryStore } from './adapters/store-memory/memory-store.ts';

export interface ComposeOptions {
  /** Any folder of the repository. */
  readonly folder: string;
  readonly config: Config;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether this process runs the local platform: versions, router, metrics. */
  readonly serves: boolean;
  /** The router's port instead of the configured one, where there is one local pair. */
  readonly port?: number;
  readonly log: (line: string) => void;
  readonly clock?: Clock;
}

export interface Composed {
  readonly wiring: Wiring;
  /** Where the local services answer, by pair. */
  readonly addresses: ReadonlyMap<string, { readonly service: string; readonly admin: string }>;
  /** Ends what was opened; versions keep running where asked. */
  close(keepVersions?: boolean): Promise<void>;
}

interface Opened {
  readonly platforms: Map<string, PlacedPlatform>;
  readonly metrics: Map<string, MetricSource>;
  /** What routers of other processes wrote down. */
  readonly logged: Map<string, MetricSource>;
  readonly addresses: Map<string, { readonly service: string; readonly admin: string }>;
  readonly closing: ((keep: boolean) => Promise<void>)[];
}

/** Rejects with the typed error of the adapter that could not be opened; what was opened before it is closed again. */
export async function compose(options: ComposeOptions): Promise<Composed> {
  const { config, env, folder, log, clock = systemClock() } = options;
  const isEdited = isUncommitted(folder, CONFIG_FILES);
  const store = await gitStore({
    repository: folder,
    branch: config.state.branch,
    clock,
    warn: log,
    ...(await remoteOf(config, folder)),
  });
  const opened: Opened = {
    platforms: new Map(),
    metrics: new Map(),
    logged: new Map(),
    addresses: new Map(),
    closing: [() => Promise.resolve(store.close())],
  };
  const close = async (keep = false): Promise<void> => {
    for (const step of opened.closing.splice(0).toReversed()) await step(keep);
  };
  try {
    await openPlatforms({ ...options, clock }, opened);
  } catch (error) {
    await close();
    throw error;
  }
  const performer = processPerformer();
  const releases = gitReleases(folder);
  const wiring: Wiring = {
    store,
    config,
    clock,
    random: () => Math.random(),
    platforms: opened.platforms,
    sources: guarded(sourcesOf(config, opened.metrics, options.serves), clock),
    logged: sourcesOf(config, opened.logged, !options.serves),
    experimentSources: [sentEvents(folder, clock)],
    probe: serviceProbe({ runner: processRunner(env), cwd: folder }),
    channels: channelsOf(config, env, { clock, log }).map((channel) => guardedChannel(channel, clock)),
    here: { ...performer, has: ['checkout', ...(options.serves ? [...opened.metrics.keys()].map(localNeed) : [])] },
    resolve: (version) => releases.resolve(version),
    policies: gitPolicies({ folder, files: CONFIG_FILES, decode: configIn }),
    ...((await isEdited) && { uncommitted: config.digest }),
    automaticOff: !breakerEnabled(env['ROLLBACK_CIRCUIT_BREAKER_ENABLED']),
    log,
  };
  return { wiring, addresses: opened.addresses, close };
}

/** A configuration's text decoded; undefined where it has errors. */
function configIn(text: string): Config | undefined {
  const decoded = decodeText(text);
  return decoded.ok ? decoded.config : undefined;
}

/** `state.repository` names another repository: that is the remote which holds the branch. */
async function remoteOf({ state }: Config, folder: string): Promise<{ readonly remote?: string }> {
  if (state.repository === undefined) return {};
  const origin = await promisify(execFile)('git', ['config', '--get', 'remote.origin.url'], { cwd: folder }).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
  return { remote: stateRemote(state.repository, origin) };
}

function localNeed(pair: string): string {
  return `local:${pair}`;
}

async function openPlatforms(options: ComposeOptions & { readonly clock: Clock }, opened: Opened): Promise<void> {
  const { config } = options;
  for (const environment of Object.keys(config.environments)) {
    for (const name of Object.keys(config.services)) {
      const service = serviceIn(config, name, environment);
      if (service) await openPlatform({ ...options, service, environment }, opened);
    }
  }
}

interface PairOptions extends ComposeOptions {
  readonly clock: Clock;
  readonly service: ServiceConfig;
  readonly environment: string;
}

async function openPlatform(options: PairOptions, opened: Opened): Promise<void> {
  const { service, environment, env, folder } = options;
  const pair = `${service.name}/${environment}`;
  switch (service.platform.type) {
    case 'local':
      return openLocal(options, opened, pair);
    case 'command':
      opened.platforms.set(pair, await commandPlaced(service, { env, folder }));
      return undefined;
    case 'job':
      opened.platforms.set(pair, await jobPlaced(service, { environment, env, folder }));
      return undefined;
    default:
      return undefined;
  }
}

async function openLocal(options: PairOptions, opened: Opened, pair: string): Promise<void> {
  const { service, environment, folder, env, clock, serves, port } = options;
  const needs = [localNeed(pair)];
  const runtimeFolder = async (): Promise<string> =>
    join(await gitFolder(folder), 'sluice', 'local', service.name, environment);
  if (!serves) {
    const { loggedTraffic } = await import('./adapters/platform-local/router/logged.ts');
    const named = { service: service.name, environment };
    const now = (): number => clock.now();
    opened.logged.set(pair, loggedTraffic({ folder: runtimeFolder, pair: named, now }));
    const { localElsewhere } = await import('./adapters/platform-local/elsewhere.ts');
    opened.platforms.set(pair, { platform: localElsewhere(), needs });
    return;
  }
  const { localPlatform } = await import('./adapters/platform-local/platform.ts');
  const settings = { cwd: folder, ...withVariables(service, service.platform) };
  const platform = await localPlatform({
    service: service.name,
    environment,
    options: port === undefined ? settings : { ...settings, port },
    env,
    runtimeFolder: await runtimeFolder(),
    clock,
  });
  opened.platforms.set(pair, { platform, needs, address: platform.address });
  opened.metrics.set(pair, platform.metrics);
  opened.addresses.set(pair, { service: platform.address, admin: platform.adminAddress });
  opened.closing.push((keep) => platform.close(keep));
}

/** One source of kind router answers for every local pair, by its labels. */
function sourcesOf(
  config: Config,
  metrics: ReadonlyMap<string, MetricSource>,
  serves: boolean,
): ReadonlyMap<string, MetricSource> {
  const router: MetricSource = {
    past: true,
    read: (query) => {
      const source = metrics.get(`${query.labels.service}/${query.labels.environment}`);
      return source
        ? source.read(query)
        : Promise.reject(new Error(`no router serves ${query.labels.service} in ${query.labels.environment} here`));
    },
  };
  const names = [
    'router',
    ...Object.values(config.sources).flatMap((source) => (source.type === 'router' ? [source.name] : [])),
  ];
  return new Map(serves ? names.map((name) => [name, router]) : []);
}

function guarded(sources: ReadonlyMap<string, MetricSource>, clock: Clock): ReadonlyMap<string, MetricSource> {
  return new Map([...sources].map(([name, source]) => [name, guardedSource(name, source, clock)]));
}
