/** The environment's room: locks, freezes, automatic on and off, traffic as wanted and seen. */
import type { Command } from '../command/command.ts';
import { answer, type Asking, type Change, type Decision, refuse } from '../decision.ts';
import type { Facts } from '../facts.ts';
import { sameActor } from '../model/actor.ts';
import type { Code } from '../model/code.ts';
import { emptyPlace, type EnvironmentState, type Lock, type Place } from '../model/place.ts';
import { paths, type State } from '../model/state.ts';
import { HOUR, toInstant, toMilliseconds } from '../model/time.ts';
import { printPercent } from '../model/weight.ts';
import { type Asked, permitVerb, permitWords } from '../policy/permit.ts';
import { momentInZone } from './freeze.ts';
import { environmentOf, serviceOf } from './resolve.ts';

export interface Room {
  readonly state: State;
  readonly command: Command;
  readonly asking: Asking;
  readonly facts: Facts;
}

type Verb = (room: Room, environment: string) => Decision;

const VERBS: Readonly<Record<string, Verb>> = {
  lock,
  unlock,
  freeze,
  unfreeze,
  'auto on': (room, environment) => setAuto(room, environment, true),
  'auto off': (room, environment) => setAuto(room, environment, false),
  'traffic show': showTraffic,
};

export function isEnvironmentCommand(name: string): boolean {
  return name in VERBS;
}

export function decideEnvironment(room: Room): Decision {
  const environment = environmentOf(room.state.config, room.command);
  if (!environment.ok) return environment.refusal;
  const verb = VERBS[room.command.name];
  return verb
    ? verb(room, environment.name)
    : refuse('command-unknown', `${room.command.name} is no command of an environment`);
}

/** The pairs a command means: of one service, or of all of them (several in one commit or none). */
function pairs({ state, command }: Room, environment: string): readonly Place[] | Decision {
  const named = command.args['service'];
  const service = typeof named === 'string' ? serviceOf(state.config, named) : undefined;
  if (service && !service.ok) return service.refusal;
  const names = service ? [service.name] : Object.keys(state.config.services);
  return names.map((name) => state.places.get(`${name}/${environment}`) ?? emptyPlace(name, environment));
}

interface Done {
  readonly summary: string;
  readonly event: string;
  readonly subject: string;
  readonly changes: readonly Change[];
  readonly code?: Code;
}

function done({ asking }: Room, { summary, event, subject, changes, code }: Done): Decision {
  if (asking.dryRun)
    return { changes: [], outcome: { schemaVersion: 1, ok: true, code: 'planned', summary, details: null } };
  const outcome = { schemaVersion: 1 as const, ok: true, code: code ?? ('done' as const), summary, details: null };
  return changes.length === 0
    ? { changes, outcome: { ...outcome, code: 'unchanged' } }
    : { changes, outcome, message: { title: summary, event, subject } };
}

function changed(places: readonly Place[]): readonly Change[] {
  return places.map((place) => ({ path: paths.place(place.service, place.environment), document: place }));
}

function subjectOf(places: readonly Place[], environment: string): string {
  return places.length === 1 ? `${places[0]?.service}/${environment}` : environment;
}

function heldByOther(place: Place, { asking }: Room): Lock | undefined {
  const held = place.lock;
  if (!held || toMilliseconds(held.until) <= asking.now || sameActor(held.by, asking.actor)) return undefined;
  return held;
}

function askedIn({ state, asking }: Room, environment: string): Asked {
  return { config: state.config, environment, actor: asking.actor, rights: asking.rights };
}

function lock(room: Room, environment: string): Decision {
  const { asking, command, state } = room;
  const places = pairs(room, environment);
  if ('outcome' in places) return places;
  const steal = command.options['steal'] === true;
  const taken = places.find((place) => heldByOther(place, room));
  if (taken && !steal) {
    const held = heldByOther(taken, room);
    return refuse(
      'locked',
      `${taken.service} in ${environment} is locked by ${held?.by.name} until ${held?.until}: wait, or lock --steal with a reason`,
    );
  }
  if (taken && asking.reason === undefined)
    return refuse('reason-needed', 'stealing a lock needs a reason: --reason "..."');
  const may = taken ? permitVerb('steal', 'write', askedIn(room, environment)) : undefined;
  if (may?.allowed === false) return refuse(may.code, may.because);
  const length =
    typeof command.options['for'] === 'number'
      ? command.options['for']
      : (state.config.environments[environment]?.lock.for ?? 2 * HOUR);
  const until = toInstant(asking.now + length);
  const mine: Lock = {
    by: asking.actor,
    since: toInstant(asking.now),
    until,
    ...(asking.reason === undefined ? {} : { reason: asking.reason }),
  };
  const what = subjectOf(places, environment);
  const summary = `${what} is ${asking.actor.name}'s until ${until}${taken ? `, taken from ${taken.lock?.by.name}: ${asking.reason}` : ''}`;
  return done(room, {
    summary,
    event: taken ? 'lock.stolen' : 'lock.taken',
    subject: what,
    changes: changed(places.map((place) => ({ ...place, lock: mine }))),
  });
}

function unlock(room: Room, environment: string): Decision {
  const places = pairs(room, environment);
  if ('outcome' in places) return places;
  const others = places.find((place) => heldByOther(place, room));
  if (others) {
    const { asking } = room;
    // Under its own word alone: who may take a free lock may not for that give back another's.
    const may = permitWords(['unlock'], 'maintain', askedIn(room, environment));
    if (!may.allowed || (asking.actor.kind === 'git' && asking.reason === undefined)) {
      return refuse(
        'locked',
        `${others.service} in ${environment} is locked by ${others.lock?.by.name}: only they unlock it, or a maintainer with --reason`,
      );
    }
  }
  const locked = places.filter((place) => place.lock !== undefined);
  const free = locked.map(({ lock: _, ...rest }) => rest);
  const what = subjectOf(places, environment);
  const summary = locked.length === 0 ? `nobody holds a lock on ${what}` : `${what} is free`;
  return done(room, { summary, event: 'lock.given-back', subject: what, changes: changed(free) });
}

function freeze(room: Room, environment: string): Decision {
  const { asking, command, state } = room;
  const { for: length, until: end } = command.options;
  if (typeof length !== 'number' && typeof end !== 'string')
    return refuse('command-invalid', 'a freeze has an end: --for 2h or --until 2026-12-27T08:00Z');
  if (asking.reason === undefined) return refuse('reason-needed', 'a freeze needs a reason: --reason "..."');
  const until = typeof length === 'number' ? asking.now + length : endOf(state, environment, String(end));
  if (until === undefined)
    return refuse(
      'value-invalid',
      `${String(end).slice(0, 16)} is a time without a place: write ${String(end).slice(0, 16)}Z, or an offset such as +01:00`,
    );
  if (!(until > asking.now)) return refuse('value-invalid', `the freeze would end before it begins: ${String(end)}`);
  const before = state.environments.get(environment) ?? { schemaVersion: 1 as const, name: environment, freezes: [] };
  const open = before.freezes.filter((one) => toMilliseconds(one.until) > asking.now);
  const one = { by: asking.actor, since: toInstant(asking.now), until: toInstant(until), reason: asking.reason };
  const next: EnvironmentState = { ...before, freezes: [...open, one] };
  const summary = `${environment} is frozen until ${one.until}: ${asking.reason}. Rollback still works`;
  return done(room, {
    summary,
    event: 'environment.frozen',
    subject: environment,
    changes: [{ path: paths.environment(environment), document: next }],
  });
}

/** A time without a zone is one on the walls of the environment's own freezes, where they agree on a zone; else undefined. */
function endOf({ config }: State, environment: string, text: string): number | undefined {
  if (text.endsWith('Z')) return Date.parse(text);
  const zones = new Set(config.environments[environment]?.freezes.map(({ timeZone }) => timeZone));
  const [zone] = zones;
  return zone === undefined || zones.size > 1 ? undefined : momentInZone(text, zone);
}

function unfreeze(room: Room, environment: string): Decision {
  const before = room.state.environments.get(environment);
  const open = before?.freezes.filter((one) => toMilliseconds(one.until) > room.asking.now) ?? [];
  const planned = room.state.config.environments[environment]?.freezes.length ?? 0;
  const remark = planned > 0 ? '; freezes of the configuration stay: pass one with --override freeze' : '';
  if (!before || open.length === 0)
    return done(room, {
      summary: `${environment} is not frozen by hand${remark}`,
      event: 'none',
      subject: environment,
      changes: [],
    });
  const next: EnvironmentState = { ...before, freezes: [] };
  const change = { path: paths.environment(environment), document: next };
  return done(room, {
    summary: `${environment} is open${remark}`,
    event: 'environment.unfrozen',
    subject: environment,
    changes: [change],
  });
}

function setAuto(room: Room, environment: string, on: boolean): Decision {
  const { asking, command } = room;
  const places = pairs(room, environment);
  if ('outcome' in places) return places;
  const what = subjectOf(places, environment);
  if (on) {
    const off = places.filter((place) => place.manual !== undefined);
    const next = off.map(({ manual: _, ...rest }) => rest);
    return done(room, {
      summary: `${what}: automatic promotion and rollback are on`,
      event: 'auto.on',
      subject: what,
      changes: changed(next),
    });
  }
  if (asking.reason === undefined)
    return refuse('reason-needed', 'switching automatic rollback off needs a reason: --reason "..."');
  const length = typeof command.options['for'] === 'number' ? command.options['for'] : 4 * HOUR;
  const until = toInstant(asking.now + length);
  const manual = { by: asking.actor, since: toInstant(asking.now), until, reason: asking.reason };
  const summary = `${what}: automatic promotion and rollback are off until ${until}`;
  return done(room, {
    summary,
    event: 'auto.off',
    subject: what,
    changes: changed(places.map((place) => ({ ...place, manual }))),
  });
}

/** Weights wanted and, where the platform tells, weights measured. */
function showTraffic(room: Room, environment: string): Decision {
  const places = pairs(room, environment);
  if ('outcome' in places) return places;
  const rows = places.flatMap((place) => {
    const seen = room.facts.seen?.[`${place.service}/${environment}`] ?? {};
    const labels = [...new Set([...Object.keys(place.weights), ...Object.keys(seen)])];
    return labels.map((label) => [
      place.service,
      label,
      printPercent(place.weights[label] ?? 0),
      seen[label] === undefined ? '-' : printPercent(seen[label]),
    ]);
  });
  const summary =
    rows.length === 0
      ? `no traffic is set in ${environment}`
      : rows.map(([, label, wanted]) => `${label} ${wanted}`).join(', ');
  const report = {
    blocks: [
      {
        type: 'table' as const,
        columns: [
          { title: 'service' },
          { title: 'version' },
          { title: 'wanted', align: 'right' as const },
          { title: 'measured', align: 'right' as const },
        ],
        rows: rows as string[][],
      },
    ],
  };
  return answer(
    summary,
    places.map((place) => ({ service: place.service, weights: { ...place.weights } })),
    report,
  );
}
