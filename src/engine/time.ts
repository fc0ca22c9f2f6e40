/** What time it is for a decision, where the store's clock and the one here do not agree (architecture.md section 4, law 7). */
import { MINUTE } from '../core/model/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Snapshot } from '../ports/store.ts';

/** How far the clock here and the store's may be apart before nothing is promoted any more. */
const SKEW = MINUTE;

export interface Time {
  /** Milliseconds. */
  readonly now: number;
  /** The two clocks differ by more than 60 s: one of them is wrong, and nobody can tell which. */
  readonly off: boolean;
  /** Milliseconds by which the store's clock is ahead of the one here; below 0: behind it. */
  readonly ahead: number;
}

/**
 * The store's clock; where the two are apart the earlier one, so that no wait, lock, freeze or place in a queue ends
 * because of a wrong clock. What goes up is held by `off`.
 */
export function timeAt(clock: Clock, { now }: Pick<Snapshot, 'now'>): Time {
  const here = clock.now();
  const ahead = now - here;
  const off = Math.abs(ahead) > SKEW;
  return { now: off ? Math.min(here, now) : now, off, ahead };
}
