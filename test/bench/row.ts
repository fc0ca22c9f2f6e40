/** One line of the table that `npm run bench` prints. A bench file exports `run(): Promise<readonly BenchRow[]>`. */
export interface BenchRow {
  readonly name: string;
  /** Our figure with its unit and spread: `38 ns ± 2`. */
  readonly figure: string;
  /** What it was measured against, in the same run: `Map and closure, 20 ns`. */
  readonly against: string;
  /** Our figure over the other's. */
  readonly ratio: number;
  /** As docs/performance.md states it: `<= 2 x`. */
  readonly target: string;
  readonly ok: boolean;
}

/** The middle of the values. @throws Error of none */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.floor(sorted.length / 2)];
  if (value === undefined) throw new Error('the median of nothing');
  return value;
}

/** Half the distance between the quartiles: how far rounds lie apart, whatever a few outliers do. */
export function spread(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return (at(0.75) - at(0.25)) / 2;
}

/**
 * Measures subjects side by side: every round runs each once, in turn, so that a busy machine slows all alike.
 * Returns each subject's figures (what its function returned), the first round left out.
 */
export async function interleave<K extends string>(
  subjects: Readonly<Record<K, () => number | Promise<number>>>,
  rounds: number,
): Promise<Readonly<Record<K, readonly number[]>>> {
  const names = Object.keys(subjects) as K[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      const figure = await subjects[name]();
      if (round > 0) figures[name].push(figure);
    }
  }
  return figures;
}
