/** A pair's own file as a rollout's step leaves it: derived, never decided. */
import { emptyPlace, type LiveRelease, type Place } from '../model/place.ts';
import type { Rollout } from '../model/rollout.ts';
import { toInstant } from '../model/time.ts';
import { WHOLE } from '../model/weight.ts';
import { hasEnded } from './input.ts';

const GOOD_KEPT = 10;

interface PlaceOptions {
  /** The rollout before this step; absent: it begins. */
  readonly before: Rollout | undefined;
  /** How long no automatic rollout starts after an automatic rollback, in ms. */
  readonly cooldown: number;
  readonly now: number;
}

export function placeAfter(place: Place | undefined, after: Rollout, { before, cooldown, now }: PlaceOptions): Place {
  if (after.subject.type !== 'release') throw new Error('only a release has a pair');
  const old = place ?? emptyPlace(after.subject.service, after.subject.environment);
  const taken = take(old, before, after);
  const moved = { ...taken, ...wanted(taken, after) };
  // Of a pair that another rollout moves by now a person's word says nothing.
  const said = before?.phase === 'failed' && (old.active === undefined || old.active === after.id);
  const live = said ? asSaid(moved, after) : settle(moved, before, after);
  if (after.phase !== 'rolled-back' || after.goingBack?.automatic !== true) return live;
  return { ...live, cooldownUntil: toInstant(now + cooldown) };
}

/**
 * Active while it moves, settling while provisional. A newer rollout keeps the pair, except from one that goes back although
 * it was provisional: that one takes the pair again, and the newer one has lost its ground.
 */
function take(place: Place, before: Rollout | undefined, after: Rollout): Place {
  const { active, settling, ...rest } = place;
  const others = {
    ...(active === undefined || active === after.id ? {} : { active }),
    ...(settling === undefined || settling === after.id ? {} : { settling }),
  };
  const queue = place.queue.filter((entry) => entry.request !== after.request);
  if (hasEnded(after) || after.phase === 'queued') return { ...rest, ...others, queue };
  const isLive = after.subject.type === 'release' && place.live?.label === after.subject.release.label;
  if (after.phase === 'provisional')
    return before?.phase === 'provisional' && !isLive
      ? { ...rest, ...others, queue }
      : { ...rest, ...others, queue, settling: after.id };
  const lost = before !== undefined && before.phase !== 'provisional';
  return { ...rest, ...others, queue, active: lost && others.active !== undefined ? others.active : after.id };
}

/** Each new intent on the pair takes the next generation; the newest one that sets weights says what is wanted. */
function wanted(place: Place, after: Rollout): Pick<Place, 'generation' | 'weights'> {
  const fresh = after.operations.filter((one) => one.kind !== 'run' && one.generation > place.generation);
  const weights = fresh.findLast((one) => one.weights !== undefined)?.weights ?? place.weights;
  return { generation: fresh.reduce((highest, one) => Math.max(highest, one.generation), place.generation), weights };
}

/** What a failed rollout came to: a person's word, or the way back that worked in the end. */
function asSaid(place: Place, after: Rollout): Place {
  if (after.subject.type !== 'release' || after.kind === 'traffic' || !hasEnded(after)) return place;
  const generation = place.generation + 1;
  const { label, commit } = after.subject.release;
  const stable = after.stable?.label;
  if (after.phase === 'completed') {
    const live: LiveRelease = { label, commit, since: after.phaseSince, rollout: after.id };
    return { ...place, live, good: remember(place.good, live), weights: { [label]: WHOLE }, generation };
  }
  const weights = stable === undefined ? {} : { [stable]: WHOLE };
  return { ...place, live: place.live?.label === label ? restored(place, after) : place.live, weights, generation };
}

function settle(place: Place, before: Rollout | undefined, after: Rollout): Place {
  if (after.subject.type !== 'release') return place;
  if (after.kind === 'traffic') return setByHand(place, after);
  const { label, commit, artifact } = after.subject.release;
  const candidate: LiveRelease = {
    label,
    commit,
    ...(artifact === undefined ? {} : { artifact }),
    since: after.phaseSince,
    rollout: after.id,
  };
  if (after.phase === 'provisional') return before?.phase === 'provisional' ? place : { ...place, live: candidate };
  if (after.phase === 'completed')
    return {
      ...place,
      good: remember(place.good, {
        ...candidate,
        since: place.live?.rollout === after.id ? place.live.since : (before?.phaseSince ?? candidate.since),
      }),
    };
  if (after.phase !== 'rolled-back') return place;
  const lost = place.live?.label === label && after.stable?.label !== label;
  const live = lost || after.goingBack?.insteadOf !== undefined ? restored(place, after) : place.live;
  return live ? { ...place, live } : { ...place, live, weights: {} };
}

/** All traffic by hand for another version is a person's word that it is live, and good. */
function setByHand(place: Place, { id, phase, phaseSince, subject, plan }: Rollout): Place {
  if (phase !== 'completed' || subject.type !== 'release') return place;
  const { label, commit } = subject.release;
  if (plan.stages.at(-1)?.weights?.[label] !== WHOLE || place.live?.label === label) return place;
  const live: LiveRelease = { label, commit, since: phaseSince, rollout: id };
  return { ...place, live, good: remember(place.good, live) };
}

/** The last good releases, newest first, each label once. */
function remember(good: readonly LiveRelease[], one: LiveRelease): readonly LiveRelease[] {
  return [one, ...good.filter((other) => other.label !== one.label)]
    .toSorted((a, b) => (a.since === b.since ? 0 : a.since < b.since ? 1 : -1))
    .slice(0, GOOD_KEPT);
}

/** A provisional release that went back was live; what it replaced is live again. */
function restored(place: Place, after: Rollout): LiveRelease | null {
  if (!after.stable) return null;
  const known = place.good.find((one) => one.label === after.stable?.label);
  return known ?? { ...after.stable, since: after.phaseSince, rollout: after.id };
}
