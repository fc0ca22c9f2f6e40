import type { State } from '../core/model/state.ts';
import { seeMoving } from './seen.ts';
import type { Wiring } from './wiring.ts';

/** Everything that moves, and the flags that its rollouts turn out to move: ten thousand flags at rest cost nothing. */
export async function readMoving(wiring: Wiring): Promise<State> {
  return (await seeMoving(wiring)).state;
}
