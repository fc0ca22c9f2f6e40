/** `rollback` where it is more than a step of the active rollout: a finished one, a named version, everything. */
import { readTarget } from '../command/target.ts';
import { type Change, type Decision, refuse } from '../decision.ts';
import { environmentOf, serviceOf } from '../environment/resolve.ts';
import { ended } from '../experiment/end.ts';
import { runningIn } from '../experiment/find.ts';
import { pairKey } from '../facts.ts';
import type { Place } from '../model/place.ts';
import type { Release } from '../model/release.ts';
import type { Rollout } from '../model/rollout.ts';
import type { State } from '../model/state.ts';
import { WHOLE } from '../model/weight.ts';
import { changesOf, messageOf, shortId } from './changes.ts';
import type { Room } from './room.ts';
import { lastGood } from './deploy.ts';
import { hasEnded } from './input.ts';
import { planForRollback } from './plan.ts';
import { startRollout } from './start.ts';
import { circumstances } from './surroundings.ts';
import { beginTraffic, isSetByHand } from './traffic-set.ts';
import { transition } from './transition.ts';

/** The decision, or undefined where the command is a plain step of an unfinished rollout. */
export function rollbackOf(room: Room): Decision | undefined {
  const { command, state } = room;
  if (command.options['all'] === true) return everything(room);
  const target = typeof command.args['target'] === 'string' ? readTarget(command.args['target']) : undefined;
  if (target && target.kind !== 'service') return undefined;
  const environment = environmentOf(state.config, {
    ...command,
    ...(target?.environment === undefined ? {} : { environment: target.environment }),
  });
  if (!environment.ok) return target || command.environment !== undefined ? environment.refusal : undefined;
  const service = serviceOf(state.config, target?.service);
  if (!service.ok) return target ? service.refusal : undefined;
  // Nothing was named, and a flag is on its way: that is what is meant, not the service that rests.
  if (!target && isFlagAlone(state, environment.name)) return undefined;
  return ofPair(room, { service: service.name, environment: environment.name });
}

function isFlagAlone(state: State, environment: string): boolean {
  const moving = [...state.rollouts.values()].filter(({ subject }) => subject.environment === environment);
  return moving.length > 0 && moving.every(({ subject }) => subject.type === 'flag');
}

function ofPair(room: Room, pair: { readonly service: string; readonly environment: string }): Decision | undefined {
  const { command, state, facts } = room;
  const { service, environment } = pair;
  const place = state.places.get(pairKey(pair));
  const none = `nothing is live of ${service} in ${environment}: there is nothing to take back`;
  if (!place) return refuse('no-known-good', none);
  const to = typeof command.options['to'] === 'string' ? command.options['to'] : undefined;
  if (to === undefined && isSetByHand(place) && facts.platforms[pairKey(pair)]?.weights !== 'none')
    return beginTraffic(room, place, { weights: { [place.live?.label ?? '']: WHOLE }, back: true });
  const rollout = state.rollouts.get(place.active ?? place.settling ?? '');
  if (rollout && !hasEnded(rollout) && (to === undefined || to === rollout.stable?.label)) return undefined;
  if (!place.live) return refuse('no-known-good', none);
  if (place.active !== undefined)
    return refuse('rollout-active', `${shortId({ id: place.active })} moves ${service}: roll that back first`);
  return toVersion(room, place, to);
}

/** A new rollout of kind rollback; its target is checked: known, good, another than the live one. */
function toVersion(room: Room, place: Place, wanted: string | undefined): Decision {
  const { state, asking, facts, command } = room;
  const target = targetOf(place, wanted);
  if ('outcome' in target) return target;
  const planned = planForRollback({
    config: state.config,
    service: place.service,
    environment: place.environment,
    gradual: command.options['gradual'] === true,
    ...(facts.platforms[pairKey(place)] === undefined
      ? {}
      : { capabilities: facts.platforms[pairKey(place)] as never }),
  });
  if (!planned.ok) return refuse(planned.code, planned.summary);
  const after = startRollout({
    kind: 'rollback',
    subject: { type: 'release', service: place.service, environment: place.environment, release: target },
    stable: place.live && { label: place.live.label, commit: place.live.commit },
    plan: planned.plan,
    asking: { ...asking, overrides: ['order', 'lock', 'freeze', 'checks', 'approval', 'compatibility'] },
  });
  const step = { state, before: undefined, after, now: asking.now };
  const summary = `${shortId(after)}: ${place.service} goes back from ${place.live?.label} to ${target.label} in ${place.environment}`;
  const outcome = {
    schemaVersion: 1 as const,
    ok: true,
    code: asking.dryRun ? ('planned' as const) : ('started' as const),
    summary,
    details: { rollout: after.id },
  };
  return asking.dryRun ? { changes: [], outcome } : { changes: changesOf(step), outcome, message: messageOf(step) };
}

function targetOf(place: Place, wanted: string | undefined): Release | Decision {
  const known = place.good.map((one) => one.label).join(', ');
  if (wanted === undefined) {
    const good = lastGood(place, place.live?.label);
    return (
      good ??
      refuse(
        'no-known-good',
        `no earlier version of ${place.service} is known to be good in ${place.environment}: deploy one, or name it with --to`,
      )
    );
  }
  if (wanted === place.live?.label) return refuse('refused', `${wanted} is live in ${place.environment} already`);
  const good = place.good.find((one) => one.label === wanted);
  if (good) return { label: good.label, commit: good.commit };
  return refuse(
    'version-unknown',
    `${wanted} is not known to be good in ${place.environment}; known: ${known === '' ? 'none' : known}. Deploy it instead`,
  );
}

/** Every rollout goes back, every flag in progress goes off, every experiment ends, in one commit. */
function everything(room: Room): Decision {
  const { asking, command } = room;
  const { steps, changes: back } = stepsBack(room);
  const { experiments, changes: stopped } = experimentsBack(room);
  const changes = [...back, ...stopped];
  if (changes.length === 0) return refuse('rollout-none', 'nothing is on its way: there is nothing to take back');
  const moved = steps.map((step) => shortId(step.after)).join(', ');
  const said = [
    ...(steps.length > 0 ? [`${steps.length} rollouts go back (${moved})`] : []),
    ...(experiments.length > 0 ? [`${experiments.length} experiments stop (${experiments.join(', ')})`] : []),
  ];
  const summary = `emergency: ${said.join(', ')}`;
  const details = { rollouts: steps.map((step) => step.after.id), experiments };
  if (command.options['yes'] !== true && !asking.dryRun) {
    return refuse(
      'confirmation-needed',
      `${said.join(', ').replaceAll(' go back', ' would go back').replaceAll(' stop (', ' would stop (')}: say it again with --yes`,
      details,
    );
  }
  if (asking.dryRun) return { changes: [], outcome: { schemaVersion: 1, ok: true, code: 'planned', summary, details } };
  return {
    changes,
    outcome: { schemaVersion: 1, ok: true, code: 'done', summary, details },
    message: { title: summary, event: 'rollout.emergency', subject: 'everything' },
  };
}

/** Every running experiment ends: its flag serves what it served before. */
function experimentsBack({ state, asking, command }: Room): {
  readonly experiments: readonly string[];
  readonly changes: readonly Change[];
} {
  const running = runningIn(state, command.environment);
  return {
    experiments: running.map(({ key }) => key),
    changes: running.flatMap((one) => ended(one, state.flags.get(one.flag), { asking }).changes),
  };
}

interface Moved {
  readonly before: Rollout;
  readonly after: Rollout;
}

/**
 * Rollouts of one flag or pair change the same file: each step sees what the one before it left. What is provisional goes back
 * first and takes its pair, so that one that stands on it only removes what it made.
 */
function stepsBack({ state, asking, facts, command }: Room): {
  readonly steps: readonly Moved[];
  readonly changes: readonly Change[];
} {
  const moving = [...state.rollouts.values()]
    .filter((one) => !hasEnded(one))
    .filter((one) => command.environment === undefined || one.subject.environment === command.environment)
    .toSorted((one, other) => Number(other.phase === 'provisional') - Number(one.phase === 'provisional'));
  const reason = asking.reason ?? `emergency rollback by ${asking.actor.name}`;
  const said = { type: 'command', command: { verb: 'rollback', gradual: false }, by: asking.actor, reason } as const;
  const steps: Moved[] = [];
  const changes = new Map<string, Change>();
  let seen = state;
  for (const before of moving) {
    const moved = transition(before, said, circumstances(before, { state: seen, facts }));
    if (!moved.ok || moved.rollout === before) continue;
    const mine = changesOf({ state: seen, before, after: moved.rollout, now: asking.now });
    for (const change of mine) changes.set(change.path, change);
    seen = withChanges(seen, mine);
    steps.push({ before, after: moved.rollout });
  }
  return { steps, changes: [...changes.values()] };
}

function withChanges(state: State, changes: readonly Change[]): State {
  const flags = new Map(state.flags);
  const places = new Map(state.places);
  for (const { path, document } of changes) {
    const key = path.slice(path.indexOf('/') + 1, -'.json'.length);
    if (document && path.startsWith('flags/')) flags.set(key, document as never);
    if (document && path.startsWith('services/')) places.set(key, document as never);
  }
  return { ...state, flags, places };
}
