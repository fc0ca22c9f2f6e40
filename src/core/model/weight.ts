import * as z from 'zod';
import { WHOLE } from './percent.ts';

export { fromPercent, printPercent, WHOLE } from './percent.ts';

/** A share of traffic or users in parts of 100,000, so that 0.001 % is the smallest step and sums are exact. */
export type Weight = number;

export const Weight: z.ZodNumber = z.int().min(0).max(WHOLE);
