/** Flags and segments as they stand at one revision. */
import type { Logic } from '../flag/definition.ts';
import { lowerSegment, segmentName } from '../flag/lower-condition.ts';
import { isProblem } from '../flag/problem.ts';
import type { Flag, Segment } from '../model/flag.ts';

/** By key and by name. */
export interface FlagSet {
  readonly flags: ReadonlyMap<string, Flag>;
  readonly segments: ReadonlyMap<string, Segment>;
}

/** The same with its segments lowered, ready for any of its flags. */
export interface LoweredSet extends FlagSet {
  readonly evaluators: Readonly<Record<string, Logic>>;
}

export function loweredSet({ flags, segments }: FlagSet): LoweredSet {
  const evaluators = [...segments.values()].flatMap((segment) => {
    const logic = lowerSegment(segment, segments);
    return isProblem(logic) ? [] : [[segmentName(segment.name), logic] as const];
  });
  return { flags, segments, evaluators: Object.fromEntries(evaluators) };
}
