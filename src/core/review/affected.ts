/** Flags whose users a change may move: those that are changed, use a changed segment, or require one of these. */
import { segmentsUsed } from '../flag/validate.ts';
import { printLine } from '../model/document.ts';
import type { Condition, Flag, Segment } from '../model/flag.ts';
import type { FlagSet } from './flag-set.ts';

/** Keys on either side, in order. */
export function affectedFlags(before: FlagSet, after: FlagSet): readonly string[] {
  const segments = usersOfSegments(changedKeys(before.segments, after.segments), [before.segments, after.segments]);
  const found = new Set(changedKeys(before.flags, after.flags));
  const all = [...before.flags.values(), ...after.flags.values()];
  for (const flag of all) if (uses(flag, segments)) found.add(flag.key);
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const { key, requires } of all) if (requires.some(({ flag }) => found.has(flag))) found.add(key);
  }
  return [...found].toSorted((one, other) => (one < other ? -1 : 1));
}

function changedKeys<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): readonly string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  // What was not touched is the same object: ten thousand documents are not printed.
  return [...keys].filter((key) => {
    const [old, now] = [before.get(key), after.get(key)];
    return old !== now && printLine(old ?? null) !== printLine(now ?? null);
  });
}

/** The segments and every one that is made of them. */
function usersOfSegments(
  names: readonly string[],
  sides: readonly ReadonlyMap<string, Segment>[],
): ReadonlySet<string> {
  const found = new Set(names);
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const side of sides)
      for (const one of side.values()) if (segmentsUsed(one.if).some((used) => found.has(used))) found.add(one.name);
  }
  return found;
}

function uses({ environments }: Flag, segments: ReadonlySet<string>): boolean {
  if (segments.size === 0) return false;
  const named = (conditions: readonly Condition[]): boolean =>
    segmentsUsed(conditions).some((name) => segments.has(name));
  return Object.values(environments).some(({ rules }) => rules.some((rule) => named(rule.if)));
}
