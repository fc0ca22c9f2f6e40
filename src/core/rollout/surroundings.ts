/** Circumstances of one rollout, read from state and facts. */
import { type Facts, pairKey, type PlatformFacts } from '../facts.ts';
import type { Place } from '../model/place.ts';
import type { Rollout } from '../model/rollout.ts';
import type { State } from '../model/state.ts';
import { toMilliseconds } from '../model/time.ts';
import { copyOf } from './arm.ts';
import { askGates } from './gates.ts';
import { type Circumstances, hasEnded } from './input.ts';

const NO_PLATFORM: PlatformFacts = {
  weights: 'none',
  preview: false,
  keepsOld: false,
  instantBack: false,
  perVersionMetrics: false,
  baseline: false,
  find: false,
  needs: ['platform'],
};

function platformOf(rollout: Rollout, facts: Facts): PlatformFacts {
  if (rollout.subject.type !== 'release') return NO_PLATFORM;
  return facts.platforms[pairKey(rollout.subject)] ?? NO_PLATFORM;
}

export interface Around {
  readonly state: State;
  readonly facts: Facts;
  /** Gates are asked of this stage instead of the next (`promote --to`). */
  readonly gatesFor?: number;
}

export function circumstances(rollout: Rollout, { state, facts, gatesFor }: Around): Circumstances {
  const platform = platformOf(rollout, facts);
  const place = rollout.subject.type === 'release' ? state.places.get(pairKey(rollout.subject)) : undefined;
  const uncertain = uncertainty(state, rollout, facts);
  const byHand = isByHand(place, facts.now);
  const next = rollout.phase === 'exposing' ? rollout.stage + 1 : rollout.stage;
  const gates = askGates({ rollout, state, facts }, gatesFor ?? next);
  return {
    now: facts.now,
    generation: place?.generation ?? 0,
    performer: facts.performer,
    platformNeeds: platform.needs,
    ...(platform.deployNeeds && { deployNeeds: platform.deployNeeds }),
    ...timeoutOf(platform),
    checkNeeds: rollout.subject.type === 'flag' ? ['checkout'] : platform.needs,
    instantBack: platform.instantBack,
    weighted: platform.weights !== 'none',
    keepsOld: platform.keepsOld,
    gates,
    ...reviewedIn(rollout, state),
    mayGoBackAlone: state.config.rollback.automatic && !facts.automaticOff && !byHand,
    mayGoUpAlone: uncertain === undefined && !byHand,
    ...(uncertain === undefined ? {} : { uncertain }),
    pairTaken: place?.active !== undefined && place.active !== rollout.id,
    pairLost: isLost(state, rollout, place?.active),
    replaced: place?.live !== undefined && place.live?.label !== labelOf(rollout),
    live: place?.live ? [place.live.label] : [],
    inUse: inUse(rollout, state),
  };
}

function reviewedIn({ subject }: Rollout, { config }: State): Pick<Circumstances, 'reviewedInJobs'> {
  return config.environments[subject.environment]?.approvals?.by === 'github' ? { reviewedInJobs: true } : {};
}

/** `auto off` stands. */
function isByHand(place: Place | undefined, now: number): boolean {
  return place?.manual !== undefined && toMilliseconds(place.manual.until) > now;
}

function timeoutOf({ timeout }: PlatformFacts): Pick<Circumstances, 'platformTimeout'> {
  return timeout === undefined ? {} : { platformTimeout: timeout };
}

/** A pair's file that does not parse proves nothing of the kind. */
function isLost(state: State, rollout: Rollout, active: string | undefined): boolean {
  if (rollout.subject.type !== 'release' || rollout.phase === 'provisional' || active === rollout.id) return false;
  return state.places.has(pairKey(rollout.subject)) && brokenFile(state, rollout) === undefined;
}

function labelOf({ subject }: Rollout): string | undefined {
  return subject.type === 'release' ? subject.release.label : undefined;
}

/** What other unfinished rollouts of the pair move or stand on, and what is live if it is not this one's. */
function inUse(rollout: Rollout, state: State): readonly string[] {
  const { subject } = rollout;
  if (subject.type !== 'release') return [];
  const others = [...state.rollouts.values()].filter(
    (one) =>
      one.id !== rollout.id &&
      !hasEnded(one) &&
      one.subject.type === 'release' &&
      pairKey(one.subject) === pairKey(subject),
  );
  const live = state.places.get(pairKey(subject))?.live?.label;
  // One that another has replaced stands on nothing any more and waits only to tidy up.
  const standing = others.filter((one) => one.phase !== 'provisional' || labelOf(one) === live);
  const named = standing.flatMap((one) => [labelOf(one), one.stable?.label, one.fallback?.label, copyOf(one)]);
  return [...named, live === labelOf(rollout) ? undefined : live].filter((label) => label !== undefined);
}

function uncertainty(state: State, rollout: Rollout, facts: Facts): Circumstances['uncertain'] {
  if (facts.clockOff)
    return { code: 'clock-off', summary: 'the clock here and the state branch differ by more than 60 s: set it right' };
  const broken = brokenFile(state, rollout);
  if (broken === undefined) return undefined;
  return { code: 'document-invalid', summary: `${broken} on the state branch does not parse: mend it, then go on` };
}

/** A broken file holds what depends on it: its own rollout, place, flag or environment. */
export function brokenFile(state: State, { id, subject }: Rollout): string | undefined {
  const mine = [`rollouts/${id}.json`, `environments/${subject.environment}.json`];
  if (subject.type === 'flag') mine.push(`flags/${subject.flag}.json`);
  else mine.push(`services/${pairKey(subject)}.json`);
  return state.broken.find((one) => mine.includes(one.path))?.path;
}
