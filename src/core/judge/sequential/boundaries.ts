/**
 * At which bucket boundaries histograms are compared: the nearest to the quantile at which anything can be seen. An allowance (ratio,
 * tolerance) leads from the stable version's boundary to a later one for the candidate, on its safe side.
 */
import type { JudgeSpec, Sample } from '../../model/metric.ts';
import { printReading } from '../wording.ts';
import type { Margin } from './margin.ts';

type Histogram = Extract<Sample, { kind: 'histogram' }>;

/** Each boundary more halves nobody's evidence but dilutes all. */
export const BOUNDARIES = 3;
/** Of the tail that the quantile leaves: p95 looks where 0.5 % to 30 % are slower, if there are such boundaries. */
const THINNEST = 0.1;
const THICKEST = 6;
/** So many of the stable version's beyond the quantile settle where to look. */
const SETTLED = 20;

/** The part that a quantile leaves above it: 0.05 of p95. */
export function tailOf(read = 'p95'): number {
  return 1 - Number(read.slice(1)) / 100;
}

/** Observations in the buckets from `index` on. */
export function above({ counts }: Histogram, index: number): number {
  let sum = 0;
  for (let at = index; at < counts.length; at++) sum += counts[at] ?? 0;
  return sum;
}

export function isSettled(past: Histogram, tail: number): boolean {
  return above(past, 0) * tail >= SETTLED;
}

interface Candidate {
  readonly bound: number;
  /** What was slower, among the stable version's. */
  readonly share: number;
}

/**
 * Of the boundaries at which a candidate that is as bad as allowed can be told from a worse one, up to three around the quantile; where
 * there are none around it, the nearest on either side. Empty: nothing is known of the stable version, or nothing can be compared.
 */
export function chooseMarks(past: Histogram, tail: number, margins: readonly Margin[]): readonly number[] {
  const size = above(past, 0);
  if (!(size > 0) || !(tail > 0)) return [];
  const all = past.bounds
    .map((bound, index): Candidate => ({ bound, share: above(past, index + 1) / size }))
    .filter((one) => canCompare(one, past.bounds, margins));
  const around = all
    .filter(({ share }) => share >= THINNEST * tail && share <= Math.min(0.9, THICKEST * tail))
    .toSorted((a, b) => distance(a.share, tail) - distance(b.share, tail))
    .slice(0, BOUNDARIES);
  const chosen = around.length > 0 ? around : nearest(all, tail);
  return chosen.map(({ bound }) => bound).toSorted((a, b) => a - b);
}

/** More cannot lie beyond a boundary than all, nor less than nothing. */
function canCompare({ bound, share }: Candidate, bounds: readonly number[], margins: readonly Margin[]): boolean {
  return margins.every(
    (margin) => (margin.sign > 0 ? share < 1 : share > 0) && candidateIndex(bounds, bound, margin) !== undefined,
  );
}

/** The last boundary with more beyond it than the quantile leaves, and the first with less. */
function nearest(all: readonly Candidate[], tail: number): readonly Candidate[] {
  const [before, after] = [all.findLast(({ share }) => share > tail), all.find(({ share }) => share <= tail)];
  return [before, after].filter((one) => one !== undefined);
}

function distance(share: number, tail: number): number {
  return Math.abs(Math.log(share / tail));
}

/** The boundary of the candidate that is as slow as allowed, on its safe side; undefined where the buckets end before. */
export function candidateIndex(
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

interface Marked {
  readonly spec: JudgeSpec;
  readonly margins: readonly Margin[];
  readonly marks: readonly number[];
}

/** What has to be said of the boundaries: an allowance that had to be widened to one. Empty where there is nothing to say. */
export function boundaryWords(histogram: Histogram, { spec, margins, marks }: Marked): string {
  const widened = margins.flatMap((margin) =>
    marks.flatMap((mark) => {
      const reached = histogram.bounds[candidateIndex(histogram.bounds, mark, margin) ?? -1];
      const allowed = margin.ratio * mark + margin.sign * margin.tolerance;
      return reached === undefined || Math.abs(reached - allowed) <= 1e-9 * Math.abs(allowed) ? [] : [reached];
    }),
  );
  const all = [...new Set(widened)].toSorted((a, b) => a - b).map((bound) => printReading(bound, spec));
  const beyond = margins.some(({ sign }) => sign > 0) ? 'above' : 'up to';
  return all.length === 0 ? '' : ` (compared ${beyond} ${all.join(', ')}: what is allowed lies between buckets)`;
}

/** Why nothing was compared; undefined where something was. */
export function whyNoBoundary(histogram: Histogram, { spec, margins, marks }: Marked): string | undefined {
  if (marks.length > 0) return undefined;
  const last = printReading(histogram.bounds.at(-1) ?? 0, spec);
  const first = printReading(histogram.bounds[0] ?? 0, spec);
  const lower = margins.every(({ sign }) => sign > 0);
  const size = above(histogram, 0);
  if (!(size > 0)) return 'nothing of the stable version was counted yet';
  const beyond = above(histogram, histogram.counts.length - 1);
  if (lower && beyond === size)
    return `all of the stable version's lie beyond the last bucket boundary, ${last}: nothing can be compared`;
  if (!lower && (histogram.counts[0] ?? 0) === size)
    return `all of the stable version's lie in the first bucket, up to ${first}: nothing can be compared`;
  return `its buckets, from ${first} to ${last}, have no boundary for what is allowed: nothing can be compared`;
}
