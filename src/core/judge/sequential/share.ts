/**
 * Histograms read as a quantile: at a few bucket boundaries around it, the share of slower ones among the candidate's is compared with
 * that among the stable version's, each a comparison of proportions. Boundaries are chosen at a stage's first window that has a past.
 */
import type { Sample } from '../../model/metric.ts';
import { SHARE_RATIOS, beginLogs } from './alternatives.ts';
import { bet } from './bet.ts';
import { addWindow, beginPlaces, dispersionOf } from './dispersion.ts';
import type { Margin } from './margin.ts';
import type { Tester, TesterOptions } from './tester.ts';

type Histogram = Extract<Sample, { kind: 'histogram' }>;

const EACH = SHARE_RATIOS.length + 1;
/** Each boundary more halves nobody's evidence but dilutes all. */
const BOUNDARIES = 3;
/** Of the tail that the quantile leaves: p95 looks where 0.5 % to 30 % are slower. */
const THINNEST = 0.1;
const THICKEST = 6;

export function shareTester({ context, margins, bets }: TesterOptions): Tester {
  const { spec, recorded } = context;
  const past = recorded?.sample.kind === 'histogram' ? recorded.sample : undefined;
  let marks: readonly number[] = bets?.marks ?? [];
  const logs = beginLogs(bets?.logs, margins.length * BOUNDARIES * EACH);
  const spread = beginPlaces(bets?.spread, margins.length * BOUNDARIES);
  return {
    logs,
    add(evidence, answer) {
      const { candidate, baseline } = answer;
      if (candidate?.kind !== 'histogram' || baseline?.kind !== 'histogram') return;
      const sums = evidence.baseline?.kind === 'histogram' ? evidence.baseline : baseline;
      const own = evidence.candidate?.kind === 'histogram' ? evidence.candidate : candidate;
      if (marks.length === 0) marks = chooseMarks(earlierThan(sums, baseline, past), spec.read);
      const size = above(candidate, 0);
      const stableSize = above(baseline, 0);
      const sizes = [above(own, 0) - size, above(sums, 0) - stableSize + (past ? above(past, 0) : 0)] as const;
      for (let index = 0; index < marks.length * margins.length; index++) {
        const margin = margins[Math.floor(index / marks.length)];
        const mark = marks[index % marks.length];
        if (!margin || mark === undefined) continue;
        const from = indexOf(baseline.bounds, mark);
        const reached = candidateIndex(candidate.bounds, mark, margin);
        if (from === undefined || reached === undefined) continue;
        const bad = above(candidate, reached + 1);
        const stableBad = above(baseline, from + 1);
        const first = Math.floor(index / marks.length) * BOUNDARIES + (index % marks.length);
        const block = { bad, size, stableBad, stableSize };
        addWindow({ kept: spread, index: first }, block);
        bet(logs, first * EACH, {
          block,
          past: {
            bad: above(own, reached + 1) - bad,
            size: sizes[0],
            stableBad: above(sums, from + 1) - stableBad + (past ? above(past, from + 1) : 0),
            stableSize: sizes[1],
          },
          margin: { sign: margin.sign, ratio: 1, tolerance: 0 },
          ratios: SHARE_RATIOS,
          events: 'trials',
        });
      }
    },
    dispersion: () =>
      most(logs.flatMap((_, at) => (at % EACH === 0 ? [dispersionOf({ kept: spread, index: at / EACH })] : []))),
    keep: () => (marks.length > 0 ? { marks, spread } : {}),
  };
}

/** One factor for all boundaries, the largest: divided each by its own, evidence below 1 would gain. */
function most(factors: readonly number[]): number {
  return factors.reduce((one, other) => Math.max(one, other), 1);
}

/** Observations in the buckets from `index` on. */
function above({ counts }: Histogram, index: number): number {
  let sum = 0;
  for (let at = index; at < counts.length; at++) sum += counts[at] ?? 0;
  return sum;
}

function earlierThan(sums: Histogram, window: Histogram, past: Histogram | undefined): Histogram {
  const counts = sums.counts.map((count, index) => count - (window.counts[index] ?? 0) + (past?.counts[index] ?? 0));
  return { ...sums, counts };
}

/** The boundaries nearest to the quantile, by what was slower than each among the stable version's. */
function chooseMarks(past: Histogram, read = 'p95'): readonly number[] {
  const tail = 1 - Number(read.slice(1)) / 100;
  const size = above(past, 0);
  if (!(size > 0) || !(tail > 0)) return [];
  return past.bounds
    .map((bound, index) => ({ bound, share: above(past, index + 1) / size }))
    .filter(({ share }) => share >= THINNEST * tail && share <= Math.min(0.9, THICKEST * tail))
    .toSorted((a, b) => distance(a.share, tail) - distance(b.share, tail))
    .slice(0, BOUNDARIES)
    .map(({ bound }) => bound)
    .toSorted((a, b) => a - b);
}

function distance(share: number, tail: number): number {
  return Math.abs(Math.log(share / tail));
}

function indexOf(bounds: readonly number[], mark: number): number | undefined {
  const index = bounds.indexOf(mark);
  return index < 0 ? undefined : index;
}

/** The boundary of the candidate that is as slow as allowed, on its safe side; undefined where the buckets end before. */
function candidateIndex(
  bounds: readonly number[],
  mark: number,
  { sign, ratio, tolerance }: Margin,
): number | undefined {
  const allowed = ratio * mark + sign * tolerance;
  // A binary fraction more or less is not a bucket more.
  const slack = 1e-9 * Math.abs(allowed);
  const index =
    sign > 0
      ? bounds.findIndex((bound) => bound >= allowed - slack)
      : bounds.findLastIndex((bound) => bound <= allowed + slack);
  return index < 0 ? undefined : index;
}
