/**
 * Windows pooled into readings. Arms of different size have readings of different shape: of five rare events' counts the median lies well
 * below the mean, of a hundred's it does not. Readings are compared only where both arms have so many observations that this is small.
 */
import type { Evidence, JudgeSpec, Sample } from '../model/metric.ts';
import { WHOLE } from '../model/weight.ts';
import { readSample, sizeOf } from './read.ts';
import type { StepContext } from './rule.ts';
import { tailOf } from './sequential/boundaries.ts';
import { spreadOf } from './sequential/spread.ts';

/** Windows that are not yet a reading. */
export interface Pool {
  readonly candidate: Sample;
  readonly baseline: Sample;
  readonly windows: number;
}

/** Fewest observations of an arm in a reading. */
const FEWEST = 50;
/**
 * And so many times the squared skewness of one: then the skewness of their mean is at most 1/sqrt(5), and mean and median are at most
 * 0.075 standard deviations apart (a sixth of it). Of rare events that is five expected ones.
 */
const EVENTS = 5;
/** Where a source gives no squares: as skewed as waiting times. */
const UNKNOWN_VARIATION = 1;

type Shares = Pick<StepContext, 'spec' | 'weight' | 'stableWeight'>;

/** So many standard deviations lie at most between the middles of two readings with one mean, whatever the arms' sizes. Gauges are not pooled. */
export function shapesApart({ kind }: Pick<JudgeSpec, 'kind'>): number {
  return kind === 'value' ? 0 : 1 / (6 * Math.sqrt(EVENTS));
}

/** Whether both arms have enough for a reading, by all that the stage has shown. */
export function isReading(pool: Pool, evidence: Evidence, context: Shares): boolean {
  if (context.spec.kind === 'value') return true;
  const needed = neededFor(evidence, context);
  if (context.spec.kind === 'count') return pool.windows >= needed;
  return Math.min(sizeOf(pool.candidate) ?? 0, sizeOf(pool.baseline) ?? 0) >= needed;
}

/** Observations of each arm that make a reading; of counts: windows. */
export function neededFor(evidence: Evidence, { spec, weight, stableWeight }: Shares): number {
  const { candidate, baseline } = evidence;
  if (candidate?.kind === 'count' && baseline?.kind === 'count') {
    const events = ((candidate.count + baseline.count) * Math.min(weight, stableWeight)) / (weight + stableWeight);
    return events > 0 ? Math.max(1, Math.ceil((EVENTS * evidence.answered) / events)) : 1;
  }
  return Math.max(FEWEST, Math.ceil(EVENTS * squaredSkewness(spec, { candidate, baseline })));
}

/** Of one observation: of rare events about 1/p, of log-normal ones (CV^3 + 3 CV)^2. */
function squaredSkewness(spec: JudgeSpec, { candidate, baseline }: Pick<Evidence, 'candidate' | 'baseline'>): number {
  if (spec.kind === 'histogram' && spec.read !== 'mean') return ofEvents(tailOf(spec.read));
  if (candidate?.kind === 'proportion' && baseline?.kind === 'proportion')
    return ofEvents((candidate.bad + baseline.bad) / (candidate.total + baseline.total));
  const spread = spreadOf(baseline);
  const variation = spread ? Math.sqrt(spread.variance) / Math.abs(spread.mean) : UNKNOWN_VARIATION;
  return Number.isFinite(variation) ? (variation ** 3 + 3 * variation) ** 2 : 0;
}

/** Of something that happens with a chance of p, where it happens at all. */
function ofEvents(p: number): number {
  return p > 0 && p < 1 ? 1 / (p * (1 - p)) : 0;
}

/** An arm's reading: rates of events (also where successes are shown), counts as if the arm had all the traffic. */
export function readArm(
  sample: Sample,
  { spec, width, share }: { readonly spec: JudgeSpec; readonly width: number; readonly share: number },
): number | null {
  const events = spec.kind === 'proportion' || spec.kind === 'count';
  const reading = readSample(sample, events ? undefined : spec.read, width);
  return reading === null || spec.kind !== 'count' ? reading : (reading * WHOLE) / share;
}
