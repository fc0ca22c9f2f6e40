/**
 * Requests of a window are hardly ever independent: retries, one slow query, one large client. How much more neighbouring windows of an
 * arm differ than independent requests would is measured, and the log evidence is divided by that factor before it is compared with
 * its bound. That is never wrong: divided by at least 1 it reaches the bound only where it did so undivided.
 *
 * The factor is that of quasi-likelihoods (McCullagh and Nelder, Generalized Linear Models, chapter 9), estimated from successive
 * differences (von Neumann, 1941), so that neither a rate which moves slowly, as with the time of day, nor a candidate that is
 * steadily worse is taken for bursts.
 */
import type { Block } from './bet.ts';

/** So many differences of independent requests are presumed, so that one odd pair of windows does not decide. */
const PRESUMED = 4;
/** One pair of windows counts no more than this: a window in which all failed says little about the usual ones. */
const MOST_OF_A_PAIR = 30;
/** A candidate that is down every other minute is no burst: what it alone shows weakens the evidence so many times at most. */
const MOST_OF_ITS_OWN = 2;
/** What was measured fades by half in so many windows: an incident that is over must not blind a judge for hours. */
const HALF_LIFE = 30;
const FADES: number = 0.5 ** (1 / HALF_LIFE);
/** Numbers of one arm: differences seen and their sum, both faded, the last window's events and size. */
const ARM = 4;
/** Numbers kept for one comparison of two rates: the candidate's, then the stable version's. */
const KEPT: number = 2 * ARM;

/** Kept numbers, and the place where those of one comparison begin. */
export interface Place {
  readonly kept: number[];
  readonly index: number;
}

/** By how much two rates differ more than independent requests would, each arm by what it adds to the variance; at least 1. */
export function dispersionOf({ kept, index }: Place): number {
  const [candidate, stable] = [index * KEPT, index * KEPT + ARM];
  const byCandidate = 1 / Math.max(1, kept[candidate + 3] ?? 0);
  const byStable = 1 / Math.max(1, kept[stable + 3] ?? 0);
  const stableFactor = ofArm(kept, stable);
  const own = Math.min(ofArm(kept, candidate), Math.max(1, stableFactor) * MOST_OF_ITS_OWN);
  return Math.max(1, (byCandidate * own + byStable * stableFactor) / (byCandidate + byStable));
}

/** The same of each arm by itself, where a caller knows what each adds to the variance. */
export function factorsOf({ kept, index }: Place): readonly [candidate: number, stable: number] {
  return [ofArm(kept, index * KEPT), ofArm(kept, index * KEPT + ARM)];
}

function ofArm(kept: readonly number[], at: number): number {
  return ((kept[at + 1] ?? 0) + PRESUMED) / ((kept[at] ?? 0) + PRESUMED);
}

/** Adds a window of both arms; `poisson`: events are not parts of the sizes. */
export function addWindow({ kept, index }: Place, block: Block, poisson = false): void {
  addOf(kept, index * KEPT, { bad: block.bad, size: block.size, poisson });
  addOf(kept, index * KEPT + ARM, { bad: block.stableBad, size: block.stableSize, poisson });
}

interface ArmWindow {
  readonly bad: number;
  readonly size: number;
  readonly poisson: boolean;
}
/**
 * With k events in a window and the one before, the squared difference of the two rates over p(1-p)(1/n1 + 1/n2), p = k/(n1 + n2), has the
 * mean 1 for independent trials, whatever k > 0 is (the hypergeometric variance); without (1-p) the same for Poisson counts. Windows
 * without events say nothing.
 */
function addOf(kept: number[], at: number, { bad, size, poisson }: ArmWindow): void {
  const rate = (bad + (kept[at + 2] ?? 0)) / (size + (kept[at + 3] ?? 0));
  addSum(kept, at, { sum: bad, size, variance: rate * (poisson ? 1 : 1 - rate) });
}

/** The same for means: `variance` is that of one observation. */
export function addMeans({ kept, index }: Place, candidate: ArmSum, stable: ArmSum): void {
  addSum(kept, index * KEPT, candidate);
  addSum(kept, index * KEPT + ARM, stable);
}

export interface ArmSum {
  readonly sum: number;
  readonly size: number;
  readonly variance: number;
}
function addSum(kept: number[], at: number, { sum, size, variance }: ArmSum): void {
  if (!(size > 0)) return;
  const [beforeSum, before] = [kept[at + 2] ?? 0, kept[at + 3] ?? 0];
  kept[at + 2] = sum;
  kept[at + 3] = size;
  const expected = variance * (1 / size + 1 / before);
  if (!(before > 0) || !(expected > 0)) return;
  const difference = sum / size - beforeSum / before;
  kept[at] = FADES * (kept[at] ?? 0) + 1;
  kept[at + 1] = FADES * (kept[at + 1] ?? 0) + Math.min(MOST_OF_A_PAIR, (difference * difference) / expected);
}

/**
 * What the next stage goes on with: what was measured, for no more than what is presumed, and without the last window, which is no
 * neighbour of its first.
 */
export function carriedOn(kept: readonly number[]): readonly number[] {
  return kept.map((value, at) => {
    const place = at % ARM;
    const pairs = kept[at - place] ?? 0;
    return place < 2 ? value * Math.min(1, PRESUMED / Math.max(1, pairs)) : 0;
  });
}

export function beginPlaces(kept: readonly number[] | undefined, comparisons: number): number[] {
  return kept?.length === comparisons * KEPT ? [...kept] : Array.from({ length: comparisons * KEPT }, () => 0);
}

/** Forgets all: something else is compared from now on. */
export function clearPlaces(kept: number[]): void {
  kept.fill(0);
}
