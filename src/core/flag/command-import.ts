import { type Change, type Decision, refuse } from '../decision.ts';
import { type Json, printLine } from '../model/document.ts';
import type { Flag, Segment } from '../model/flag.ts';
import { paths } from '../model/state.ts';
import { toInstant } from '../model/time.ts';
import { type Case, environmentFor, held, refuseFor, textOf, unchanged } from './command-frame.ts';
import { importFlagd } from './import.ts';
import { isProblem, problem, type Problem } from './problem.ts';
import { validateFlag, validateSegment } from './validate.ts';

/** `flag import [FILE] --format flagd`: the document's flags as one environment's; other environments keep theirs. All or nothing. */
export function importFlags(one: Case): Decision {
  const { state, command } = one;
  const format = textOf(command.options['format']) ?? textOf(command.options['from']) ?? 'flagd';
  if (format !== 'flagd') return refuse('value-invalid', `${format} is not read; only flagd documents are`);
  const text = textOf(command.options['document']) ?? textOf(command.args['document']);
  if (text === undefined) return refuse('file-unreadable', 'say which file: flag import FILE');
  const found = environmentFor(one);
  if (isProblem(found)) return refuseFor(found);
  const imported = importFlagd(text, found.environment);
  if (isProblem(imported))
    return refuseFor({ ...imported, message: `${textOf(command.args['file']) ?? 'import'}: ${imported.message}` });

  const flags = imported.flags.map((flag) => mergeFlag(one, flag));
  const segments = imported.segments.map((segment): Segment => ({ ...state.segments.get(segment.name), ...segment }));
  const wrong = problemOf(one, { flags, segments, environment: found.environment });
  if (wrong) return refuseFor(wrong);

  const changes = [
    ...flags
      .filter((flag) => differs(state.flags.get(flag.key), flag))
      .map((flag): Change => ({ path: paths.flag(flag.key), document: flag })),
    ...segments
      .filter((segment) => differs(state.segments.get(segment.name), segment))
      .map((segment): Change => ({ path: paths.segment(segment.name), document: segment })),
  ];
  const keys = flags.map(({ key }) => key);
  const details: Json = {
    environment: found.environment,
    flags: keys,
    segments: segments.map(({ name }) => name),
    changed: changes.length,
  };
  const summary = `${keys.length} flags imported into ${found.environment}`;
  if (changes.length === 0) return unchanged(`${summary} (they already were so)`, details);
  const outcome = { schemaVersion: 1 as const, ok: true, code: 'done' as const, summary, details };
  const only = keys.length === 1 ? `flag/${keys[0]}` : `flags/${found.environment}`;
  return {
    changes,
    outcome,
    message: { title: `flags: ${summary}`, body: keys.join(', '), event: 'flag.imported', subject: only },
  };
}

/** A known flag gets the environment and missing variants; its other settings stay. */
function mergeFlag({ state, asking }: Case, flag: Flag): Flag {
  const known = state.flags.get(flag.key);
  if (!known) return { ...flag, created: toInstant(asking.now) };
  return {
    ...known,
    variants: { ...known.variants, ...flag.variants },
    environments: { ...known.environments, ...flag.environments },
  };
}

function differs(before: object | undefined, after: object): boolean {
  return printLine(before) !== printLine(after);
}

interface Merged {
  readonly flags: readonly Flag[];
  readonly segments: readonly Segment[];
  readonly environment: string;
}

function problemOf(one: Case, { flags, segments, environment }: Merged): Problem | undefined {
  const { state } = one;
  const allFlags = new Map(state.flags);
  flags.forEach((flag) => allFlags.set(flag.key, flag));
  const allSegments = new Map(state.segments);
  segments.forEach((segment) => allSegments.set(segment.name, segment));
  for (const segment of segments) {
    const [wrong] = validateSegment(segment, allSegments);
    if (wrong) return wrong;
  }
  for (const flag of flags) {
    const known = state.flags.get(flag.key);
    if (known?.archived) return problem('flag-archived', `flag ${flag.key} is archived`);
    const changed =
      known &&
      Object.entries(known.variants).find(([name, value]) => differs({ value }, { value: flag.variants[name] }));
    if (changed)
      return problem(
        'value-invalid',
        `flag ${flag.key}: variant ${changed[0]} has another value here, which other environments serve`,
      );
    const taken = known && held(one, known, { environment });
    const wrong = taken ?? validateFlag(flag, allFlags, allSegments)[0];
    if (wrong) return wrong;
  }
  return undefined;
}
