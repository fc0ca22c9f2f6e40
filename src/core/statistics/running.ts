/** What a sequential method says after a look, and what may be kept of all looks so far. */
export interface Look {
  readonly p: number;
  readonly lower: number;
  readonly upper: number;
}

/** p = min(1, 1/E) of a log e-value (Ville's inequality: P(E ever reaches 1/alpha) <= alpha under the null). */
export function pOf(logE: number): number {
  return Math.min(1, Math.exp(-logE));
}

/**
 * The smallest p and the intersection of the intervals so far: both keep their guarantee for a time-uniform method, and only for one.
 * A lower end above the upper end means that the effect itself has moved; it is kept, not repaired.
 */
export function keepBest(before: Look | undefined, now: Look): Look {
  if (before === undefined) return now;
  return {
    p: Math.min(before.p, now.p),
    lower: Math.max(before.lower, now.lower),
    upper: Math.min(before.upper, now.upper),
  };
}

/** The running values after each look, in their order. */
export function runningOf(looks: readonly Look[]): readonly Look[] {
  const running: Look[] = [];
  for (const look of looks) running.push(keepBest(running.at(-1), look));
  return running;
}
