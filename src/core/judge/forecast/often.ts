/** How forecasts are worded: no more precisely than they are known. */

/** `twice`, `three times`, `5 times`. */
export function timesWord(ratio: number): string {
  return ratio === 2 ? 'twice' : ratio === 3 ? 'three times' : `${ratio} times`;
}

/** `9 times in 10`, `hardly ever`. */
export function often(chance: number): string {
  if (chance >= 0.95) return 'nearly always';
  return chance < 0.05 ? 'hardly ever' : `${Math.round(chance * 10)} times in 10`.replace(/^1 times/, '1 time');
}

/** Two digits: it is a forecast. */
export function rounded(count: number): number {
  return Number(count.toPrecision(2));
}
