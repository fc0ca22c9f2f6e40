/** Shares as numbers and texts, without a schema: what a program needs before it has loaded any (weight.ts has both). */

/** All of it, in parts of 100,000. */
export const WHOLE: number = 100_000;

/** `25`, 12.5 (percent) as a weight. */
export function fromPercent(percent: number): number {
  return Math.round(percent * 1_000);
}

/** A weight as people read it: `25%`, `0.5%`. */
export function printPercent(weight: number): string {
  return `${weight / 1_000}%`;
}
