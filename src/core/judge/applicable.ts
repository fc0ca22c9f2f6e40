/** What a judge needs, and whether a plan or a moment gives it. */
import type { JudgeSpec } from '../model/metric.ts';
import { WHOLE, type Weight } from '../model/weight.ts';
import { canRead } from './read.ts';

export interface Applicability {
  /** The candidate's share of traffic. */
  readonly weight: Weight;
  readonly hasStable: boolean;
  /** The platform (or flag variants) and the metric's queries tell the two apart. */
  readonly perVersion: boolean;
  /** Windows of the baseline were kept from before. */
  readonly recorded: boolean;
}

/** Undefined: the judge applies. Else the sentence why it does not: it is shown, not counted, and never `no-data`. */
export function notApplicable(spec: JudgeSpec, context: Applicability): string | undefined {
  if (!canRead(spec.kind, spec.read)) return `a ${spec.kind} cannot be read as ${spec.read}`;
  if (context.weight <= 0) return 'the candidate has no traffic yet';
  return spec.rule.type === 'compare' ? notComparable(spec, context) : undefined;
}

function notComparable(
  spec: JudgeSpec,
  { weight, hasStable, perVersion, recorded }: Applicability,
): string | undefined {
  if (!hasStable) return 'there is no stable version to compare with';
  if (!perVersion) return `${spec.metric} does not tell versions apart`;
  const past = spec.rule.type === 'compare' && spec.rule.with === 'recorded';
  if (weight >= WHOLE && !past && !recorded) return 'the candidate has all traffic and nothing was recorded before';
  return undefined;
}
