/**
 * Windows: a stage's time cut into equal parts, anchored at the moment it was exposed,
 * so that evidence depends on what happened and never on who looked when.
 */
import { MINUTE, type Milliseconds, SECOND } from '../model/time.ts';

const MOST_WINDOWS = 300;
const SHORT_BAKE_WINDOWS = 5;
const USUAL: Milliseconds = 10 * SECOND;
const LONGEST: Milliseconds = 10 * MINUTE;

/**
 * How wide the windows of a stage are: bake / 300, at least 10 s, at most 10 min. A bake shorter than 50 s has
 * five windows of at least 1 s, and none is longer than the bake (docs/decisions/0003).
 */
export function windowWidth(bake: Milliseconds): Milliseconds {
  if (bake <= 0) return SECOND;
  if (bake < SHORT_BAKE_WINDOWS * USUAL) return Math.min(bake, Math.max(SECOND, Math.ceil(bake / SHORT_BAKE_WINDOWS)));
  return Math.min(LONGEST, Math.max(USUAL, Math.ceil(bake / MOST_WINDOWS)));
}

/** How many windows lie wholly between two moments. */
export function windowsIn(from: Milliseconds, until: Milliseconds, width: Milliseconds): number {
  return Math.max(0, Math.floor((until - from) / width));
}

interface ClosedOptions {
  readonly exposedAt: Milliseconds;
  readonly width: Milliseconds;
  /** Windows that end later than this do not belong to the stage. */
  readonly until: Milliseconds;
  /** How long after its end a window's numbers are complete. */
  readonly delay: Milliseconds;
  readonly now: Milliseconds;
  /** How many of them were folded in before. */
  readonly folded: number;
}

/** The closed windows that were not folded in yet: the index of the first, and how many. */
export function closedWindows({ exposedAt, width, until, delay, now, folded }: ClosedOptions): {
  readonly from: number;
  readonly count: number;
} {
  const closed = windowsIn(exposedAt, Math.min(until, now - delay), width);
  return { from: folded, count: Math.max(0, closed - folded) };
}
