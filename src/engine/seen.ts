/** What was read and when, by the store's clock: one read serves a whole tick as long as nothing moves. */
import { furtherNeeds, TICK_NEEDS } from '../core/needs.ts';
import type { State } from '../core/model/state.ts';
import type { Snapshot } from '../ports/store.ts';
import { stateToGoBack } from './state.ts';
import { timeAt } from './time.ts';
import type { Wiring } from './wiring.ts';

export interface Seen {
  readonly state: State;
  /** What time it was at the read, in ms (`timeAt`). */
  readonly now: number;
  /** The store's clock and the one here were apart. */
  readonly clockOff: boolean;
  /** By how much the store's was ahead, in ms; below 0: behind. */
  readonly ahead: number;
  /** The clock here at the same moment, in ms. */
  readonly readAt: number;
}

export async function seenOf(wiring: Wiring, snapshot: Snapshot): Promise<Seen> {
  const readAt = wiring.clock.now();
  const { now, off, ahead } = timeAt(wiring.clock, snapshot);
  const state = await stateToGoBack(snapshot, wiring.config, wiring.store);
  return { state, now, clockOff: off, ahead, readAt };
}

/** The store's time at this moment: what it said at the read, and what has passed here since. */
export function storeNow({ now, readAt }: Seen, { clock }: Pick<Wiring, 'clock'>): number {
  return now + clock.now() - readAt;
}

/** Everything that moves, and the flags that its rollouts move. */
export async function seeMoving(wiring: Wiring): Promise<Seen> {
  const { store } = wiring;
  const seen = await seenOf(wiring, await store.read(TICK_NEEDS));
  const more = furtherNeeds(seen.state);
  return more.length === 0 ? seen : seenOf(wiring, await store.read([...TICK_NEEDS, ...more]));
}
