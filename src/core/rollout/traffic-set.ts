/** Weights set by hand: a rollout too; nothing else writes them. */
import { readShare } from '../command/target.ts';
import { type Decision, refuse } from '../decision.ts';
import { environmentOf, serviceOf } from '../environment/resolve.ts';
import { pairKey } from '../facts.ts';
import type { Place } from '../model/place.ts';
import type { Release } from '../model/release.ts';
import type { Plan, PlannedStage } from '../model/rollout.ts';
import type { State } from '../model/state.ts';
import { printPercent, WHOLE, type Weight } from '../model/weight.ts';
import { begun } from './begin.ts';
import { shortId } from './changes.ts';
import { leftover } from './leftover.ts';
import { sealed } from './plan-variants.ts';
import type { Room } from './room.ts';
import { startRollout } from './start.ts';

type Weights = Readonly<Record<string, Weight>>;

/** `traffic set SERVICE VERSION=PERCENT...`. */
export function decideTrafficSet(room: Room): Decision {
  const { state, command } = room;
  const environment = environmentOf(state.config, command);
  if (!environment.ok) return environment.refusal;
  const service = serviceOf(state.config, String(command.args['service']));
  if (!service.ok) return service.refusal;
  const place = state.places.get(`${service.name}/${environment.name}`);
  if (!place?.live)
    return refuse('version-unknown', `nothing is live of ${service.name} in ${environment.name}: deploy it first`);
  if (place.active !== undefined)
    return refuse(
      'rollout-active',
      `${shortId({ id: place.active })} moves the traffic of ${service.name}: promote, pause or roll it back`,
    );
  if (room.facts.platforms[pairKey(place)]?.weights === 'none') {
    return refuse('platform-cannot', `the platform of ${service.name} sets no weights: give it a set-traffic command`);
  }
  return setWeights(room, place);
}

function setWeights(room: Room, place: Place): Decision {
  const { command, state } = room;
  const live = place.live?.label ?? '';
  const weights = Object.fromEntries(
    ((command.args['weights'] as readonly string[] | undefined) ?? [])
      .map((one) => readShare(one))
      .map((one) => [one.version === 'stable' ? live : one.version, one.weight]),
  );
  const sum = Object.values(weights).reduce((a, b) => a + b, 0);
  if (sum !== WHOLE) return refuse('value-invalid', `the weights sum to ${sum / 1000}%, not 100%`);
  const known = knownOf(state, place);
  const stranger = Object.keys(weights).find((label) => !known.has(label));
  if (stranger !== undefined)
    return refuse(
      'version-unknown',
      `${stranger} does not run in ${pairKey(place)} as far as is known; there is ${[...known.keys()].join(', ')}: deploy it first`,
    );
  const over = command.options['over'];
  const shares = Object.fromEntries(Object.entries(weights).filter(([, weight]) => weight > 0));
  const missing = notRunning(room, place, shares);
  if (missing) return missing;
  return beginTraffic(room, place, { weights: shares, ...(typeof over === 'number' ? { over } : {}) });
}

/** A version that was good and was taken away since; undefined: all of them run, or the platform cannot say. */
function notRunning({ facts }: Room, place: Place, shares: Weights): Decision | undefined {
  const pair = pairKey(place);
  const running = facts.seen?.[pair];
  const missing = running && Object.keys(shares).find((label) => !(label in running));
  if (!running || missing === undefined) return undefined;
  const there = Object.entries(running).map(([label, weight]) => `${label} ${printPercent(weight)}`);
  return refuse(
    'version-unknown',
    `${missing} does not run in ${pair} any more; there: ${there.join(', ') || 'nothing'}: deploy it first`,
  );
}

/** What the sweep takes away once these weights are there (engine/leftover.ts): `1.3.2 is taken away by the next tick`. */
function farewell({ facts, state }: Room, place: Place, shares: Weights): string {
  const pair = pairKey(place);
  const running = facts.seen?.[pair];
  if (!running || !facts.sole?.includes(pair)) return '';
  const [only] = Object.keys(shares).length === 1 ? Object.keys(shares) : [];
  const live = place.live && { ...place.live, label: only ?? place.live.label };
  const after = { ...state, places: new Map(state.places).set(pair, { ...place, live, weights: shares }) };
  const going = leftover(after, pair, running);
  return going.length === 0 ? '' : `; ${going.join(', ')}: nobody names it then, and the next tick takes it away`;
}

/** Versions that may have traffic: what is live, what was good, what still settles and what it replaced. */
function knownOf(state: State, { live, good, settling }: Place): ReadonlyMap<string, Release> {
  const rollout = settling === undefined ? undefined : state.rollouts.get(settling);
  const moved = rollout?.subject.type === 'release' ? [rollout.subject.release, rollout.stable] : [];
  const all = [live, ...moved, ...good].filter((one) => one !== null);
  return new Map(all.toReversed().map((one) => [one.label, one]));
}

export interface Shares {
  readonly weights: Weights;
  /** Reached step by step over this time, in ms; absent: at once. */
  readonly over?: number;
  /** Going back asks no gate. */
  readonly back?: true;
}

/** A rollout that sets these weights on a pair; it goes back to what is live. */
export function beginTraffic(room: Room, place: Place, shares: Shares): Decision {
  const { asking, state } = room;
  const { live } = place;
  const { weights, back } = shares;
  const other = Object.keys(weights).find((label) => label !== live?.label) ?? live?.label ?? '';
  const release = knownOf(state, place).get(other);
  const after = startRollout({
    kind: 'traffic',
    subject: {
      type: 'release',
      service: place.service,
      environment: place.environment,
      release: { label: other, commit: release?.commit ?? live?.commit ?? '' },
    },
    stable: live && { label: live.label, commit: live.commit },
    plan: planOf(room, place, shares),
    asking: back
      ? { ...asking, overrides: ['order', 'lock', 'freeze', 'checks', 'approval', 'compatibility'] }
      : asking,
  });
  const list = Object.entries(weights).map(([label, weight]) => `${label} ${weight / 1000}%`);
  return begun(
    room,
    after,
    `${place.service} in ${place.environment}: ${list.join(', ')}${back ? '' : farewell(room, place, weights)}`,
  );
}

function planOf({ state }: Room, place: Place, { weights, over, back }: Shares): Plan {
  const live = place.live?.label ?? '';
  const other = Object.keys(weights).find((label) => label !== live) ?? live;
  const approvals = state.config.environments[place.environment]?.approvals;
  // Less for what is live is more for something else: that is what approvals are asked for.
  const grows = back !== true && (weights[live] ?? 0) < (place.weights[live] ?? WHOLE);
  const stage: PlannedStage = {
    name: 'weights',
    weight: weights[other] ?? WHOLE,
    weights,
    bake: 0,
    promote: 'auto',
    judges: [],
    checks: [],
    unjudged: true,
    ...(grows && approvals
      ? { approvals: { count: approvals.count, from: approvals.from, expires: approvals.expires } }
      : {}),
    ...(over === undefined
      ? {}
      : { shift: { over, every: Math.max(1_000, Math.round(over / 20)), from: place.weights } }),
  };
  return sealed({
    ...EMPTY_PLAN,
    stages: [stage],
    policy: state.config.digest,
    automaticRollback: state.config.rollback.automatic,
  });
}

const EMPTY_PLAN: Plan = {
  strategy: 'weights',
  stages: [],
  before: [],
  validate: [],
  after: [],
  keepOld: 0,
  settle: 0,
  deadline: 86_400_000,
  extendMax: 0,
  onUndecided: 'pause',
  onNoData: 'pause',
  gradual: [],
  automaticRollback: true,
  policy: '',
  digest: '',
};

/** Weights that somebody set on a pair by hand: the live version does not have all traffic. */
export function isSetByHand({ live, weights, active }: Place): boolean {
  if (!live || active !== undefined || Object.keys(weights).length === 0) return false;
  return weights[live.label] !== WHOLE;
}
