/**
 * Sample ratio: arms that did not get the traffic that was planned cannot be compared, whatever their numbers are; unless the candidate
 * is worse even if everything that is too much or too little is counted in its favour (retries of what failed, requests that hung).
 */
import type { Evidence, JudgeSpec, Sample } from '../model/metric.ts';
import { multinomialTest } from '../statistics/count-ratio.ts';
import { sizeOf } from './read.ts';
import { PASSED_SHARE } from './recorded.ts';
import type { Answer, StepContext } from './rule.ts';
import { signOf } from './sequential/margin.ts';

/** Log evidence from which the shares count as off by more than chance: right at any number of looks, with a chance of 1 in 1,000. */
const CERTAIN = Math.log(1_000);
/** A share that a test can be made of. */
const LEAST = 1e-6;
/** Weight of the prior in requests: tuned for shares that are off by some tenths. */
const PRIOR = 100;

/** Shares, in planned ones, between the planned one (1) and what was passed over. */
type Passed = readonly [fewest: number, most: number];
const PLANNED: Passed = [1, 1];

/**
 * The sentence that names planned and seen shares, where the candidate's is off by more than chance and by more than the plan allows
 * (a fraction of the planned share), and further than a person passed over; undefined where they fit, and where arms do not count
 * what they got.
 */
export function sampleRatioOff(
  { candidate, baseline, extra }: Pick<Evidence, 'candidate' | 'baseline' | 'extra'>,
  { spec, weight, stableWeight, steady }: Pick<StepContext, 'spec' | 'weight' | 'stableWeight' | 'steady'>,
): string | undefined {
  const allowed = spec.rule.type === 'compare' ? spec.rule.sampleRatio : undefined;
  if (allowed === undefined || !steady || weight <= 0 || stableWeight <= 0) return undefined;
  const planned = weight / (weight + stableWeight);
  const got = sizeOf(candidate) ?? 0;
  const other = sizeOf(baseline) ?? 0;
  const seen = got / (got + other);
  const [fewest, most] = passedOver(extra);
  const nearest = planned * Math.min(most, Math.max(fewest, seen / planned));
  if (spec.kind === 'count' || spec.kind === 'value' || !(Math.abs(seen - nearest) > allowed * planned))
    return undefined;
  const counts = [Math.round(got), Math.round(other)];
  // What was passed over may be a share of nothing, or of all.
  const theta = Math.min(1 - LEAST, Math.max(LEAST, nearest));
  if (multinomialTest({ counts, theta: [theta, 1 - theta], k: PRIOR }).logE < CERTAIN) return undefined;
  return `the candidate got ${percent(seen)} of what was counted, and ${percent(planned)} was planned: such arms cannot be compared`;
}

/** What a person can do about it, for where it holds a rollout. */
export const WAYS_OUT =
  'mend the routing, or take this share as it is: `resume`, or `promote --full`; `analysis.sample-ratio` is what is let be';

function passedOver(extra: Evidence['extra']): Passed {
  const found = extra?.[PASSED_SHARE];
  if (!Array.isArray(found)) return PLANNED;
  const [fewest, most] = found.map(Number);
  return fewest !== undefined && most !== undefined && fewest <= 1 && most >= 1 ? [fewest, most] : PLANNED;
}

/** Evidence in whose rollout this share, in planned ones, is let be from now on, beside what was let be before. */
export function passOver(evidence: Evidence, share: number): Evidence {
  const [fewest, most] = passedOver(evidence.extra);
  const rounded = Number(share.toPrecision(4));
  const passed = [Math.min(fewest, rounded), Math.max(most, rounded)];
  return { ...evidence, extra: { ...evidence.extra, [PASSED_SHARE]: passed } };
}

/** The candidate's share in planned ones: 2 is twice what was planned; undefined where nothing was counted. */
export function shareIn(
  { candidate, baseline }: Pick<Evidence, 'candidate' | 'baseline'>,
  { weight, stableWeight }: Pick<StepContext, 'weight' | 'stableWeight'>,
): number | undefined {
  const got = sizeOf(candidate) ?? 0;
  const other = sizeOf(baseline) ?? 0;
  const share = ((got / (got + other)) * (weight + stableWeight)) / weight;
  return Number.isFinite(share) ? share : undefined;
}

type Shares = Pick<StepContext, 'spec' | 'weight' | 'stableWeight'>;

/**
 * Both arms with the candidate's as they are at best, by the stable one's size: what it got beyond its share are its worst events, and
 * taken for good ones; what it did not get was good. The same where nothing counts for or against anybody (means, gauges, counts).
 */
export function atBest<T extends Answer>(arms: T, { spec, weight, stableWeight }: Shares): T {
  if (!isFavourable(spec)) return arms;
  const size = sizeOf(arms.candidate) ?? 0;
  const other = sizeOf(arms.baseline) ?? 0;
  const planned = (other * weight) / stableWeight;
  const candidate = arms.candidate && favoured(arms.candidate, { over: size - planned, lower: signOf(spec) > 0 });
  return { ...arms, candidate };
}

/** Whether there is a best that can be counted with. */
export function isFavourable({ kind, read }: Pick<JudgeSpec, 'kind' | 'read'>): boolean {
  return kind === 'proportion' || (kind === 'histogram' && read !== 'mean');
}

interface Favour {
  /** How many the candidate has beyond its share; below 0: too few. */
  readonly over: number;
  readonly lower: boolean;
}

function favoured(sample: Sample, { over, lower }: Favour): Sample {
  const [surplus, missing] = [Math.max(0, over), Math.max(0, -over)];
  if (sample.kind === 'proportion') {
    const total = sample.total + missing;
    const bad = lower ? Math.max(0, sample.bad - surplus) : Math.min(total, sample.bad + surplus + missing);
    return { ...sample, bad, total };
  }
  if (sample.kind !== 'histogram') return sample;
  const counts = lower ? [...sample.counts] : sample.counts.toReversed();
  let moved = 0;
  for (let at = counts.length - 1; at > 0 && moved < surplus; at--) {
    const part = Math.min(counts[at] ?? 0, surplus - moved);
    counts[at] = (counts[at] ?? 0) - part;
    moved += part;
  }
  counts[0] = (counts[0] ?? 0) + moved + missing;
  return { kind: 'histogram', bounds: sample.bounds, counts: lower ? counts : counts.toReversed() };
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))}%`;
}
