/** What `status` shows: live, rolling, waiting, locked, frozen, alerts, who watches. */
import { frozenAt } from '../environment/freeze.ts';
import type { Place } from '../model/place.ts';
import type { Rollout } from '../model/rollout.ts';
import type { State } from '../model/state.ts';
import { type Instant, type Milliseconds, toInstant, toMilliseconds } from '../model/time.ts';
import { printPercent } from '../model/weight.ts';
import type { Block, Report } from './report.ts';
import { standingOf, watchers } from './rollout.ts';
import { exposure, sharesOf } from './stages.ts';
import { nameOf, shortId } from './subject.ts';
import { usersHave } from './users.ts';
import { printAgo, printMoment } from './words.ts';

/** Weights measured, by pair and label. */
export type Measured = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Every pair, flag rollout, alert and broken file that was read. */
export function statusReport(state: State, now: Milliseconds, seen: Measured = {}): Report {
  const places = sorted(state.places.values());
  const flags = [...state.rollouts.values()].filter((rollout) => rollout.subject.type === 'flag');
  const blocks: readonly (Block | undefined)[] = [
    { type: 'heading', text: title(state), mood: mood(state) },
    places.length > 0 ? placeTable(places, state, now) : { type: 'text', text: 'Nothing was deployed yet.' },
    flags.length > 0 ? flagTable(flags, now) : undefined,
    listOf([...measuredNotes(places, state, seen), ...notes(places, state, now), ...experimentsOf(state, now)]),
    state.alerts.size > 0 ? alertTable(state, now) : undefined,
    state.broken.length > 0 ? brokenTable(state) : undefined,
  ];
  return { blocks: blocks.filter((block) => block !== undefined) };
}

/** Pairs in the order of their names; an environment's pairs together. */
export function sorted(places: Iterable<Place>): readonly Place[] {
  const key = (place: Place): string => `${place.environment}/${place.service}`;
  return [...places].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

function title(state: State): string {
  const rolling = [...state.rollouts.values()].filter((rollout) => rollout.ended === undefined).length;
  const parts = [
    rolling === 0 ? 'nothing is rolling' : `${rolling} rolling`,
    ...(state.alerts.size === 0 ? [] : [`${state.alerts.size} open ${state.alerts.size === 1 ? 'alert' : 'alerts'}`]),
    ...(state.broken.length === 0
      ? []
      : [`${state.broken.length} broken ${state.broken.length === 1 ? 'file' : 'files'}`]),
  ];
  return `Status: ${parts.join(', ')}`;
}

function mood(state: State): 'good' | 'bad' | 'moving' | 'waiting' {
  const rollouts = [...state.rollouts.values()];
  if (state.broken.length > 0 || rollouts.some((rollout) => rollout.phase === 'failed')) return 'bad';
  if ([...state.alerts.values()].some((alert) => alert.severity === 'critical' || alert.severity === 'high'))
    return 'bad';
  if (rollouts.some((rollout) => rollout.hold)) return 'waiting';
  return rollouts.length > 0 ? 'moving' : 'good';
}

function placeTable(places: readonly Place[], state: State, now: Milliseconds): Block {
  return {
    type: 'table',
    columns: [
      { title: 'environment' },
      { title: 'service' },
      { title: 'live' },
      { title: 'traffic' },
      { title: 'state', moods: true },
      { title: 'rolling' },
    ],
    rows: places.map((place) => [
      place.environment,
      place.service,
      place.live ? `${place.live.label} since ${printMoment(place.live.since, now)}` : 'nothing',
      trafficOf(place, state),
      stateOf(place, state, now),
      rollingOf(place, state)
        .map((rollout) => `${nameOf(rollout)} ${shortId(rollout.id)}`)
        .join(', '),
    ]),
  };
}

/** What users of a pair have: what is wanted, unless a way back lags behind. */
export function usersOf({ weights, active }: Place, state: State): Place['weights'] {
  const rollout = active === undefined ? undefined : state.rollouts.get(active);
  const isBack = rollout?.phase === 'rolling-back' || rollout?.phase === 'failed';
  return (rollout && isBack ? usersHave(rollout) : undefined) ?? weights;
}

function trafficOf(place: Place, state: State): string {
  const wanted = sharesOf(place.weights);
  const have = sharesOf(usersOf(place, state));
  return have === wanted ? wanted : `${have || 'nobody is served'} (wanted ${wanted || 'nobody'})`;
}

/** What platforms give users where that is not what is written. */
function measuredNotes(places: readonly Place[], state: State, seen: Measured): readonly string[] {
  return places.flatMap((place) => {
    const { service, environment } = place;
    const running = seen[`${service}/${environment}`];
    const known = usersOf(place, state);
    if (
      !running ||
      [...Object.keys(running), ...Object.keys(known)].every((one) => (running[one] ?? 0) === (known[one] ?? 0))
    )
      return [];
    return [`${service} in ${environment}: measured ${sharesOf(running) || 'nobody is served'}`];
  });
}

/** Pairs whose rollout goes back or could not: only there may users have what nobody wrote. */
export function unsure(state: State): readonly string[] {
  return [...state.places.values()].flatMap(({ service, environment, active }) => {
    const phase = active === undefined ? undefined : state.rollouts.get(active)?.phase;
    return phase === 'failed' || phase === 'rolling-back' ? [`${service}/${environment}`] : [];
  });
}

/** The rollouts that have the pair or still watch it, of those that were read. */
function rollingOf(place: Place, state: State): readonly Rollout[] {
  return [place.active, place.settling].flatMap((id) => {
    const rollout = id === undefined ? undefined : state.rollouts.get(id);
    return rollout ? [rollout] : [];
  });
}

function stateOf(place: Place, state: State, now: Milliseconds): string {
  const [rollout] = rollingOf(place, state);
  if (rollout) return standingOf(rollout, now);
  if (place.active !== undefined || place.settling !== undefined) return 'rolling';
  if (isOpen(place.lock, now)) return 'locked';
  if (freezesOf(state, place.environment, now).length > 0) return 'frozen';
  return place.live ? 'live' : '';
}

function isOpen(lease: { readonly until: string } | undefined, now: Milliseconds): boolean {
  return lease !== undefined && toMilliseconds(lease.until) > now;
}

/** Why and until when an environment is frozen; `by` is empty for the configuration's calendar. */
export interface Freezing {
  readonly environment: string;
  readonly by: string;
  readonly until: Instant;
  readonly reason: string;
}

/** The freezes that hold now: those that people declared, and the one of the configuration's calendar. */
export function freezesOf(state: State, environment: string, now: Milliseconds): readonly Freezing[] {
  const declared = state.environments.get(environment)?.freezes ?? [];
  const open = declared.filter((freeze) => isOpen(freeze, now) && toMilliseconds(freeze.since) <= now);
  const planned = frozenAt(state.config.environments[environment]?.freezes ?? [], now);
  return [
    ...open.map(({ by, until, reason }) => ({ environment, by: by.name, until, reason })),
    ...(planned ? [{ environment, by: '', until: toInstant(planned.until), reason: planned.name }] : []),
  ];
}

/** Every environment that the configuration or the state names, in order. */
export function environmentsOf(state: State): readonly string[] {
  return [...new Set([...Object.keys(state.config.environments), ...state.environments.keys()])].toSorted();
}

function notes(places: readonly Place[], state: State, now: Milliseconds): readonly string[] {
  const frozen = environmentsOf(state).flatMap((name) => freezesOf(state, name, now));
  const said = frozen.map(({ environment, by, until, reason }) => {
    const who = by === '' ? '' : ` by ${by}`;
    return `${environment} is frozen until ${printMoment(until, now)}${who}: ${reason}`;
  });
  return [...said, ...places.flatMap((place) => notesOf(place, state, now))];
}

/** Running experiments, one line each. */
function experimentsOf({ experiments }: State, now: Milliseconds): readonly string[] {
  return [...experiments.values()]
    .filter(({ state }) => state === 'running')
    .map(({ key, environment, started, decision }) => {
      const since = started === undefined ? '' : `, started ${printAgo(started, now)}`;
      return `experiment ${key} runs in ${environment}${since}: ${decision?.verdict ?? 'collecting'}`;
    });
}

function notesOf(place: Place, state: State, now: Milliseconds): readonly string[] {
  const pair = `${place.service} in ${place.environment}`;
  const { lock, manual, cooldownUntil } = place;
  const why = lock?.reason === undefined ? '' : `: ${lock.reason}`;
  return [
    ...(lock && isOpen(lock, now)
      ? [`${pair} is locked by ${lock.by.name} until ${printMoment(lock.until, now)}${why}`]
      : []),
    ...(manual && isOpen(manual, now)
      ? [`${pair}: nothing automatic until ${printMoment(manual.until, now)}, by ${manual.by.name}: ${manual.reason}`]
      : []),
    ...(cooldownUntil !== undefined && toMilliseconds(cooldownUntil) > now
      ? [`${pair}: no automatic rollout before ${printMoment(cooldownUntil, now)}`]
      : []),
    ...place.queue.map(
      (entry, index) =>
        `${pair}, waiting ${index + 1}: ${entry.command} (${entry.by.name}, ${printAgo(entry.since, now)})`,
    ),
    ...rollingOf(place, state).flatMap((rollout) => watchers(rollout, now).map((who) => `${pair}: ${who}`)),
  ];
}

function flagTable(flags: readonly Rollout[], now: Milliseconds): Block {
  return {
    type: 'table',
    columns: [
      { title: 'flag' },
      { title: 'environment' },
      { title: 'share', align: 'right' },
      { title: 'state', moods: true },
      { title: 'rollout' },
    ],
    rows: flags.map((rollout) => [
      nameOf(rollout).replace(/^flag /, ''),
      rollout.subject.environment,
      printPercent(exposure(rollout)),
      standingOf(rollout, now),
      shortId(rollout.id),
    ]),
  };
}

function alertTable(state: State, now: Milliseconds): Block {
  const alerts = [...state.alerts.values()].sort((one, other) => (one.opened < other.opened ? -1 : 1));
  return {
    type: 'table',
    columns: [
      { title: 'severity', moods: true },
      { title: 'alert' },
      { title: 'about' },
      { title: 'what' },
      { title: 'open' },
      { title: 'taken by' },
    ],
    rows: alerts.map((alert) => [
      alert.severity,
      alert.id,
      alert.subject,
      alert.title,
      printAgo(alert.opened, now),
      alert.acknowledged?.by.name ?? '',
    ]),
  };
}

function brokenTable(state: State): Block {
  const rows = state.broken.map(({ path, code, problem }) => [path, code, problem]);
  return { type: 'table', columns: [{ title: 'broken file' }, { title: 'code' }, { title: 'problem' }], rows };
}

function listOf(items: readonly string[]): Block | undefined {
  return items.length === 0 ? undefined : { type: 'list', items };
}
