/** What differs between two decoded settings, member by member, in a few words each. */
import { printLine } from '../model/document.ts';
import { printDuration } from '../model/time.ts';

/** Members that are times in ms, wherever they stand. */
const TIMES: ReadonlySet<string> = new Set([
  'bake',
  'cacheFor',
  'cooldown',
  'deadline',
  'delay',
  'every',
  'expires',
  'extend',
  'for',
  'interval',
  'keepHistory',
  'keepOld',
  'minTime',
  'over',
  'progress',
  'timeout',
  'unusedAfter',
  'window',
  'within',
]);
/** Characters of a value in a sentence. */
const SHOWN = 80;
/** Differences in one sentence. */
const MOST = 5;

/** `then rollback → notify, above 0.02 → 0.99`; undefined: nothing differs. Members that are judged elsewhere are left out. */
export function changeWords(was: unknown, is: unknown, without: readonly string[] = []): string | undefined {
  const all = differences(was, is).filter(([name]) => !without.includes(name.split('.', 1)[0] ?? ''));
  if (all.length === 0) return undefined;
  const words = all.slice(0, MOST).map(([name, from, to]) => `${name} ${from} → ${to}`.trim());
  return [...words, ...(all.length > MOST ? [`and ${all.length - MOST} more`] : [])].join(', ');
}

type Difference = readonly [name: string, was: string, is: string];

function differences(was: unknown, is: unknown, at: readonly string[] = []): readonly Difference[] {
  if (printLine(was ?? null) === printLine(is ?? null)) return [];
  const [old, now] = [membersOf(was), membersOf(is)];
  if (!old || !now) {
    const name = at.at(-1) ?? '';
    return [[at.join('.'), valueWords(name, was), valueWords(name, is)]];
  }
  const names = [...new Set([...old.keys(), ...now.keys()])];
  return names.flatMap((name) => differences(old.get(name), now.get(name), [...at, name]));
}

/** Of a list of records by their names, else by their numbers; undefined: the value is told whole. */
function membersOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (isRecord(value)) return new Map(Object.entries(value));
  if (!Array.isArray(value) || !value.every(isRecord)) return undefined;
  return new Map(
    value.map((one, index) => {
      const name = one['name'] ?? one['metric'];
      return [typeof name === 'string' ? name : String(index), one];
    }),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function valueWords(name: string, value: unknown): string {
  if (value === undefined || value === null) return 'none';
  if (typeof value === 'number') return TIMES.has(name) ? printDuration(value) : String(value);
  const text = typeof value === 'string' ? value : printLine(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
