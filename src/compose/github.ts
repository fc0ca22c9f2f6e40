/** The engine for a job of a workflow: configuration and state by GitHub's API, nothing checked out unless commands need it. */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { Actor, Role } from '../core/model/actor.ts';
import type { Config } from '../core/model/config.ts';
import type { Release } from '../core/model/release.ts';
import type { Store } from '../ports/store.ts';
import { breakerEnabled } from '../core/watch/grade.ts';
import { CONFIG_FILES, decodeText } from '../adapters/config-yaml/load.ts';
import type { GithubCall, GithubClient } from '../adapters/github/client/client.ts';
import { githubChannel } from '../adapters/github/channel/channel.ts';
import { githubForge } from '../adapters/github/forge/forge.ts';
import { githubPolicies } from '../adapters/github/policies.ts';
import { githubReleases } from '../adapters/github/releases.ts';
import type { GithubOpened } from '../adapters/github/store/opening.ts';
import { serviceProbe } from '../adapters/probe/probe.ts';
import { processRunner } from '../adapters/runner-process/runner.ts';
import { guardedChannel } from '../engine/guard.ts';
import { workflowWaker, type WorkflowNames } from '../engine/wake.ts';
import type { PlacedPlatform, Wiring } from '../engine/wiring.ts';
import type { Channel } from '../ports/channel.ts';
import type { Forge } from '../ports/forge.ts';
import { type MarkdownOptions, renderMarkdown } from '../render/markdown.ts';
import { channelsOf } from './channels.ts';
import { askGithub, type GithubAnswered, type GithubAsking, githubClientOf } from './github-asking.ts';
import { configOf } from './github-config.ts';
import { hereOf, knowingItself, thisRunGoesOn } from './github-run.ts';
import { gitCredentials } from './github-git.ts';
import { type Checkout, platformsOf } from './github-platforms.ts';
import { openStore, stateAddress } from './github-store.ts';

export interface GithubComposeOptions extends GithubAsking {
  /** Where the repository may be checked out, relative to the workspace. */
  readonly folder: string;
  /** How the state is read and written: by the API, or by git in the checkout. */
  readonly store: 'api' | 'git';
  /** Jobs behind this one go on with what waits for a job: none is started for it. */
  readonly followed: boolean;
  /** Names of workflows that are started; absent: the usual ones. */
  readonly workflows?: WorkflowNames;
}

export interface GithubComposed {
  readonly wiring: Wiring;
  readonly config: Config;
  readonly forge: Forge;
  /** Who asks, and his role where GitHub said it in passing. */
  readonly actor?: Actor;
  readonly role?: Role;
  /** The full SHA that is checked out; absent: nothing is. */
  readonly checkout?: string;
  /** What was asked of GitHub so far. */
  readonly calls: () => readonly GithubCall[];
  /** So few calls are left that only going back and results should be asked. */
  readonly scarce: () => boolean;
  close(): Promise<void>;
}

/**
 * `answered`: what was asked of GitHub for the same options before. Rejects with a StoreError or ForgeError (token, permissions, GitHub
 * itself), or with `config-missing` or `config-invalid`.
 */
export async function composeGithub(
  options: GithubComposeOptions,
  answered?: Promise<GithubAnswered>,
): Promise<GithubComposed> {
  const { run, env, log } = options;
  const { client, opened, actor } = await (answered ?? askGithub(options));
  const forge = githubForge(client, { checks: { run: run.runId } });
  const config = configOf(opened, run);
  const folder = resolve(run.workspace ?? '.', options.folder);
  const places = await platformsOf(config, {
    env,
    folder,
    credentials: gitCredentials(run.serverUrl, options.token),
    runs: knowingItself(forge.runs, run),
    log,
  });
  const { store, close } = await openStore(options, { client, config, opened, folder });
  const wiring = wiringOf(options, { client, forge, config, opened, store, places, folder });
  log(`configuration of ${opened.defaultBranch?.name ?? ''} at ${opened.defaultBranch?.oid.slice(0, 7) ?? ''}`);
  return {
    wiring,
    config,
    forge,
    ...(actor === undefined ? {} : { actor }),
    ...(opened.role === undefined ? {} : { role: opened.role }),
    ...(places.head === undefined ? {} : { checkout: places.head }),
    calls: () => client.calls(),
    scarce: () => client.scarce(),
    close,
  };
}

/** The forge alone, for what has to be said where no configuration can be read. Asks nothing yet. */
export async function githubForgeAlone(options: GithubAsking): Promise<Forge> {
  return githubForge(await githubClientOf(options));
}

interface Parts {
  readonly client: GithubClient;
  readonly config: Config;
  readonly opened: GithubOpened;
  readonly folder: string;
}

interface Assembled extends Parts {
  readonly forge: Forge;
  readonly store: Store;
  readonly places: Checkout & { readonly platforms: ReadonlyMap<string, PlacedPlatform> };
}

function wiringOf(
  { run, env, clock, log, followed, workflows }: GithubComposeOptions,
  { client, forge, config, opened, store, places, folder }: Assembled,
): Wiring {
  const releases = githubReleases({ client, code: forge.code });
  const has = places.head === undefined ? [] : ['checkout'];
  const branch = opened.defaultBranch?.name ?? 'main';
  const wake = workflowWaker({ runs: forge.runs, config, ref: branch, ...(workflows && { workflows }) });
  return {
    store,
    config,
    clock,
    random: () => Math.random(),
    platforms: places.platforms,
    sources: new Map(),
    probe: serviceProbe({ runner: processRunner(env), cwd: folder }),
    channels: [shownOn({ run, forge, config, clock, log }), ...channelsOf(config, env, { clock, log })].map((channel) =>
      guardedChannel(channel, clock),
    ),
    forge,
    wake: followed ? thisRunGoesOn(wake, run) : wake,
    here: hereOf({ run, has, machine: env['RUNNER_NAME'] ?? hostname(), process: process.pid }),
    resolve: once((version) => releases.resolve(version)),
    policies: githubPolicies({ client, files: CONFIG_FILES, decode, branch }),
    automaticOff: !breakerEnabled(env['ROLLBACK_CIRCUIT_BREAKER_ENABLED']),
    log,
  };
}

function decode(text: string): Config | undefined {
  const decoded = decodeText(text);
  return decoded.ok ? decoded.config : undefined;
}

interface Shown extends Pick<GithubComposeOptions, 'run' | 'clock' | 'log'> {
  readonly forge: Forge;
  readonly config: Config;
}

/** GitHub itself shows what moves: deployments, comments, a check. */
function shownOn({ run, forge, config, clock, log }: Shown): Channel {
  const place = `${run.serverUrl}/${run.repository.owner}/${run.repository.name}`;
  const commits = stateAddress(config, run);
  return githubChannel({
    forge,
    clock,
    owner: run.repository.owner,
    markdown: (report, mentions) => renderMarkdown(report, { ...wordsOf(config), mentions }),
    links: { commit: (revision) => `${commits}/commit/${revision}`, run: (id) => `${place}/actions/runs/${id}` },
    progress: config.comments.progress,
    log,
  });
}

/** Commands as they are typed in comments here. */
function wordsOf({ comments }: Config): Pick<MarkdownOptions, 'prefix' | 'bare'> {
  return { prefix: comments.prefix, bare: comments.bare };
}

/** What a version stands for is asked once: a tag that moves while the job runs is not another release half way. */
function once(ask: (version: string) => Promise<Release | undefined>): Wiring['resolve'] {
  const known = new Map<string, Promise<Release | undefined>>();
  return (version) => {
    const asked = known.get(version) ?? ask(version);
    known.set(version, asked);
    asked.catch(() => known.delete(version));
    return asked;
  };
}
