/** What the judges' tests begin with. */
import type { Answer } from '../../../src/core/judge/rule.ts';
import type { StageLook } from '../../../src/core/judge/look.ts';
import type { JudgeSpec, Sample } from '../../../src/core/model/metric.ts';
import { fromPercent } from '../../../src/core/model/weight.ts';

export const T0: number = Date.parse('2026-11-21T10:00:00.000Z');

export function judge(spec: Partial<JudgeSpec> & Pick<JudgeSpec, 'rule'>): JudgeSpec {
  return {
    id: 'error-rate',
    metric: 'error-rate',
    kind: 'proportion',
    better: 'lower',
    failures: 0,
    minSamples: 500,
    then: 'rollback',
    dryRun: false,
    source: 'prometheus',
    delay: 60_000,
    perVersion: true,
    ...spec,
  };
}

export const errorsBelow = (bound: number, more: Partial<JudgeSpec> = {}): JudgeSpec =>
  judge({ rule: { type: 'below', bound }, ...more });

export const requests = (bad: number, total: number): Sample => ({ kind: 'proportion', bad, total });
export const only = (candidate: Sample | null): Answer => ({ candidate, baseline: null });
export const both = (candidate: Sample | null, baseline: Sample | null): Answer => ({ candidate, baseline });
export const times = <T>(count: number, one: T): readonly T[] => Array.from({ length: count }, () => one);

/** A stage of ten windows of 10 s at 25 %. */
export function look(judges: readonly JudgeSpec[], more: Partial<StageLook> = {}): StageLook {
  const exposedAt = T0;
  const end = T0 + 100_000;
  return {
    stage: 'canary',
    judges,
    exposedAt,
    width: 10_000,
    bake: 100_000,
    end,
    windows: 10,
    watchedUntil: end,
    weight: fromPercent(25),
    hasStable: true,
    perVersion: true,
    now: end + 60_000,
    ...more,
  };
}
