/** Whether the users came to the arms in the configured shares. */
import { chiSquareTail } from './distribution.ts';
import { impossible, mustCount } from './impossible.ts';

export interface SampleRatio {
  readonly p: number;
  /** Arms with a weight above 0, minus 1. */
  readonly dof: number;
  readonly statistic: number;
  /** Set, with p = 0, where users were seen in an arm of weight 0: no chance of the split explains them. */
  readonly mismatch?: true;
}

/**
 * Pearson's chi-square test of a sample ratio: sum over the arms with a weight of (observed - expected)^2/expected,
 * expected = total weight/(sum of weights). No users: p = 1. One look; for repeated looks take `multinomialTest`.
 * Assumes five or more expected users per arm. Throws StatisticsError on negative or unequal lists, or weights that sum to 0.
 * Source: Fabijan et al. 2019, Diagnosing Sample Ratio Mismatch; degrees of freedom count only arms that take part.
 */
export function sampleRatio({
  observed,
  weights,
}: {
  readonly observed: readonly number[];
  readonly weights: readonly number[];
}): SampleRatio {
  if (observed.length !== weights.length) impossible(`${observed.length} arms cannot have ${weights.length} weights`);
  const whole = sumOf(weights, 'a weight');
  const total = sumOf(observed, 'the users of an arm');
  if (whole === 0) impossible('the weights sum to 0');
  const dof = weights.filter((weight) => weight > 0).length - 1;
  if (observed.some((users, arm) => users > 0 && weights[arm] === 0))
    return { p: 0, dof, statistic: Infinity, mismatch: true };
  if (total === 0 || dof === 0) return { p: 1, dof, statistic: 0 };
  const statistic = weights.reduce((sum, weight, arm) => {
    const expected = (total * weight) / whole;
    return expected === 0 ? sum : sum + ((observed[arm] ?? 0) - expected) ** 2 / expected;
  }, 0);
  return { p: Math.min(1, chiSquareTail(statistic, dof)), dof, statistic };
}

function sumOf(values: readonly number[], name: string): number {
  return values.reduce((sum, value) => sum + mustCount(value, name), 0);
}
