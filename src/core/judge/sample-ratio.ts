/**
 * Sample ratio: arms that did not get the traffic that was planned cannot be compared, whatever their numbers are; unless the candidate
 * is worse even if everything that is too much or too little is counted in its favour (retries of what failed, requests that hung).
 */
import type { Evidence, JudgeSpec, Sample } from '../model/metric.ts';
import { multinomialTest } from '../statistics/count-ratio.ts';
import { sizeOf } from './read.ts';
import type { Answer, StepContext } from './rule.ts';
import { signOf } from './sequential/margin.ts';

/** Log evidence from which the shares count as off by more than chance: right at any number of looks, with a chance of 1 in 1,000. */
const CERTAIN = Math.log(1_000);
/** Weight of the prior in requests: tuned for shares that are off by some tenths. */
const PRIOR = 100;

/**
 * The sentence that names planned and seen shares, where the candidate's is off by more than chance and by more than the plan allows
 * (a fraction of the planned share); undefined where they fit, and where arms do not count what they got.
 */
export function sampleRatioOff(
  { candidate, baseline }: Pick<Evidence, 'candidate' | 'baseline'>,
  { spec, weight, stableWeight, steady }: Pick<StepContext, 'spec' | 'weight' | 'stableWeight' | 'steady'>,
): string | undefined {
  const allowed = spec.rule.type === 'compare' ? spec.rule.sampleRatio : undefined;
  if (allowed === undefined || !steady || weight <= 0 || stableWeight <= 0) return undefined;
  const planned = weight / (weight + stableWeight);
  const got = sizeOf(candidate) ?? 0;
  const other = sizeOf(baseline) ?? 0;
  const seen = got / (got + other);
  if (spec.kind === 'count' || spec.kind === 'value' || !(Math.abs(seen - planned) > allowed * planned))
    return undefined;
  const counts = [Math.round(got), Math.round(other)];
  if (multinomialTest({ counts, theta: [planned, 1 - planned], k: PRIOR }).logE < CERTAIN) return undefined;
  return `the candidate got ${percent(seen)} of what was counted, and ${percent(planned)} was planned: such arms cannot be compared`;
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
