/**
 * Safe test of two proportions: an e-process over blocks of trials, exact for finite samples, at any number of looks.
 * Turner, Ly, Gruenwald 2021 (arXiv 2106.02693); with a margin: Turner, Gruenwald 2023 (arXiv 2203.09785). R package safestats.
 */
import type { Alternative } from './fixed.ts';
import { impossible, mustBeFinite, mustBePositive, mustCount } from './impossible.ts';
import { type Counts, mustBeCounts } from './moments.ts';
import { edgeOf } from './root.ts';

/** Pseudo-counts before any data: [successes, failures] per arm. */
export interface TwoByTwoPrior {
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
}

/** The null hypothesis of a one-sided test: rate of b <= factor x rate of a + add (mirrored for `less`). */
export interface Margin {
  readonly factor: number;
  readonly add: number;
}

export interface SafeOptions {
  readonly prior?: TwoByTwoPrior;
  /** `greater` bets only on b above a; default `two-sided`. */
  readonly alternative?: Alternative;
  /** One-sided tests only; default: equal rates. */
  readonly margin?: Margin;
}

/** One block: what both arms did since the last one. Its sizes may depend on the past, not on its own outcomes. */
export interface Block {
  readonly a: Counts;
  readonly b: Counts;
}

/** All that must be kept between blocks: the counts so far and ln E. */
export interface SafeEvidence extends Block {
  readonly logE: number;
}

export const NO_EVIDENCE: SafeEvidence = { a: { n: 0, successes: 0 }, b: { n: 0, successes: 0 }, logE: 0 };

/** The reference default: weak, and the same guess for both arms. */
const DEFAULT_PRIOR: TwoByTwoPrior = { a: [0.18, 0.18], b: [0.18, 0.18] };
const EQUAL: Margin = { factor: 1, add: 0 };

/**
 * Evidence after one more block: E *= likelihood under the rates learnt from the past / likelihood under the nearest point of the null
 * (in Kullback-Leibler divergence, which makes each factor's expectation <= 1 at every point of the null).
 * Throws StatisticsError on impossible counts, priors or margins.
 */
export function addBlock(evidence: SafeEvidence, block: Block, options: SafeOptions = {}): SafeEvidence {
  mustBeCounts(block.a);
  mustBeCounts(block.b);
  const { prior = DEFAULT_PRIOR } = options;
  const learnt: Pair = { a: guess(evidence.a, prior.a), b: guess(evidence.b, prior.b) };
  const nearest = nearestNull(learnt, block, options);
  const gain = logRatio(block.a, learnt.a, nearest.a) + logRatio(block.b, learnt.b, nearest.b);
  return { a: together(evidence.a, block.a), b: together(evidence.b, block.b), logE: evidence.logE + gain };
}

/** ln E after every block, and of all of them. */
export function safeTest(
  blocks: readonly Block[],
  options: SafeOptions = {},
): { readonly logE: number; readonly logEByBlock: readonly number[] } {
  let evidence = NO_EVIDENCE;
  const logEByBlock = blocks.map((block) => (evidence = addBlock(evidence, block, options)).logE);
  return { logE: evidence.logE, logEByBlock };
}

interface Pair {
  readonly a: number;
  readonly b: number;
}

function together(past: Counts, now: Counts): Counts {
  return { n: past.n + now.n, successes: past.successes + now.successes };
}

/** Strictly inside (0, 1), because both pseudo-counts are above 0. */
function guess({ n, successes }: Counts, [success, failure]: readonly [number, number]): number {
  mustBePositive(success, 'a prior');
  mustBePositive(failure, 'a prior');
  return (mustCount(successes, 'successes') + success) / (mustCount(n, 'n') + success + failure);
}

function logRatio({ n, successes }: Counts, learnt: number, nearest: number): number {
  if (learnt === nearest) return 0;
  return successes * Math.log(learnt / nearest) + (n - successes) * (Math.log1p(-learnt) - Math.log1p(-nearest));
}

function nearestNull(learnt: Pair, block: Block, { alternative = 'two-sided', margin = EQUAL }: SafeOptions): Pair {
  mustBePositive(margin.factor, 'the factor of a margin');
  mustBeFinite(margin.add, 'the added part of a margin');
  if (alternative === 'two-sided') {
    if (margin.factor !== 1 || margin.add !== 0) impossible('a margin needs a one-sided test');
    return onEquality(learnt, block);
  }
  const limit = margin.factor * learnt.a + margin.add;
  if (alternative === 'greater' ? learnt.b <= limit : learnt.b >= limit) return learnt;
  return margin.factor === 1 && margin.add === 0 ? onEquality(learnt, block) : onBorder(learnt, block, margin);
}

/** The nearest point of "equal rates" is the average weighted with the block's sizes. */
function onEquality(learnt: Pair, { a, b }: Block): Pair {
  if (a.n + b.n === 0 || learnt.a === learnt.b) return learnt;
  const both = (a.n * learnt.a + b.n * learnt.b) / (a.n + b.n);
  return { a: both, b: both };
}

/**
 * The point (x, factor x + add) nearest to what was learnt: the divergence na kl(a, x) + nb kl(b, factor x + add) is convex in x,
 * so its slope changes sign once.
 */
function onBorder(learnt: Pair, { a, b }: Block, { factor, add }: Margin): Pair {
  const low = Math.max(0, -add / factor);
  const high = Math.min(1, (1 - add) / factor);
  if (!(low < high)) return learnt;
  const other = (x: number): number => factor * x + add;
  const falls = (x: number): boolean => a.n * pull(learnt.a, x) + b.n * factor * pull(learnt.b, other(x)) > 0;
  const x = edgeOf(falls, low, high);
  return { a: clamp(x), b: clamp(other(x)) };
}

/** The slope of -kl(rate, x) in x: how strongly x is drawn upward; at an end, and where rounding oversteps it, back without limit. */
function pull(rate: number, x: number): number {
  if (x <= 0) return Infinity;
  if (x >= 1) return -Infinity;
  return (rate - x) / (x * (1 - x));
}

function clamp(rate: number): number {
  return Math.min(1 - Number.EPSILON, Math.max(Number.MIN_VALUE, rate));
}
