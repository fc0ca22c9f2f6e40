/** Adjusted p values for several tests at once, in the order of the input. */
import { impossible } from './impossible.ts';

/**
 * Holm's step-down: of p_(1) <= ... <= p_(k), adj_(i) = max over j <= i of min(1, (k-j+1) p_(j)). Rejecting adj <= alpha keeps the
 * chance of any false rejection at alpha, whatever the tests' dependence. Throws StatisticsError on a p outside [0, 1].
 * Source: Holm 1979.
 */
export function holm(p: readonly number[]): readonly number[] {
  const adjusted: number[] = [];
  let highest = 0;
  ascending(p).forEach(([value, index], rank) => {
    highest = Math.max(highest, Math.min(1, (p.length - rank) * value));
    adjusted[index] = highest;
  });
  return adjusted;
}

/**
 * Benjamini and Hochberg's step-up: adj_(i) = min over j >= i of min(1, k p_(j)/j). Rejecting adj <= alpha keeps the expected share of
 * false rejections at alpha for independent or positively dependent tests. Throws StatisticsError on a p outside [0, 1].
 * Source: Benjamini, Hochberg 1995.
 */
export function benjaminiHochberg(p: readonly number[]): readonly number[] {
  const adjusted: number[] = [];
  let lowest = 1;
  const order = ascending(p);
  for (let rank = order.length; rank > 0; rank--) {
    const [value, index] = order[rank - 1] as readonly [number, number];
    lowest = Math.min(lowest, value * (p.length / rank));
    adjusted[index] = lowest;
  }
  return adjusted;
}

function ascending(p: readonly number[]): readonly (readonly [value: number, index: number])[] {
  return p
    .map((value, index) => {
      if (!(value >= 0 && value <= 1)) impossible(`a p value must lie in 0 to 1, found ${value}`);
      return [value, index] as const;
    })
    .toSorted(([one], [other]) => one - other);
}
