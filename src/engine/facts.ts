/** Facts for a decision: what the platforms can, who performs here, which commits the versions named are. */
import type { Command } from '../core/command/command.ts';
import { readRelease } from '../core/command/target.ts';
import type { Facts, PlatformFacts } from '../core/facts.ts';
import { type Config, serviceIn } from '../core/model/config.ts';
import type { Release } from '../core/model/release.ts';
import { MINUTE } from '../core/model/time.ts';
import { WAKE } from '../core/rollout/wake.ts';
import type { Wiring } from './wiring.ts';

/** A claim's shortest lease; an operation that may take longer by its own limits has a longer one. */
const CLAIM = 20 * MINUTE;

interface FactOptions {
  /** What time it is (`timeAt`), in ms. */
  readonly now: number;
  /** The store's clock and the one here were apart at the read. */
  readonly clockOff: boolean;
  readonly releases?: Readonly<Record<string, Release>>;
  readonly seen?: Facts['seen'];
  readonly experiments?: Facts['experiments'];
  readonly unread?: Facts['unread'];
  readonly days?: Facts['days'];
  readonly traffic?: Facts['traffic'];
  readonly checks?: Facts['checks'];
  readonly authors?: Facts['authors'];
  readonly run?: Facts['run'];
}

export function factsOf(
  wiring: Wiring,
  { now, clockOff, releases = {}, seen, traffic, experiments, unread, days, checks, authors, run }: FactOptions,
): Facts {
  const { automaticOff } = wiring;
  return {
    now,
    performer: performerOf(wiring),
    platforms: platformFacts(wiring),
    sources: [...wiring.sources.keys()],
    releases,
    automaticOff,
    clockOff,
    ...(seen === undefined ? {} : { seen, sole: solePairs(wiring) }),
    ...(traffic === undefined ? {} : { traffic }),
    ...(checks && { checks }),
    ...(authors && { authors }),
    ...(run && { run }),
    ...(experiments === undefined ? {} : { experiments }),
    ...(unread === undefined ? {} : { unread }),
    ...(days === undefined ? {} : { days }),
    ...wiring.given,
  };
}

/** Who performs here, what it has, and the workflow run that it is a job of. */
function performerOf({ here, wake }: Wiring): Facts['performer'] {
  if (!here) return null;
  const { id, has, run } = here;
  return {
    id,
    has: wake ? [...has, WAKE] : has,
    claimFor: CLAIM,
    ...(run && { runId: run.id, runAttempt: run.attempt }),
    ...(run?.job === undefined ? {} : { job: run.job }),
    ...(run?.runner === undefined ? {} : { runner: run.runner }),
    ...(run?.repository === undefined ? {} : { repository: run.repository }),
  };
}

/** Pairs whose versions nobody but Sluice runs. */
export function solePairs({ platforms }: Pick<Wiring, 'platforms'>): readonly string[] {
  return [...platforms].flatMap(([pair, { platform }]) => (platform.sole === true ? [pair] : []));
}

/** What platforms can never changes while they are open: with a hundred of them each decision would ask ten thousand times. */
const known = new WeakMap<Wiring['platforms'], Facts['platforms']>();

function platformFacts({ platforms, config }: Wiring): Facts['platforms'] {
  const facts = known.get(platforms) ?? askPlatforms(platforms, config);
  known.set(platforms, facts);
  return facts;
}

function askPlatforms(platforms: Wiring['platforms'], config: Config): Readonly<Record<string, PlatformFacts>> {
  return Object.fromEntries(
    [...platforms].map(([pair, { platform, needs, deployNeeds }]) => [
      pair,
      { ...platform.capabilities(), needs, ...(deployNeeds && { deployNeeds }), ...timeoutOf(config, pair) },
    ]),
  );
}

function timeoutOf(config: Config, pair: string): Pick<PlatformFacts, 'timeout'> {
  const [service = '', environment = ''] = pair.split('/');
  const found = serviceIn(config, service, environment);
  return found ? { timeout: found.platform.timeout } : {};
}

/** The commits that a command's versions stand for, by the text that names them. */
export async function resolveReleases(wiring: Wiring, command: Command): Promise<Readonly<Record<string, Release>>> {
  const named = [command.args['releases'], command.args['version']]
    .flat()
    .filter((one): one is string => typeof one === 'string');
  const found = await Promise.all(
    named.map(async (text) => {
      const { service, version } = readRelease(text);
      return [text, await wiring.resolve(version, service)] as const;
    }),
  );
  return Object.fromEntries(found.flatMap(([text, release]) => (release ? [[text, release]] : [])));
}
