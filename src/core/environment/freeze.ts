/** The freeze calendar: weekly (`fri 16:00` to `mon 08:00`) and dated freezes in a time zone, through changes of its clocks. */
import type { FreezeConfig } from '../model/config.ts';
import { DAY, HOUR, type Milliseconds, MINUTE } from '../model/time.ts';

/** A time on a wall, as if the zone were UTC: for arithmetic only. */
type Wall = number;

const DAYS: readonly string[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const WEEK = 7 * DAY;

/** Length of time since Sunday 00:00, for `fri 16:00`; undefined for anything else. */
function parseWeekly(text: string): Milliseconds | undefined {
  const match = /^(sun|mon|tue|wed|thu|fri|sat) ([01]\d|2[0-3]):([0-5]\d)$/i.exec(text);
  if (!match?.[1]) return undefined;
  return DAYS.indexOf(match[1].toLowerCase()) * DAY + Number(match[2]) * HOUR + Number(match[3]) * MINUTE;
}

/** `2026-12-19`, `2026-12-19T16:00` on the wall; undefined for anything else, impossible days included. */
function parseDated(text: string): Wall | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ]([01]\d|2[0-3]):([0-5]\d))?$/.exec(text);
  if (!match) return undefined;
  const [, day = '', hour = '00', minute = '00'] = match;
  const wall = Date.parse(`${day}T${hour}:${minute}:00.000Z`);
  return Number.isNaN(wall) || new Date(wall).toISOString().slice(0, 10) !== day ? undefined : wall;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Throws RangeError for a zone that does not exist. Formats are costly to make, so each zone's is kept. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, made);
  return made;
}

/** What the walls of a zone show at a moment. */
function wallAt(at: Milliseconds, timeZone: string): Wall {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(new Date(at))
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1_000) + 1_000) % 1_000);
}

/**
 * The moments at which the walls show a time: two when the clocks went back over it, none when they went forward over it
 * (then the moment of the change).
 */
function momentsOf(wall: Wall, timeZone: string): { readonly first: Milliseconds; readonly last: Milliseconds } {
  const offsets = [wall - DAY, wall + DAY].map((around) => wallAt(around, timeZone) - around);
  const exact = offsets.map((offset) => wall - offset).filter((at) => wallAt(at, timeZone) === wall);
  if (exact.length > 0) return { first: Math.min(...exact), last: Math.max(...exact) };
  // The skipped hour: both offsets give moments on the two sides of the change; the change lies at wall - larger gap's start.
  const [before = 0, after = 0] = offsets;
  const jump = changeBetween(wall - Math.max(before, after), wall - Math.min(before, after), timeZone);
  return { first: jump, last: jump };
}

/** The first moment after which the zone's offset is the later one. */
function changeBetween(from: Milliseconds, to: Milliseconds, timeZone: string): Milliseconds {
  const offset = wallAt(from, timeZone) - from;
  let low = from;
  let high = to;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (wallAt(middle, timeZone) - middle === offset) low = middle;
    else high = middle;
  }
  return high;
}

interface Frozen {
  readonly from: Milliseconds;
  readonly until: Milliseconds;
}

/** The spell of a weekly freeze that began last before `now`. */
function weeklySpells(
  from: Milliseconds,
  until: Milliseconds,
  { timeZone, now }: { timeZone: string; now: Milliseconds },
): readonly Frozen[] {
  const wall = wallAt(now, timeZone);
  // 1970-01-01 was a Thursday: the Sunday before it is four days earlier.
  const sunday = Math.floor((wall + 4 * DAY) / WEEK) * WEEK - 4 * DAY;
  const length = (((until - from) % WEEK) + WEEK) % WEEK || WEEK;
  // A clock that changes may put the beginning a week further: the spell before and after this week's are looked at too.
  return [-1, 0, 1].map((weeks) => {
    const begins = sunday + weeks * WEEK + from;
    return { from: momentsOf(begins, timeZone).first, until: momentsOf(begins + length, timeZone).last };
  });
}

function spellsOf(freeze: FreezeConfig, now: Milliseconds): readonly Frozen[] {
  const { timeZone } = freeze;
  const weekly = [parseWeekly(freeze.from), parseWeekly(freeze.until)] as const;
  if (weekly[0] !== undefined && weekly[1] !== undefined) return weeklySpells(weekly[0], weekly[1], { timeZone, now });
  const from = parseDated(freeze.from);
  const until = parseDated(freeze.until);
  if (from === undefined || until === undefined) return [];
  return [{ from: momentsOf(from, timeZone).first, until: momentsOf(until, timeZone).last }];
}

/** Every freeze that holds at `now`, with who may pass it over. */
export function freezesAt(
  freezes: readonly FreezeConfig[],
  now: Milliseconds,
): readonly { readonly name: string; readonly until: Milliseconds; readonly override: readonly string[] }[] {
  return freezes.flatMap((freeze) =>
    spellsOf(freeze, now)
      .filter(({ from, until }) => from <= now && now < until)
      .map(({ until }) => ({ name: freeze.name, until, override: freeze.override })),
  );
}

/**
 * The freeze that holds at `now` (from its beginning, up to but without its end), and until when; of several the one that ends last.
 * An hour that the clocks repeat is frozen both times; one that they skip begins or ends with the change.
 */
export function frozenAt(
  freezes: readonly FreezeConfig[],
  now: Milliseconds,
): { readonly name: string; readonly until: Milliseconds } | undefined {
  const holding = freezesAt(freezes, now);
  return holding.reduce<(typeof holding)[number] | undefined>(
    (last, one) => (last && last.until >= one.until ? last : one),
    undefined,
  );
}

/**
 * The moment at which the walls of a zone show `2026-12-27T08:00`: the later one where clocks show it twice. Seconds are not read.
 * Undefined for what is no such time. Throws RangeError for a zone that does not exist.
 */
export function momentInZone(text: string, timeZone: string): Milliseconds | undefined {
  const wall = parseDated(text.slice(0, 16));
  return wall === undefined ? undefined : momentsOf(wall, timeZone).last;
}

export interface FreezeProblem {
  readonly key: 'from' | 'until' | 'timeZone';
  readonly expected: string;
}

const TIMES = '`fri 16:00` or `2026-12-19T16:00`';

/** What is wrong with a freeze; undefined when nothing is. */
export function freezeProblem(freeze: FreezeConfig): FreezeProblem | undefined {
  const { from, until, timeZone } = freeze;
  if (!isTimeZone(timeZone)) return { key: 'timeZone', expected: 'a time zone such as `Europe/Berlin`' };
  const isWeekly = parseWeekly(from) !== undefined;
  if (!isWeekly && parseDated(from) === undefined) return { key: 'from', expected: TIMES };
  if (isWeekly) {
    if (parseWeekly(until) === undefined)
      return { key: 'until', expected: 'a day and time such as `mon 08:00`, as in `from`' };
    return from.toLowerCase() === until.toLowerCase()
      ? { key: 'until', expected: 'another time than `from`' }
      : undefined;
  }
  const end = parseDated(until);
  if (end === undefined) return { key: 'until', expected: 'a date such as `2027-01-04T08:00`, as in `from`' };
  return end > (parseDated(from) ?? 0) ? undefined : { key: 'until', expected: 'a time after `from`' };
}

function isTimeZone(timeZone: string): boolean {
  try {
    formatOf(timeZone);
    return true;
  } catch {
    return false;
  }
}
