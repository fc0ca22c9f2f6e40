/** The baseline's windows kept from earlier stages, for a stage that has all the traffic and so no second arm. */
import * as z from 'zod';
import { type Evidence, type JudgeSpec, Sample, addSamples } from '../model/metric.ts';
import type { Milliseconds } from '../model/time.ts';

/** Sums over `span` ms. */
export interface Recorded {
  readonly sample: Sample;
  readonly span: Milliseconds;
}
const Recorded: z.ZodType<Recorded> = z.strictObject({ sample: Sample, span: z.number() });

/** What was kept; undefined where there is nothing of the kind. */
export function recordedOf({ extra }: Evidence): Recorded | undefined {
  return extra?.['recorded'] === undefined ? undefined : Recorded.safeParse(extra['recorded']).data;
}

/** What a stage begins with: the record so far and what the stage before saw of the baseline. */
export function keepRecorded(
  _spec: JudgeSpec,
  previous: Evidence | undefined,
  width: Milliseconds,
): NonNullable<Evidence['extra']> {
  const before = previous && recordedOf(previous);
  const last = previous && lastStage(previous);
  const sample = addSamples(before?.sample ?? null, last?.sample ?? null);
  if (!sample) return { width };
  return { width, recorded: { sample: { ...sample }, span: (before?.span ?? 0) + (last?.span ?? 0) } };
}

function lastStage({ baseline, answered, extra }: Evidence): Recorded | undefined {
  return baseline ? { sample: baseline, span: Number(extra?.['width'] ?? 0) * answered } : undefined;
}
