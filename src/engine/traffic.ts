/** What is known of a pair's traffic: its last rollouts, else the sources that have a past. */
import type { Command } from '../core/command/command.ts';
import { parseCommand } from '../core/command/parse.ts';
import { readRelease } from '../core/command/target.ts';
import { environmentOf, serviceOf } from '../core/environment/resolve.ts';
import { type Facts, pairKey } from '../core/facts.ts';
import type { Config } from '../core/model/config.ts';
import type { Traffic } from '../core/judge/forecast/sight.ts';
import { needsOf } from '../core/needs.ts';
import type { Place } from '../core/model/place.ts';
import type { Rollout } from '../core/model/rollout.ts';
import type { State } from '../core/model/state.ts';
import { HOUR, MINUTE } from '../core/model/time.ts';
import { WHOLE } from '../core/model/weight.ts';
import { foresight } from '../core/rollout/foresight.ts';
import { type Recording, rolloutsOfPair, trafficOf, trafficSeen } from '../core/rollout/traffic-seen.ts';
import { newestEnded } from './inspect/ended.ts';
import { stateOf } from './state.ts';
import type { Wiring } from './wiring.ts';

export interface TrafficQuestion {
  readonly service: string;
  readonly environment: string;
  readonly state: State;
  readonly now: number;
}

/** Of rollouts that ended: one that went back early may have seen nothing. */
const MOST = 5;
const MOST_OF_ALL = 100;
const QUESTION_TIME = 3_000;

/** Undefined: nothing is recorded, and no source could say. Never rejects: it is a remark, not a gate. */
async function recordedTraffic(wiring: Wiring, question: TrafficQuestion): Promise<Traffic | undefined> {
  const { service, environment, state } = question;
  const open = trafficSeen(rolloutsOfPair(state, { service, environment }));
  if (open) return open;
  const ended = await newestEnded(wiring.store, { target: service, environment, most: MOST }).catch(() => []);
  return trafficSeen(ended) ?? askSources(wiring, question);
}

/** The last hour of the live version, of every metric that counts events; delays are left to come in. */
async function askSources(wiring: Wiring, question: TrafficQuestion): Promise<Traffic | undefined> {
  const place = question.state.places.get(`${question.service}/${question.environment}`);
  if (!place?.live) return undefined;
  const recordings = await Promise.all(
    Object.values(wiring.config.metrics).map((metric) => askOne(wiring, { metric, place, now: question.now })),
  );
  return trafficOf(
    recordings.flatMap((one) => one ?? []),
    `as ${place.live.label} had it in the last hour`,
  );
}

interface Asked {
  readonly metric: Config['metrics'][string];
  readonly place: Place;
  readonly now: number;
}
async function askOne(wiring: Wiring, { metric, place, now }: Asked): Promise<Recording | undefined> {
  const source = wiring.sources.get(metric.source);
  const { live, service, environment } = place;
  if (!source?.past || !live || metric.kind === 'value') return undefined;
  const labels = { service, environment, version: live.label, sha: live.commit };
  const start = Math.floor((now - metric.delay) / MINUTE) * MINUTE - HOUR;
  const signal = AbortSignal.timeout(QUESTION_TIME);
  const samples = await source.read({ metric, labels, start, width: HOUR, count: 1, signal }).catch(() => []);
  const [sample] = samples;
  const weight = metric.perVersion ? (place.weights[live.label] ?? WHOLE) : WHOLE;
  return sample ? { metric: metric.name, sample, span: HOUR, weight } : undefined;
}

/** Of every pair of the configuration: what is recorded is read once for all of them. */
export async function trafficOfAll(wiring: Wiring): Promise<NonNullable<Facts['traffic']>> {
  const { config, store } = wiring;
  const snapshot = await store.read(['rollouts/', 'services/']);
  const state = await stateOf(snapshot, config, store);
  const ended = await newestEnded(store, { target: undefined, environment: undefined, most: MOST_OF_ALL }).catch(
    () => [],
  );
  const all = { rollouts: new Map([...state.rollouts.values(), ...ended].map((rollout) => [rollout.id, rollout])) };
  const pairs = Object.entries(config.servicesByEnvironment).flatMap(([environment, services]) =>
    Object.keys(services).map((service) => ({ service, environment })),
  );
  const found = await Promise.all(
    pairs.map(async (pair) => {
      const recorded = trafficSeen(rolloutsOfPair(all, pair));
      const traffic = recorded ?? (await askSources(wiring, { ...pair, state, now: snapshot.now }));
      return traffic ? [[pairKey(pair), traffic] as const] : [];
    }),
  );
  return Object.fromEntries(found.flat());
}

/** For a plan that is only looked at: of each pair that a `deploy` names. */
export async function trafficFor(wiring: Wiring, command: Command): Promise<NonNullable<Facts['traffic']>> {
  const { config } = wiring;
  const environment = environmentOf(config, command);
  const named = [command.args['releases']].flat().filter((one) => typeof one === 'string');
  if (!environment.ok || named.length === 0) return {};
  const snapshot = await wiring.store.read(needsOf(command));
  const state = await stateOf(snapshot, config, wiring.store);
  const services = named.map((text) => serviceOf(config, readRelease(text).service));
  const found = await Promise.all(
    services.map(async (service) => {
      if (!service.ok) return [];
      const pair = { service: service.name, environment: environment.name };
      const traffic = await recordedTraffic(wiring, { ...pair, state, now: snapshot.now });
      return traffic ? [[pairKey(pair), traffic] as const] : [];
    }),
  );
  return Object.fromEntries(found.flat());
}

const NOTICE_RUNS = 40;

/** What the plan of a rollout that begins can see, for those who are told of it; none where nobody knows the traffic. Never rejects. */
export async function foreseen(
  wiring: Wiring,
  rollout: Rollout,
  command: string | undefined,
): Promise<readonly string[]> {
  const { config, store, clock } = wiring;
  const { subject } = rollout;
  if (subject.type !== 'release') return [];
  const parsed = parseCommand(command ?? '');
  const { service, environment } = subject;
  try {
    const state = await stateOf(await store.read(['rollouts/', 'services/']), config, store);
    const traffic = await recordedTraffic(wiring, { service, environment, state, now: clock.now() });
    const facts = traffic ? { traffic: { [pairKey(subject)]: traffic } } : {};
    const options = parsed.ok ? parsed.command.options : {};
    return foresight(rollout, { state, facts, command: { options }, runs: NOTICE_RUNS });
  } catch {
    return [];
  }
}
