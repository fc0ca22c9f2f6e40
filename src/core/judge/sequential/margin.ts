/** What "no worse" means: the null hypothesis of a comparison. */
import type { JudgeSpec } from '../../model/metric.ts';
import { betterOf } from '../read.ts';

/**
 * One null hypothesis, of the candidate's rate c and the stable one's s: with sign 1 (lower is better) `c <= ratio*s + tolerance`,
 * with sign -1 `c >= ratio*s - tolerance`. Tolerance is in the reading's unit.
 */
export interface Margin {
  readonly sign: 1 | -1;
  readonly ratio: number;
  readonly tolerance: number;
}

/** Where ratio and tolerance are both given, both must be exceeded: two hypotheses, and each has to fall. */
export function marginsOf(spec: JudgeSpec): readonly Margin[] {
  if (spec.rule.type !== 'compare') return [];
  const { ratio, tolerance } = spec.rule;
  const sign = signOf(spec);
  if (ratio === undefined || tolerance === undefined) return [{ sign, ratio: ratio ?? 1, tolerance: tolerance ?? 0 }];
  return [
    { sign, ratio, tolerance: 0 },
    { sign, ratio: 1, tolerance },
  ];
}

/** 1 where more is worse. Proportions are compared by the events they count, also where the success rate is shown. */
export function signOf(spec: JudgeSpec): 1 | -1 {
  return (spec.kind === 'proportion' ? spec.better : betterOf(spec)) === 'lower' ? 1 : -1;
}
