/** Both arms of a stage as a comparison shows them. */
import type { Evidence } from '../model/metric.ts';
import { printPercent } from '../model/weight.ts';
import { readSample } from './read.ts';
import type { StepContext } from './rule.ts';
import { nameReading, printSeen } from './wording.ts';

export interface Compared {
  readonly seen: number | null;
  readonly baseline: number | null;
  /** `errors 6.1% (46 of 756) against 0.5% (72 of 14,330)`. */
  readonly because: string;
}

export function compared(evidence: Evidence, { spec, width, weight }: StepContext): Compared {
  const span = evidence.answered * width;
  const seen = readSample(evidence.candidate, spec.read, span);
  const baseline = readSample(evidence.baseline, spec.read, span);
  // A count is as large as its arm's traffic: without that it reads as if the candidate were far better.
  const share = spec.kind === 'count' ? ` at ${printPercent(weight)} of the traffic` : '';
  const stable = printSeen(baseline, evidence.baseline, spec);
  const because = `${nameReading(spec)} ${printSeen(seen, evidence.candidate, spec)}${share} against ${stable}`;
  return { seen, baseline, because };
}
