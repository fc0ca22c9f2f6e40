/** Input that no data can produce: a negative count, more successes than trials, a NaN, an error level outside (0, 1). */
export class StatisticsError extends RangeError {
  override readonly name = 'StatisticsError';
}

/** Throws {@link StatisticsError}. Possible but degenerate input (no variance, an empty arm) is `undefined` instead, never an error. */
export function impossible(message: string): never {
  throw new StatisticsError(message);
}

/** Returns a count of observations or events. Throws when it is negative, infinite or NaN; fractions pass (weighted data). */
export function mustCount(value: number, name: string): number {
  return value >= 0 && Number.isFinite(value) ? value : impossible(`${name} must be a count, found ${value}`);
}

/** Returns a finite number above 0. Throws otherwise. */
export function mustBePositive(value: number, name: string): number {
  return value > 0 && Number.isFinite(value) ? value : impossible(`${name} must be above 0, found ${value}`);
}

/** Returns a finite number. Throws otherwise. */
export function mustBeFinite(value: number, name: string): number {
  return Number.isFinite(value) ? value : impossible(`${name} must be a finite number, found ${value}`);
}

/** Returns a probability strictly between 0 and 1, such as an error level. Throws otherwise. */
export function mustBeLevel(value: number, name: string): number {
  return value > 0 && value < 1 ? value : impossible(`${name} must lie between 0 and 1, found ${value}`);
}
