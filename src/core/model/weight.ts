import * as z from 'zod';

/** A share of traffic or users in parts of 100,000, so that 0.001 % is the smallest step and sums are exact. */
export type Weight = number;

export const WHOLE: Weight = 100_000;

export const Weight: z.ZodNumber = z.int().min(0).max(WHOLE);

/** `25`, 12.5 (percent) as a weight. */
export function fromPercent(percent: number): Weight {
  return Math.round(percent * 1_000);
}

/** A weight as people read it: `25%`, `0.5%`. */
export function printPercent(weight: Weight): string {
  return `${weight / 1_000}%`;
}
