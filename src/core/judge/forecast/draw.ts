/** Numbers as a version would show them, drawn for forecasts: seeded, so that the same plan always says the same. */
import type { Sample } from '../../model/metric.ts';

/** From 0 to below 1. */
export type Random = () => number;

/** mulberry32 by T. Ettinger: 32 bits of state, good enough to forecast with. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A standard normal, by Box and Muller. */
function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** From so many a normal with the same mean and variance is close enough to a binomial for a forecast. */
const MANY = 50;

/** Successes among `n` with chance `p` each. */
export function drawBinomial(n: number, p: number, random: Random): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - drawBinomial(n, 1 - p, random);
  if (n * p > MANY) {
    const drawn = Math.round(n * p + drawNormal(random) * Math.sqrt(n * p * (1 - p)));
    return Math.min(n, Math.max(0, drawn));
  }
  // Waiting times between successes are geometric (Devroye 1986, X.4).
  const base = Math.log1p(-p);
  let successes = 0;
  for (let at = gap(random, base); at < n; at += 1 + gap(random, base)) successes += 1;
  return successes;
}

function gap(random: Random, base: number): number {
  return Math.floor(Math.log(1 - random()) / base);
}

/** What is usual of a metric, made so many times worse. Rates of `proportion` end at 1. */
export interface Shape {
  readonly usual: Sample;
  /** 2: twice the errors, twice the latency; below 1 where more is better. */
  readonly factor: number;
}

/** A draw of `n` events; null for kinds that are no sum of events (counts, gauges). */
export function sampler({ usual, factor }: Shape): ((n: number, random: Random) => Sample) | null {
  switch (usual.kind) {
    case 'proportion': {
      const p = Math.min(1, rateOf(usual) * factor);
      return (total, random) => ({ kind: 'proportion', bad: drawBinomial(total, p, random), total });
    }
    case 'mean':
      return meanSampler(usual, factor);
    case 'histogram':
      return histogramSampler(usual, factor);
    case 'count':
    case 'value':
      return null;
  }
}

type Of<K extends Sample['kind']> = Extract<Sample, { kind: K }>;

/** Half an error is added: none among a thousand is not none for ever (Jeffreys' prior). */
export function rateOf({ bad, total }: Of<'proportion'>): number {
  return (bad + 0.5) / (total + 1);
}

function meanSampler({ sum, n, sumSquares }: Of<'mean'>, factor: number): ReturnType<typeof sampler> {
  if (n < 2 || sumSquares === undefined) return null;
  const mean = (sum / n) * factor;
  const variance = Math.max(0, (sumSquares - sum ** 2 / n) / (n - 1)) * factor ** 2;
  return (size, random) => {
    const drawn = size * mean + drawNormal(random) * Math.sqrt(size * variance);
    const squares = size > 0 ? Math.max(0, size - 1) * variance + drawn ** 2 / size : 0;
    return { kind: 'mean', sum: drawn, n: size, sumSquares: squares };
  };
}

/** Observations times the factor, counted into the same buckets: inside of a bucket they lie evenly. */
function histogramSampler({ bounds, counts }: Of<'histogram'>, factor: number): ReturnType<typeof sampler> {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= 0) return null;
  const below = bounds.map((bound) => shareBelow({ bounds, counts, total }, bound / factor));
  const shares = [...below, 1].map((share, index) => share - (below[index - 1] ?? 0));
  const averages = shares.map((_, index) => ((bounds[index - 1] ?? 0) + (bounds[index] ?? bounds.at(-1) ?? 0)) / 2);
  return (size, random) => {
    let left = size;
    let rest = 1;
    const drawn = shares.map((share) => {
      const count = rest > 0 ? drawBinomial(left, Math.min(1, share / rest), random) : 0;
      left -= count;
      rest -= share;
      return count;
    });
    const sum = drawn.reduce((all, count, index) => all + count * (averages[index] ?? 0), 0);
    return { kind: 'histogram', bounds, counts: drawn, sum };
  };
}

interface Buckets {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly total: number;
}
function shareBelow({ bounds, counts, total }: Buckets, value: number): number {
  let before = 0;
  for (let index = 0; index < bounds.length; index++) {
    const upper = bounds[index] ?? 0;
    const lower = index === 0 ? Math.min(0, upper) : (bounds[index - 1] ?? 0);
    const inside = counts[index] ?? 0;
    if (value <= upper) return Math.max(0, before + inside * ((value - lower) / (upper - lower))) / total;
    before += inside;
  }
  return before / total;
}
