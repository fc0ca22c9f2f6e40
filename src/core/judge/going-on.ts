/** What a judge of a stage goes on with. */
import type { Evidence, JudgeSpec } from '../model/metric.ts';
import { lendEvidence } from './fold.ts';
import { recordedOf } from './recorded.ts';

/** The reading that a judge compares: its name without the terms that tell several rules of a plan apart. */
export function comparisonOf(id: string): string {
  return id.split(', ', 1)[0] ?? id;
}

function hasRecord(evidence: Evidence): boolean {
  return evidence.baseline !== null || recordedOf(evidence) !== undefined;
}

/**
 * What a judge goes on with: its own evidence; before it has any, what another rule of its plan recorded of the same baseline, and nothing
 * of what that one showed or spent. Such evidence belongs to no stage yet.
 */
export function evidenceFor(all: readonly Evidence[], { id, rule }: JudgeSpec): Evidence | undefined {
  const own = all.find(({ judge }) => judge === id);
  if (own || rule.type !== 'compare') return own;
  const other = all.find((one) => comparisonOf(one.judge) === comparisonOf(id) && hasRecord(one));
  return other && { ...lendEvidence(other), judge: id };
}
