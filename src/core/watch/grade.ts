/** Whether what a trigger or judge asks for may be done automatically. */
import type { Action } from '../model/metric.ts';
import type { Place } from '../model/place.ts';
import { type Milliseconds, toMilliseconds } from '../model/time.ts';

export interface Switches {
  /** `rollback.automatic` of the configuration (of the plan, for a rollout). */
  readonly configured: boolean;
  /** ROLLBACK_CIRCUIT_BREAKER_ENABLED as this process has it; see `breakerEnabled`. */
  readonly breaker: boolean;
  /** `auto off`, where it stands. */
  readonly manual?: Place['manual'];
  readonly now: Milliseconds;
}

export interface Graded {
  readonly action: Action;
  /** Why it is less than was asked for; absent: it is what was asked for. */
  readonly because?: string;
}

/** `ROLLBACK_CIRCUIT_BREAKER_ENABLED`: on unless it says no. */
export function breakerEnabled(value: string | undefined): boolean {
  return !/^(false|0|off|no)$/i.test(value?.trim() ?? '');
}

/**
 * The action that may be taken: with automatic rollback switched off everything that takes something away from users is only
 * reported. A pause takes nothing away and stays, except under `auto off`, where a person drives.
 */
export function gradeAction(action: Action, { configured, breaker, manual, now }: Switches): Graded {
  if (action === 'notify') return { action };
  if (manual && toMilliseconds(manual.until) > now)
    return {
      action: 'notify',
      because: `${action} not done: ${manual.by.name} turned automatic off until ${manual.until}`,
    };
  if (action === 'pause') return { action };
  if (!configured)
    return { action: 'notify', because: `${action} not done: the configuration switches automatic rollback off` };
  if (!breaker)
    return { action: 'notify', because: `${action} not done: ROLLBACK_CIRCUIT_BREAKER_ENABLED is false here` };
  return { action };
}
