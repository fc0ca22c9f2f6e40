/** A durable bit that flaps more than four times an hour must hold longer and longer before it is committed. */
import { HOUR, type Milliseconds } from '../model/time.ts';

const FREE_FLIPS = 4;
const LONGEST = 8;

/**
 * For how many windows a change must hold before it is committed: 0 for up to four flips in the last hour, then 2, 4, 8.
 * `flips`: when the bit changed in committed states. Never ask it about `fail`: failing is committed at once.
 */
export function damp(flips: readonly Milliseconds[], now: Milliseconds): 0 | 2 | 4 | 8 {
  const recent = flips.filter((at) => at > now - HOUR && at <= now).length;
  if (recent <= FREE_FLIPS) return 0;
  return Math.min(LONGEST, 2 ** (recent - FREE_FLIPS)) as 2 | 4 | 8;
}
