/** The vectors' labels bound to the methods that stay honest at any number of looks. */
import type { Calculation } from './vectors.ts';

export const sequentialVectors: Readonly<Record<string, Calculation>> = {};
