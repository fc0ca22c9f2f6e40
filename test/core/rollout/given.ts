/** Circumstances and rollouts for the machine alone: no engine, no store. */
import type { Rollout } from '../../../src/core/model/rollout.ts';
import type { Circumstances, Input, Observation } from '../../../src/core/rollout/input.ts';
import { transition } from '../../../src/core/rollout/transition.ts';
import { ms } from '../../support/rollout.ts';

export function circumstancesOf(changed: Partial<Circumstances> = {}): Circumstances {
  return {
    now: ms('10:40:00'),
    generation: 4,
    performer: { id: 'here', has: ['checkout'], claimFor: 1_200_000 },
    platformNeeds: ['checkout'],
    checkNeeds: ['checkout'],
    instantBack: true,
    weighted: true,
    keepsOld: true,
    gates: [],
    mayGoBackAlone: true,
    mayGoUpAlone: true,
    pairTaken: false,
    pairLost: false,
    replaced: false,
    live: ['1.3.2'],
    inUse: [],
    ...changed,
  };
}

/** The rollout after an input. @throws Error of a refusal */
export function after(rollout: Rollout, input: Input, changed: Partial<Circumstances> = {}): Rollout {
  const moved = transition(rollout, input, circumstancesOf(changed));
  if (!moved.ok) throw new Error(`${moved.code}: ${moved.summary}`);
  return moved.rollout;
}

export function seen(rollout: Rollout, observation: Observation, changed: Partial<Circumstances> = {}): Rollout {
  return after(rollout, { type: 'observed', observation }, changed);
}

/** The code of a refusal, or `done`. */
export function codeOf(rollout: Rollout, input: Input, changed: Partial<Circumstances> = {}): string {
  const moved = transition(rollout, input, circumstancesOf(changed));
  return moved.ok ? 'done' : moved.code;
}
