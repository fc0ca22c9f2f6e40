/** Whether a commit is live in an environment: what the check `sluice / deployed` says of it. */
import { pairKey } from '../facts.ts';
import type { Config, EnvironmentConfig } from '../model/config.ts';
import type { Place } from '../model/place.ts';
import type { Rollout } from '../model/rollout.ts';
import type { State } from '../model/state.ts';
import { printPercent, WHOLE } from '../model/weight.ts';
import { changedServices } from './plans.ts';
import type { Report } from '../report/report.ts';
import { shortId } from '../report/subject.ts';

export interface DeployedQuestion {
  readonly state: Pick<State, 'config' | 'places' | 'rollouts'>;
  /** Full. */
  readonly sha: string;
  /** Absent: the last of the order. */
  readonly environment?: string;
  /** Absent: all that are in the environment. Of none that is there nothing is said but that. */
  readonly services?: readonly string[];
  /** Paths that the commit changes: of the services their own alone count. */
  readonly paths?: readonly string[];
}

export interface Deployed {
  readonly environment: string;
  /** `neutral`: nothing of it belongs there. */
  readonly state: 'success' | 'queued' | 'in_progress' | 'action_required' | 'neutral';
  readonly title: string;
  readonly report: Report;
  /** What deploys what is missing, in the command language. */
  readonly commands: readonly string[];
}

/** The environment that most others come before; of several the one that is written last. Undefined: there is none. */
export function lastEnvironment({ environments }: Pick<Config, 'environments'>): string | undefined {
  const all: readonly EnvironmentConfig[] = Object.values(environments);
  const most = Math.max(0, ...all.map(({ order }) => order.length));
  return all.findLast(({ order }) => order.length === most)?.name;
}

/** Whether it depends on the files that a commit changes which services it must be live in. */
export function isSplit({ services, servicesByEnvironment }: Config, environment: string): boolean {
  const here = Object.keys(servicesByEnvironment[environment] ?? {});
  return here.some((name) => (services[name]?.paths.length ?? 0) > 0);
}

/** Success only where every service serves all its traffic by this commit, and it was found good; never where there is none. */
export function deployedIn(question: DeployedQuestion): Deployed {
  const { state, sha } = question;
  const environment = question.environment ?? lastEnvironment(state.config) ?? '';
  const known = Object.keys(state.config.servicesByEnvironment[environment] ?? {});
  const touched = question.services ?? (question.paths && changedServices(state.config, question.paths));
  const services = known.filter((name) => touched?.includes(name) ?? true);
  const pairs = services.map((service) => standingOf({ service, environment }, question));
  const none = known.length === 0 ? 'action_required' : 'neutral';
  const worst = ORDER.find((one) => pairs.some(({ is }) => is === one)) ?? none;
  const missing = pairs.filter(({ is }) => is === 'action_required').map(({ service }) => service);
  return {
    environment,
    state: worst,
    title: titleOf(worst, { environment, missing, known, services }),
    report: {
      blocks: [
        {
          type: 'table',
          columns: [{ title: 'service' }, { title: 'state', moods: true }, { title: 'detail' }],
          rows: pairs.map(({ service, is, detail }) => [service, WORDS[is], detail]),
        },
      ],
    },
    commands: missing.map((service) => `deploy ${service}@${sha.slice(0, 12)} in ${environment}`),
  };
}

type Standing = Deployed['state'];

/** What one says is said of all. */
const ORDER: readonly Standing[] = ['action_required', 'in_progress', 'queued', 'success'];
const WORDS: Readonly<Record<Standing, string>> = {
  success: 'live',
  queued: 'queued',
  in_progress: 'rolling out',
  action_required: 'no',
  neutral: 'no part of it',
};

interface PairStanding {
  readonly service: string;
  readonly is: Standing;
  readonly detail: string;
}

function standingOf(
  pair: { readonly service: string; readonly environment: string },
  { state, sha }: DeployedQuestion,
): PairStanding {
  const { service } = pair;
  const place = state.places.get(pairKey(pair));
  const say = (is: Standing, detail: string): PairStanding => ({ service, is, detail });
  if (!place) return say('action_required', 'nothing was ever deployed there');
  const moving = rolloutOf(place, sha, state.rollouts);
  if (moving) return say('in_progress', `${shortId(moving.id)}: ${moving.phase}`);
  if (place.live?.commit === sha) return liveHere(place, say);
  const queued = place.queue.find(({ release }) => release?.commit === sha);
  if (queued) return say('queued', `waits since ${queued.since}`);
  return say(
    'action_required',
    place.live ? `${place.live.label} (${place.live.commit.slice(0, 7)}) is live` : 'nothing is live there',
  );
}

function liveHere(
  { live, weights, good, settling }: Place,
  say: (is: Standing, detail: string) => PairStanding,
): PairStanding {
  const label = live?.label ?? '';
  // Where a deploy takes all traffic there are no weights: what is live has it all.
  const share = Object.keys(weights).length === 0 ? WHOLE : (weights[label] ?? 0);
  if (share < WHOLE) return say('in_progress', `${label} has ${printPercent(share)} of the traffic`);
  if (settling !== undefined) return say('success', `${label} has all traffic, and is still watched`);
  const isGood = good.some(({ commit }) => commit === live?.commit);
  return isGood
    ? say('success', `${label} since ${live?.since ?? ''}`)
    : say('in_progress', `${label} is not known to be good yet`);
}

/** The rollout that brings this commit, as long as it is not over. */
function rolloutOf({ active }: Place, sha: string, rollouts: State['rollouts']): Rollout | undefined {
  const rollout = rollouts.get(active ?? '');
  if (rollout?.subject.type !== 'release' || rollout.subject.release.commit !== sha) return undefined;
  return rollout.phase === 'rolling-back' || rollout.phase === 'failed' ? undefined : rollout;
}

interface Title {
  readonly environment: string;
  readonly missing: readonly string[];
  readonly known: readonly string[];
  readonly services: readonly string[];
}

function titleOf(is: Standing, { environment, missing, known, services }: Title): string {
  if (known.length === 0) return `no service is in ${environment}`;
  if (services.length === 0) return `no service of this change is in ${environment}`;
  if (is === 'action_required') return `not live in ${environment}: ${some(missing)}`;
  const which = services.length < known.length ? `: ${some(services)}` : '';
  if (is === 'success') return `live in ${environment}${which}`;
  return `${is === 'queued' ? 'waits for its turn in' : 'on its way to'} ${environment}${which}`;
}

const MOST_NAMED = 5;

function some(names: readonly string[]): string {
  const left = names.length - MOST_NAMED;
  return `${names.slice(0, MOST_NAMED).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}
