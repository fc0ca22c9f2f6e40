/** Simulated traffic of two versions, window by window. */
import type { Answer } from '../../../src/core/judge/rule.ts';
import { binomial, normal, type Random } from './random.ts';

/** What both arms showed in one window, and one reading of each for judges that compare readings. */
export interface Window {
  readonly answer: Answer;
  readonly candidate: Reading;
  readonly stable: Reading;
}

/** Sums of one arm in one window. */
export interface Reading {
  readonly n: number;
  readonly sum: number;
  readonly sumSquares: number;
  readonly value: number;
}

/** The next window of one canary; `progress` runs from 0 to 1 over it. */
export type Traffic = (random: Random, progress: number) => Window;

/** Requests of a window. The candidate has a quarter of a service with 20 requests a second, windows of 10 s. */
const CANDIDATE = 50;
const STABLE = 150;

interface Errors {
  /** How many times the stable version's errors. */
  readonly ratio: number;
  /** Of the stable version. */
  readonly rate: number;
  /** Both arms' rate swings by so many times over the canary; 1: it rests. */
  readonly swing?: number;
  /** Errors come in groups of this size (retries of one failure). */
  readonly burst?: number;
}

/** Errors among requests. */
export function errors({ ratio, rate, swing = 1, burst = 1 }: Errors): Traffic {
  return (random, progress) => {
    const now = rate * swing ** Math.sin(2 * Math.PI * progress);
    const bad = (n: number, p: number): number => Math.min(n, burst * binomial(random, n, p / burst));
    const candidate = { bad: bad(CANDIDATE, Math.min(1, now * ratio)), total: CANDIDATE };
    const stable = { bad: bad(STABLE, now), total: STABLE };
    return {
      answer: { candidate: { kind: 'proportion', ...candidate }, baseline: { kind: 'proportion', ...stable } },
      candidate: ofCounts(candidate),
      stable: ofCounts(stable),
    };
  };
}

/** Errors of a candidate that is no worse, whose part of the requests grows as `percentAt` says. */
export function errorsOfPlan(rate: number, percentAt: (progress: number) => number): Traffic {
  return (random, progress) => {
    const total = Math.round(((CANDIDATE + STABLE) * percentAt(progress)) / 100);
    const others = CANDIDATE + STABLE - total;
    const candidate = { bad: binomial(random, total, rate), total };
    const stable = { bad: binomial(random, others, rate), total: others };
    const baseline = others > 0 ? { kind: 'proportion' as const, ...stable } : null;
    return {
      answer: { candidate: { kind: 'proportion', ...candidate }, baseline },
      candidate: ofCounts(candidate),
      stable: ofCounts(stable),
    };
  };
}

function ofCounts({ bad, total }: { readonly bad: number; readonly total: number }): Reading {
  return { n: total, sum: bad, sumSquares: bad, value: bad / total };
}

/** Bounds of a usual latency histogram, in seconds. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 2.5, 5, 10];

/** Log-normal latencies, 100 ms in the median, 270 ms at p95: the candidate's are `ratio` times as long. */
export function latencies(ratio: number, as: 'histogram' | 'mean'): Traffic {
  return (random) => {
    const candidate = draw(random, CANDIDATE, ratio);
    const stable = draw(random, STABLE, 1);
    return {
      answer: { candidate: sampleOf(candidate, as), baseline: sampleOf(stable, as) },
      candidate: candidate.reading,
      stable: stable.reading,
    };
  };
}

interface Drawn {
  readonly reading: Reading;
  readonly counts: readonly number[];
}

function draw(random: Random, n: number, ratio: number): Drawn {
  const counts = Array.from({ length: BOUNDS.length + 1 }, () => 0);
  let [sum, sumSquares] = [0, 0];
  for (let request = 0; request < n; request++) {
    const seconds = 0.1 * ratio * Math.exp(0.6 * normal(random));
    sum += seconds;
    sumSquares += seconds * seconds;
    const bucket = BOUNDS.findIndex((bound) => seconds <= bound);
    const index = bucket < 0 ? BOUNDS.length : bucket;
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return { reading: { n, sum, sumSquares, value: sum / n }, counts };
}

function sampleOf({ reading, counts }: Drawn, as: 'histogram' | 'mean'): Answer['candidate'] {
  if (as === 'histogram') return { kind: 'histogram', bounds: BOUNDS, counts, sum: reading.sum };
  return { kind: 'mean', sum: reading.sum, n: reading.n, sumSquares: reading.sumSquares };
}
