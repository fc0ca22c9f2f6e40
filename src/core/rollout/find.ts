/** Which rollout or waiting deploy a TARGET means: one named, the one of this service or flag, the only active one; else a refusal with the list. */
import { readTarget } from '../command/target.ts';
import { type Decision, refuse } from '../decision.ts';
import type { Place, QueueEntry } from '../model/place.ts';
import type { Rollout } from '../model/rollout.ts';
import type { State } from '../model/state.ts';
import { subjectOf } from '../report/subject.ts';
import { shortId } from './changes.ts';

export type Found =
  | { readonly ok: true; readonly rollout: Rollout; readonly stage?: string }
  | { readonly ok: false; readonly refusal: Decision };

export interface Wanted {
  readonly target: string | undefined;
  readonly environment: string | undefined;
}

export function findRollout(state: State, { target, environment }: Wanted): Found {
  const unfinished = [...state.rollouts.values()].filter(
    (one) => environment === undefined || one.subject.environment === environment,
  );
  const only = (some: readonly Rollout[], where: string): Found => theOne(state, some, where);
  if (target === undefined) return only(unfinished, environment === undefined ? 'anywhere' : `in ${environment}`);
  const named = readTarget(target);
  switch (named.kind) {
    case 'rollout':
      return byId([...state.rollouts.values()], named, environment);
    case 'flag':
      return only(
        unfinished.filter((one) => one.subject.type === 'flag' && one.subject.flag === named.key),
        `of ${target}${environment === undefined ? '' : ` in ${environment}`}`,
      );
    case 'experiment':
      return {
        ok: false,
        refusal: refuse(
          'target-unknown',
          `${target} is no rollout: \`sluice experiment stop ${named.key}\` ends it; what ships it is flag/KEY of its flag`,
        ),
      };
    case 'service':
      return only(
        unfinished.filter(
          (one) =>
            isOf(one, named.service) &&
            (named.environment === undefined || one.subject.environment === named.environment),
        ),
        `of ${target}${environment === undefined ? '' : ` in ${environment}`}`,
      );
  }
}

function isOf(rollout: Rollout, service: string): boolean {
  return rollout.subject.type === 'release' && rollout.subject.service === service;
}

/** The moving one counts before one that only settles, and of those the one whose release is live. */
function theOne({ places }: State, rollouts: readonly Rollout[], where: string): Found {
  const moving = rollouts.filter((one) => one.phase !== 'provisional' && one.phase !== 'queued');
  const settling = rollouts.filter((one) => one.phase === 'provisional');
  const live = settling.filter((one) => [...places.values()].some((place) => place.settling === one.id));
  for (const some of [moving, live, settling, rollouts]) {
    const [first, second] = some;
    if (first && !second) return { ok: true, rollout: first };
    if (first)
      return {
        ok: false,
        refusal: refuse(
          'target-ambiguous',
          `which one? ${some.map(shortId).join(', ')}`,
          some.map((one) => one.id),
        ),
      };
  }
  return { ok: false, refusal: refuse('rollout-none', `no rollout is active ${where}`) };
}

interface Id {
  readonly id: string;
  readonly stage?: string;
}

function goesBy(id: string, wanted: string): boolean {
  return id === wanted || (wanted.startsWith('r-') && shortId({ id }).startsWith(wanted));
}

function byId(rollouts: readonly Rollout[], { id, stage }: Id, environment: string | undefined): Found {
  const hits = rollouts.filter((one) => goesBy(one.id, id));
  const [first, second] = hits;
  if (!first) return { ok: false, refusal: refuse('target-unknown', `no unfinished rollout goes by ${id}`) };
  if (second) return { ok: false, refusal: several(id, hits) };
  const there = first.subject.environment;
  if (environment !== undefined && environment !== there)
    return { ok: false, refusal: elsewhere(`${shortId(first)} moves ${subjectOf(first)}`, there, environment) };
  return { ok: true, rollout: first, ...(stage === undefined ? {} : { stage }) };
}

function several(id: string, hits: readonly { readonly id: string }[]): Decision {
  return refuse('target-ambiguous', `${id} fits ${hits.map(shortId).join(' and ')}: type more of it`);
}

/** What is named lies in another environment than the one named with it: nobody knows which was meant. */
function elsewhere(what: string, there: string, named: string): Decision {
  return refuse('target-unknown', `${what} in ${there}, not in ${named}: say \`in ${there}\` if you mean it`, {
    environment: there,
  });
}

export type FoundEntry =
  | { readonly ok: true; readonly entry: QueueEntry; readonly place: Place }
  | { readonly ok: false; readonly refusal: Decision };

/** The waiting deploy that an id names, which is no rollout yet; undefined: none goes by it. */
export function findQueued({ places }: State, { target, environment }: Wanted): FoundEntry | undefined {
  if (target === undefined) return undefined;
  const hits = [...places.values()].flatMap((place) =>
    place.queue.filter(({ id }) => goesBy(id, target)).map((entry) => ({ entry, place })),
  );
  const [first, second] = hits;
  if (!first) return undefined;
  if (second)
    return {
      ok: false,
      refusal: several(
        target,
        hits.map(({ entry }) => entry),
      ),
    };
  const { service, environment: there } = first.place;
  if (environment !== undefined && environment !== there)
    return { ok: false, refusal: elsewhere(`${shortId(first.entry)} waits for ${service}`, there, environment) };
  return { ok: true, ...first };
}
