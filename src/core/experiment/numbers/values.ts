/** What a metric's value may be. */
import type { ExperimentKind } from '../../model/experiment.ts';

/**
 * Beyond this doubles no longer tell whole numbers apart, and one value drowns all others; sums, squares and products of twenty
 * million users stay far from what a double holds.
 */
const MOST_VALUE = 1e15;

/** Why a number cannot be one user's value of such a metric; undefined: it can. */
export function wrongValue(kind: ExperimentKind, value: number): string | undefined {
  if (Number.isNaN(value)) return 'is no number';
  if (Math.abs(value) > MOST_VALUE) return `is larger than ${MOST_VALUE}, the most that a value may be`;
  if (kind === 'proportion' && value !== 0 && value !== 1) return 'is neither 0 nor 1, as a proportion asks for';
  if (kind === 'count' && value < 0) return 'is below 0, which a count cannot be';
  if (kind === 'count' && !Number.isInteger(value)) return 'is no whole number, as a count asks for';
  return undefined;
}
