/**
 * Betting against "no worse": an e-process in blocks, one block a window, after Turner, Ly and Grünwald,
 * "Generic E-variables for exact sequential k-sample tests" (2021), in a form whose validity shows in one line.
 *
 * A block has nC trials of the candidate and nS of the stable version. Take any point (c0, s0) on the border `c0 = ratio*s0 + sign*tolerance`
 * and any stake y >= 0, and multiply by the likelihood of the alternative tC = c0 + sign*y*vC/nC, tS = s0 - sign*y*ratio*vS/nS
 * against that of (c0, s0), with v = t0(1-t0) for trials and v = t0 for Poisson counts. One trial's factor has the mean
 * 1 + (p-t0)(t-t0)/v <= exp((p-t0)(t-t0)/v) where the true rate is p (for Poisson counts over an exposure it is that exponential
 * itself), so the block's is at most exp(sign*y*(pC - ratio*pS - sign*tolerance)), which is at most 1 for every (pC, pS) of the
 * null hypothesis. Border point and stake may depend on earlier windows and on this block's sizes, not on its outcome; rates may
 * move from window to window in both arms.
 */
import type { Margin } from './margin.ts';

/** Bad events and trials (for Poisson counts: exposure) of both arms. */
export interface Block {
  readonly bad: number;
  readonly size: number;
  readonly stableBad: number;
  readonly stableSize: number;
}

export interface Bet {
  readonly block: Block;
  /** Sums of earlier windows: all that the bet may know of outcomes. */
  readonly past: Block;
  readonly margin: Margin;
  /** How many times worse than allowed the alternatives are; one more is learnt from the past. */
  readonly ratios: readonly number[];
  readonly events: 'trials' | 'poisson';
}

/** Stakes never go up to the point where one event could lose everything. */
const ROOM = 0.95;
/** Alternatives beyond this gain nothing. */
const LARGEST_RATIO = 30;
/** This part of what is owned is never staked: one odd window of the stable version's loses a factor of 1,000 at most. */
const KEPT_BACK = 1e-3;
/** Nor gains one odd window of the candidate's more than a factor of 10,000: events in groups would win more than they can lose. */
const MOST_GAIN: number = Math.log(10_000);

/** Adds a block's log evidence to `logs[at ...]`: one for each ratio, and one for the ratio learnt from the past. */
export function bet(logs: number[], at: number, { block, past, margin, ratios, events }: Bet): void {
  if (!(block.size > 0 && block.stableSize > 0 && past.stableSize > 0)) return;
  const poisson = events === 'poisson';
  if (!poisson && 2 * (past.bad + past.stableBad) > past.size + past.stableSize)
    place(logs, at, { block: turned(block), past: turned(past), margin: turnedMargin(margin), ratios, poisson });
  else place(logs, at, { block, past, margin, ratios, poisson });
}

type Placing = Omit<Bet, 'events'> & { readonly poisson: boolean };

function place(logs: number[], at: number, { block, past, margin, ratios, poisson }: Placing): void {
  const { bad, size, stableBad, stableSize } = block;
  const { sign, ratio, tolerance } = margin;
  const s0 = borderRate(past, margin);
  const c0 = ratio * s0 + sign * tolerance;
  const least = poisson ? 0 : 1;
  if (!(c0 > 0 && s0 > 0) || (!poisson && !(c0 < 1 && s0 < 1))) return;
  // The complements that Bernoulli variances and rooms have and Poisson ones have not.
  const c1 = 1 - least * c0;
  const s1 = 1 - least * s0;
  const spreadC = (c0 * c1) / size;
  const spreadS = (ratio * ratio * s0 * s1) / stableSize;
  const most =
    ROOM *
    (sign > 0
      ? Math.min(poisson ? Infinity : size / c0, stableSize / (ratio * s1))
      : Math.min(size / c1, poisson ? Infinity : stableSize / (ratio * s0)));
  for (let index = 0; index <= ratios.length; index++) {
    const times = ratios[index] ?? learnt(past, margin, { c0, s0 });
    if (!(times > 1)) continue;
    // Such that tC is `times` (a `times`-th of) what tS allows.
    const wanted = ((times - 1) * c0) / (sign > 0 ? spreadC + times * spreadS : times * spreadC + spreadS);
    const stake = Math.min(wanted, most);
    const byC = (sign * stake) / size;
    const byS = (sign * stake * ratio) / stableSize;
    let gain = poisson
      ? -stake * tolerance
      : (size - bad) * logOfOneAnd(-byC * c0) + (stableSize - stableBad) * logOfOneAnd(byS * s0);
    if (bad > 0) gain += bad * logOfOneAnd(byC * c1);
    if (stableBad > 0) gain += stableBad * logOfOneAnd(-byS * s1);
    logs[at + index] = (logs[at + index] ?? 0) + kept(gain);
  }
}

/** ln of a factor that was bet with all but what is kept back, and no more than is taken of it: it is never more than fair. */
function kept(gain: number): number {
  if (gain > MOST_GAIN) return MOST_GAIN + Math.log(1 - KEPT_BACK);
  return gain > 0
    ? gain + Math.log(1 - KEPT_BACK + KEPT_BACK * Math.exp(-gain))
    : Math.log(KEPT_BACK + (1 - KEPT_BACK) * Math.exp(gain));
}

/** ln(1 + x) to about 1e-13 of itself: of rare events x is tiny, and `Math.log1p` takes several times as long. */
function logOfOneAnd(x: number): number {
  if (x > 1e-3 || x < -1e-3) return Math.log(1 + x);
  return x * (1 - x * (1 / 2 - x * (1 / 3 - x * (1 / 4 - x / 5))));
}

/** The stable version's rate at which the past lies on the border, with half an event more than there was. */
function borderRate({ bad, size, stableBad, stableSize }: Block, { sign, ratio, tolerance }: Margin): number {
  const events = bad + stableBad - sign * tolerance * size;
  return events > 0 ? (events + 0.5) / (ratio * size + stableSize + 1) : (stableBad + 0.5) / (stableSize + 1);
}

/** How many times worse than allowed the past was, each arm with one event more, at the border's rate. */
function learnt(
  past: Block,
  { sign, ratio, tolerance }: Margin,
  at: { readonly c0: number; readonly s0: number },
): number {
  const candidate = (past.bad + 1) / (past.size + 1 / at.c0);
  const allowed = (ratio * (past.stableBad + 1)) / (past.stableSize + 1 / at.s0) + sign * tolerance;
  if (!(allowed > 0)) return sign > 0 ? LARGEST_RATIO : 0;
  return Math.min(LARGEST_RATIO, sign > 0 ? candidate / allowed : allowed / candidate);
}

/** Frequent events are compared by the rare ones that are missing: 99 % against 98 % is one against two. */
function turned({ bad, size, stableBad, stableSize }: Block): Block {
  return { bad: size - bad, size, stableBad: stableSize - stableBad, stableSize };
}

/** The same null hypothesis of the complements: c <= r*s + d is 1-c >= r*(1-s) - (d + r - 1). */
function turnedMargin({ sign, ratio, tolerance }: Margin): Margin {
  return { sign: sign > 0 ? -1 : 1, ratio, tolerance: tolerance + sign * (ratio - 1) };
}
