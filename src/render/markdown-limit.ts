/** Fits parts of a text into a number of characters without cutting any part's inside blindly. */

/** A part as it is, and as it is when only so many characters are left for it. */
export interface Limited {
  readonly text: string;
  readonly shorter: (room: number) => string;
}

interface Parts {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Below this a part is not made shorter any more. */
const SMALLEST = 400;
/** Between two parts: an empty line. */
const GAP = 2;
const LEFT_OUT = '*… left out here: too long for one message …*';

/**
 * Parts before and after index `at`, joined by empty lines at most `room` characters long.
 * The longest are made shorter first; then whole parts in the middle go, so that begin and end stay.
 */
export function limit(parts: readonly Limited[], room: number, at: number): Parts {
  const texts = parts.map((part) => part.text);
  const tried = new Set<number>();
  while (total(texts) > room) {
    const longest = indexOfLongest(texts, tried);
    const text = texts[longest];
    if (text === undefined || text.length <= SMALLEST) break;
    const wanted = Math.max(SMALLEST, text.length - (total(texts) - room)) - SMALLEST / 4;
    const shorter = parts[longest]?.shorter(wanted) ?? '';
    if (shorter.length < text.length) texts[longest] = shorter;
    tried.add(longest);
  }
  const kept = total(texts) > room ? withoutMiddle(texts, room) : texts;
  return { before: kept.slice(0, at), after: kept.slice(at) };
}

function total(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + (text === '' ? 0 : text.length + GAP), 0);
}

function indexOfLongest(texts: readonly string[], without: ReadonlySet<number>): number {
  return texts.reduce((best, text, index) => {
    if (without.has(index)) return best;
    return best < 0 || text.length > (texts[best]?.length ?? 0) ? index : best;
  }, -1);
}

/** Empties parts from the middle outwards until the rest fits; the first of them says so. */
function withoutMiddle(texts: readonly string[], room: number): readonly string[] {
  const kept = [...texts];
  const middle = Math.floor((kept.length - 1) / 2);
  const order = kept
    .map((_, index) => index)
    .toSorted((one, other) => Math.abs(one - middle) - Math.abs(other - middle));
  const allowed = room - LEFT_OUT.length - GAP;
  for (const index of order) {
    if (total(kept) <= allowed) break;
    kept[index] = '';
  }
  kept[middle] = LEFT_OUT;
  return kept;
}
