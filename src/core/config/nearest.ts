import { distance } from '../command/suggest.ts';

/** The known word a person most likely meant: at most a third of its letters wrong, or one the other's beginning. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const scored = known.map((candidate) => ({ candidate, distance: far(word.toLowerCase(), candidate.toLowerCase()) }));
  const best = scored.sort((a, b) => a.distance - b.distance)[0];
  return best && best.distance < 1 ? best.candidate : undefined;
}

function far(word: string, candidate: string): number {
  const shorter = Math.min(word.length, candidate.length);
  if (shorter >= 3 && (word.startsWith(candidate) || candidate.startsWith(word))) return 0.5;
  return distance(word, candidate) / (1 + Math.floor(Math.max(word.length, candidate.length) / 3));
}

/** `: did you mean \`bake\`?`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant === undefined ? '' : `: did you mean \`${meant}\`?`;
}
