/** Circumstances of one rollout, read from state and facts. */
import { type Facts, pairKey, type PlatformFacts } from '../facts.ts';
import type { Rollout } from '../model/rollout.ts';
import type { State } from '../model/state.ts';
import { toMilliseconds } from '../model/time.ts';
import { askGates } from './gates.ts';
import type { Circumstances } from './input.ts';

const NO_PLATFORM: PlatformFacts = {
  weights: 'none',
  preview: false,
  keepsOld: false,
  instantBack: false,
  perVersionMetrics: false,
  find: false,
  needs: ['platform'],
};

export function platformOf(rollout: Rollout, facts: Facts): PlatformFacts {
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
  const byHand = place?.manual !== undefined && toMilliseconds(place.manual.until) > facts.now;
  const next = rollout.phase === 'exposing' ? rollout.stage + 1 : rollout.stage;
  const gates = askGates({ rollout, state, facts }, gatesFor ?? next);
  return {
    now: facts.now,
    generation: place?.generation ?? 0,
    performer: facts.performer,
    platformNeeds: platform.needs,
    checkNeeds: platform.needs,
    instantBack: platform.instantBack,
    weighted: platform.weights !== 'none',
    keepsOld: platform.keepsOld,
    gates,
    mayGoBackAlone: state.config.rollback.automatic && !facts.automaticOff && !byHand,
    mayGoUpAlone: !facts.clockOff && !byHand && !isBroken(state, rollout),
    pairTaken: place?.active !== undefined && place.active !== rollout.id,
  };
}

/** A broken file holds what depends on it: its own rollout, place, flag or environment. */
function isBroken(state: State, { id, subject }: Rollout): boolean {
  const mine = [`rollouts/${id}.json`, `environments/${subject.environment}.json`];
  if (subject.type === 'flag') mine.push(`flags/${subject.flag}.json`);
  else mine.push(`services/${pairKey(subject)}.json`);
  return state.broken.some((one) => mine.includes(one.path));
}
