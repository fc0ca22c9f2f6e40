/** The baseline's windows kept from earlier stages, for a stage that has all the traffic and so no second arm. */
import * as z from 'zod';
import { type Evidence, type JudgeSpec, Sample, addSamples } from '../model/metric.ts';
import type { Milliseconds } from '../model/time.ts';
import { type Readings, addReadings, armsOf } from './arms.ts';
import { sameBounds } from './usable.ts';

/** Sums over `span` ms. */
export interface Recorded {
  readonly sample: Sample;
  readonly span: Milliseconds;
  /** Of counts: how long all the traffic would have taken for them, in ms. */
  readonly exposure?: Milliseconds;
  /** Of gauges: how the windows differ (arms.ts). */
  readonly readings?: Readings;
}
const Recorded: z.ZodType<Recorded> = z.strictObject({
  sample: Sample,
  span: z.number(),
  exposure: z.number().exactOptional(),
  readings: z.array(z.number()).exactOptional(),
});

/** What was kept; undefined where there is nothing of the kind. */
export function recordedOf({ extra }: Evidence): Recorded | undefined {
  return extra?.['recorded'] === undefined ? undefined : Recorded.safeParse(extra['recorded']).data;
}

/** How many stages with all the traffic began before (`guarded-regression`): each has less of the budget, also one that is begun again. */
export const SPENT = 'spent';

/** Shares of traffic that a person passed over (sample-ratio.ts): for the rest of the rollout. */
export const PASSED_SHARE = 'passed-share';

/** What a stage begins with: the record so far and what the stage before saw of the baseline. */
export function keepRecorded(
  _spec: JudgeSpec,
  previous: Evidence | undefined,
  width: Milliseconds,
): NonNullable<Evidence['extra']> {
  const before = previous && recordedOf(previous);
  const last = previous && lastStage(previous);
  const recorded = before && last ? both(before, last) : (before ?? last);
  const { [SPENT]: spent, [PASSED_SHARE]: passed } = previous?.extra ?? {};
  const kept = {
    width,
    ...(spent !== undefined && { [SPENT]: spent }),
    ...(passed !== undefined && { [PASSED_SHARE]: passed }),
  };
  return recorded ? { ...kept, recorded: { ...recorded, sample: { ...recorded.sample } } } : kept;
}

/** Of histograms whose boundaries changed the later. */
function both(one: Recorded, other: Recorded): Recorded {
  if (!sameBounds(one.sample, other.sample)) return other;
  const sample = addSamples(one.sample, other.sample) ?? other.sample;
  const readings = addReadings(one.readings, other.readings);
  const span = one.span + other.span;
  if (one.exposure === undefined && other.exposure === undefined)
    return { sample, span, ...(readings && { readings }) };
  const exposure = (one.exposure ?? one.span) + (other.exposure ?? other.span);
  return { sample, span, exposure, ...(readings && { readings }) };
}

function lastStage(evidence: Evidence): Recorded | undefined {
  const { baseline: sample, answered, extra } = evidence;
  if (!sample) return undefined;
  const { exposed, readings } = armsOf(evidence);
  const exposure = exposed?.[1];
  return {
    sample,
    span: Number(extra?.['width'] ?? 0) * answered,
    ...(exposure !== undefined && { exposure }),
    ...(readings?.[1].length && { readings: readings[1] }),
  };
}
