/** Stages too short for a comparison whose sample are windows (gauges): no test is made, whatever the traffic is. */
import type { JudgeSpec } from '../../model/metric.ts';
import type { PlannedStage } from '../../model/plan.ts';
import { MINUTE, type Milliseconds } from '../../model/time.ts';
import { FEWEST_READINGS } from '../mann-whitney.ts';
import { ruleKeyOf } from '../rule.ts';
import { FEWEST_WINDOWS } from '../sequential/differences.ts';
import { windowWidth, windowsIn } from '../window.ts';

export interface FewWindows {
  readonly stage: string;
  readonly judges: readonly string[];
  readonly windows: number;
  readonly needed: number;
  /** The shortest bake that has as many, rounded up to a minute. */
  readonly bake: Milliseconds;
}

type Stage = Pick<PlannedStage, 'name' | 'weight' | 'bake' | 'judges'>;

/** Comparisons that ask for as many are told together. */
export function fewWindowsIn(stages: readonly Stage[]): readonly FewWindows[] {
  return stages.flatMap(({ name: stage, weight, bake, judges }) => {
    if (weight <= 0 || bake <= 0) return [];
    const windows = windowsOf(bake);
    const short = judges.map((judge) => ({ id: judge.id, needed: neededBy(judge, weight) }));
    const all = [...new Set(short.map(({ needed }) => needed))].filter((needed) => windows < needed);
    return all.map((needed) => {
      const asking = short.filter((one) => one.needed === needed).map(({ id }) => id);
      return { stage, judges: asking, windows, needed, bake: bakeFor(needed) };
    });
  });
}

function neededBy(spec: JudgeSpec, weight: number): number {
  const key = ruleKeyOf(spec, weight);
  if (spec.kind !== 'value' || key === 'threshold' || key === 'regression') return 0;
  return key === 'mann-whitney' ? FEWEST_READINGS : FEWEST_WINDOWS;
}

function windowsOf(bake: Milliseconds): number {
  return windowsIn(0, bake, windowWidth(bake));
}

function bakeFor(needed: number): Milliseconds {
  let bake = MINUTE;
  while (windowsOf(bake) < needed) bake += MINUTE;
  return bake;
}
