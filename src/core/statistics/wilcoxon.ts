/** The rank statistic behind the Mann-Whitney test. */

/** Both arms from low to high. */
export interface Ranked {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * The standardised rank statistic after the shift `mu`: rank (x - mu) and y together, ties by their average; dz = rank sum of x -
 * n(n+1)/2 - nm/2, W = (dz - sign(dz)/2)/sigma with sigma^2 = nm/12 ((n+m+1) - sum(t^3 - t)/((n+m)(n+m-1))).
 * `undefined` where everything is tied. Never rises with mu but where ties make sigma jump. Source: wilcox.test of R, correct = TRUE.
 */
export function wilcoxon({ x, y }: Ranked, mu: number): number | undefined {
  const [n, m] = [x.length, y.length];
  const { above, ties } = compare({ x, y }, mu);
  const dz = above - (n * m) / 2;
  const all = n + m;
  const variance = ((n * m) / 12) * (all + 1 - ties / (all * (all - 1)));
  return variance > 0 ? (dz - Math.sign(dz) / 2) / Math.sqrt(variance) : undefined;
}

/** One walk through both arms: in how many pairs x - mu lies above y (ties half), and the sum of t^3 - t over groups of ties. */
function compare({ x, y }: Ranked, mu: number): { readonly above: number; readonly ties: number } {
  const [n, m] = [x.length, y.length];
  let [i, j, above, ties] = [0, 0, 0, 0];
  while (i < n || j < m) {
    const shifted = i < n ? (x[i] as number) - mu : Infinity;
    const other = j < m ? (y[j] as number) : Infinity;
    const value = shifted < other ? shifted : other;
    const [fromX, fromY] = [i, j];
    while (i < n && (x[i] as number) - mu === value) i++;
    while (j < m && y[j] === value) j++;
    above += (i - fromX) * (fromY + (j - fromY) / 2);
    const tied = i - fromX + (j - fromY);
    ties += tied * tied * tied - tied;
  }
  return { above, ties };
}
