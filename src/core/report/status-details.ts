/** `status` as data: what `--json` and the API answer. */
import type { Actor } from '../model/actor.ts';
import type { Json } from '../model/document.ts';
import type { LiveRelease, Place } from '../model/place.ts';
import type { Rollout } from '../model/rollout.ts';
import type { State } from '../model/state.ts';
import { type Milliseconds, toMilliseconds } from '../model/time.ts';
import { printPercent } from '../model/weight.ts';
import { exposure, holdWords } from './stages.ts';
import { environmentsOf, freezesOf, sorted, usersOf } from './status.ts';
import { currentStage, nameOf, subjectOf } from './subject.ts';

/** Pairs, rollouts, freezes, alerts and broken files; `weights` are wanted, `users` what was set last; shares as percent texts, moments as ISO. Absent is `null`. */
export function statusDetails(state: State, now: Milliseconds): Json {
  return {
    pairs: sorted(state.places.values()).map((place) => pair(place, state, now)),
    rollouts: [...state.rollouts.values()].map((rollout) => rolloutDetails(rollout, now)),
    freezes: environmentsOf(state).flatMap((environment) =>
      freezesOf(state, environment, now).map(({ by, until, reason }) => ({ environment, by, until, reason })),
    ),
    alerts: [...state.alerts.values()].map((alert) => ({
      id: alert.id,
      severity: alert.severity,
      subject: alert.subject,
      title: alert.title,
      opened: alert.opened,
      acknowledgedBy: alert.acknowledged ? actor(alert.acknowledged.by) : null,
    })),
    experiments: [...state.experiments.values()]
      .filter((one) => one.state === 'running')
      .map(({ key, flag, environment, started, decision }) => ({
        key,
        flag,
        environment,
        started: started ?? null,
        verdict: decision?.verdict ?? 'collecting',
      })),
    broken: state.broken.map(({ path, code, problem }) => ({ path, code, problem })),
  };
}

function pair(place: Place, state: State, now: Milliseconds): Json {
  const open = <T extends { readonly until: string }>(lease: T | undefined): T | undefined =>
    lease && toMilliseconds(lease.until) > now ? lease : undefined;
  const lock = open(place.lock);
  const manual = open(place.manual);
  return {
    service: place.service,
    environment: place.environment,
    live: place.live ? release(place.live) : null,
    good: place.good.map(release),
    weights: shares(place.weights),
    users: shares(usersOf(place, state)),
    rollout: place.active ?? null,
    settling: place.settling ?? null,
    lock: lock ? { by: actor(lock.by), since: lock.since, until: lock.until, reason: lock.reason ?? null } : null,
    manual: manual ? { by: actor(manual.by), until: manual.until, reason: manual.reason } : null,
    queue: place.queue.map(({ id, command, by, since }) => ({ id, command, by: actor(by), since })),
    cooldownUntil: place.cooldownUntil ?? null,
  };
}

function shares(weights: Place['weights']): Json {
  return Object.fromEntries(Object.entries(weights).map(([label, weight]) => [label, printPercent(weight)]));
}

function release({ label, commit, since, rollout }: LiveRelease): Json {
  return { label, commit, since, rollout };
}

function actor({ kind, id, name }: Actor): Json {
  return { kind, id, name };
}

/** One rollout as `status --json` shows it. */
export function rolloutDetails(rollout: Rollout, now: Milliseconds): Json {
  const { hold } = rollout;
  return {
    id: rollout.id,
    kind: rollout.kind,
    name: nameOf(rollout),
    subject: subjectOf(rollout),
    environment: rollout.subject.environment,
    phase: rollout.phase,
    stage: rollout.phase === 'exposing' ? (currentStage(rollout)?.name ?? null) : null,
    step: rollout.step ?? null,
    weight: printPercent(exposure(rollout)),
    stable: rollout.stable?.label ?? null,
    hold: hold
      ? {
          kind: hold.kind,
          since: hold.since,
          until: hold.until,
          then: hold.onTimeout,
          reason: hold.reason,
          words: holdWords(rollout, now),
        }
      : null,
    verdicts: rollout.verdicts.map(({ judge, verdict, because, seen, baseline, samples }) => ({
      judge,
      verdict,
      because,
      seen,
      baseline,
      samples,
    })),
    requestedBy: actor(rollout.requestedBy),
    began: rollout.began,
    ended: rollout.ended ?? null,
    outcome: rollout.outcome ?? null,
  };
}
