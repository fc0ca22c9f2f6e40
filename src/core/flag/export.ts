/** A whole environment as one flagd document, that flagd, any OpenFeature SDK and `compileFlags` read. */
import type { Flag } from '../model/flag.ts';
import type { FlagdDocument, FlagdFlag, Logic } from './definition.ts';
import { lower, type Surroundings } from './lower.ts';
import { lowerSegment, segmentName } from './lower-condition.ts';
import { textOf } from './logic-values.ts';
import { isProblem, type Problem } from './problem.ts';

const FLAGD_SCHEMA = 'https://flagd.dev/schema/v0/flags.json';

export interface Exported {
  readonly document: FlagdDocument;
  /** Flags that could not be lowered, by key; the document serves their `off`. */
  readonly problems: readonly (Problem & { readonly flag: string })[];
}

/** Never fails as a whole: a flag that cannot be said serves `off`, and is named. `version` is the state's revision. */
export function exportEnvironment(surroundings: Surroundings, version?: string): Exported {
  const problems: (Problem & { readonly flag: string })[] = [];
  const flags: Record<string, FlagdFlag> = {};
  for (const key of [...surroundings.flags.keys()].sort(inOrder)) {
    const flag = surroundings.flags.get(key);
    if (!flag) continue;
    const lowered = lower(flag, surroundings);
    if (isProblem(lowered)) problems.push({ ...lowered, flag: key });
    flags[key] = isProblem(lowered) ? servesOff(flag) : lowered;
  }
  const evaluators = evaluatorsOf(surroundings, flags);
  const document: FlagdDocument = {
    $schema: FLAGD_SCHEMA,
    flags,
    ...(Object.keys(evaluators).length > 0 && { $evaluators: evaluators }),
    metadata: { flagSetId: surroundings.environment, ...(version !== undefined && { version }) },
  };
  return { document, problems };
}

function servesOff({ variants, off }: Flag): FlagdFlag {
  return { state: 'ENABLED', variants, defaultVariant: off };
}

function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Only the segments that the flags refer to. */
function evaluatorsOf({ segments }: Surroundings, flags: Readonly<Record<string, FlagdFlag>>): Record<string, Logic> {
  const used = new Set<string>();
  Object.values(flags).forEach(({ targeting }) => collectReferences(targeting ?? null, used));
  const evaluators: Record<string, Logic> = {};
  for (const [name, segment] of segments) {
    const logic = used.has(segmentName(name)) ? lowerSegment(segment, segments) : undefined;
    if (logic !== undefined && !isProblem(logic)) evaluators[segmentName(name)] = logic;
  }
  return evaluators;
}

function collectReferences(node: Logic, into: Set<string>): void {
  if (node === null || typeof node !== 'object') return;
  if (!Array.isArray(node) && '$ref' in node) into.add(textOf(node.$ref));
  Object.values(node as Readonly<Record<string, Logic>>).forEach((child) => collectReferences(child, into));
}
