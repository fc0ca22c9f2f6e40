/** Both arms of a stage as a comparison shows them. */
import type { Evidence, JudgeSpec } from '../model/metric.ts';
import { exposedOf } from './arms.ts';
import { readSample } from './read.ts';
import type { StepContext } from './rule.ts';
import { nameReading, printSeen } from './wording.ts';

export interface Compared {
  readonly seen: number | null;
  readonly baseline: number | null;
  /** `errors 6.1% (46 of 756) against 0.5% (72 of 14,330)`. */
  readonly because: string;
}

/** Counts are compared as rates, each as if its arm had all the traffic. */
export function asCompared(spec: JudgeSpec): JudgeSpec {
  if (spec.kind !== 'count') return spec;
  const { read: _, ...rest } = spec;
  return rest;
}

export function compared(evidence: Evidence, context: StepContext): Compared {
  const spec = asCompared(context.spec);
  const [own, other] = exposedOf(evidence, context);
  const seen = readSample(evidence.candidate, spec.read, own);
  const baseline = readSample(evidence.baseline, spec.read, other);
  const stable = printSeen(baseline, evidence.baseline, spec);
  const scaled = spec.kind === 'count' ? AS_IF_WHOLE : '';
  const because = `${nameReading(spec)} ${printSeen(seen, evidence.candidate, spec)} against ${stable}${scaled}`;
  return { seen, baseline, because };
}

/** What the numbers of counts are; without it they do not fit what a dashboard shows of an arm. */
export const AS_IF_WHOLE = ', each as if it had all the traffic';
