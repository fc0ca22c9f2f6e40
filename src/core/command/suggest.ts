/** Longer words are no typing errors of ours, and the distance costs length squared. */
const LONGEST = 64;

/**
 * The candidate that was probably meant: the nearest one by Damerau-Levenshtein distance (optimal string alignment), at most a third
 * of its letters away and at least one, or the only one that begins with the word. Case does not count.
 */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  if (typed === '' || typed.length > LONGEST) return undefined;
  const longer = candidates.filter((candidate) => typed.length > 1 && candidate.toLowerCase().startsWith(typed));
  if (longer.length === 1) return longer[0];
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const allowed = Math.max(1, Math.floor(Math.max(candidate.length, typed.length) / 3));
    if (candidate.length > LONGEST || Math.abs(candidate.length - typed.length) > allowed) continue;
    const far = distance(typed, candidate.toLowerCase());
    if (far <= allowed && far < least && far < typed.length) [best, least] = [candidate, far];
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
export function distance(one: string, other: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const now: number[] = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1] ? 0 : 1;
      const least = Math.min(at(last, column) + 1, at(now, column - 1) + 1, at(last, column - 1) + same);
      const swapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      now.push(swapped ? Math.min(least, at(beforeLast, column - 2) + 1) : least);
    }
    [beforeLast, last] = [last, now];
  }
  return at(last, other.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
