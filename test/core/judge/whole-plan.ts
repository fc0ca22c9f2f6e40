/** Simulated rollouts of whole plans that end with all the traffic, and settle. */
import { foldAnswers } from '../../../src/core/judge/fold.ts';
import { SETTLING } from '../../../src/core/judge/look.ts';
import { windowsIn, windowWidth } from '../../../src/core/judge/window.ts';
import type { Evidence, JudgeSpec, Sample } from '../../../src/core/model/metric.ts';
import type { PlannedStage } from '../../../src/core/model/plan.ts';
import { MINUTE, SECOND } from '../../../src/core/model/time.ts';
import { fromPercent, WHOLE } from '../../../src/core/model/weight.ts';
import { withBudget } from '../../../src/core/rollout/plan-budget.ts';
import { judge } from './given.ts';
import { binomial, normal, poisson, seeded } from './random.ts';

type Compare = Extract<JudgeSpec['rule'], { type: 'compare' }>;

export const BUDGET = 0.05;

/** Three standard errors of a share at the budget. */
export function slack(rollouts: number): number {
  return 3 * Math.sqrt((BUDGET * (1 - BUDGET)) / rollouts);
}

export const compare = (more: Partial<JudgeSpec> = {}, rule: Partial<Compare> = {}): JudgeSpec =>
  judge({ rule: { type: 'compare', with: 'stable', method: 'sequential', ...rule }, ...more });

/** 5, 25 and 100 % as the presets have them, and the time in which the old version is kept. */
function planned(spec: JudgeSpec): readonly PlannedStage[] {
  const stage = (name: string, percent: number, minutes: number): PlannedStage => ({
    name,
    weight: fromPercent(percent),
    bake: minutes * MINUTE,
    promote: 'auto',
    judges: [spec],
    checks: [],
  });
  const stages = withBudget(
    [stage('canary', 5, 10), stage('quarter', 25, 10), stage('all', 100, 30)],
    { falseRollbacks: BUDGET },
    false,
  );
  const last = stages.at(-1);
  return last ? [...stages, { ...last, name: SETTLING, bake: 60 * MINUTE }] : [];
}

interface Arm {
  readonly candidate: boolean;
  readonly stage: string;
  /** Of all the traffic, over a window: in seconds of it. */
  readonly exposure: number;
}
export type Draw = (random: () => number, arm: Arm) => Sample;

/** In which stages so many simulated rollouts of the whole plan failed. */
export function failures(spec: JudgeSpec, draw: Draw, rollouts: number): readonly string[] {
  const random = seeded(20_261_121);
  const stages = planned(spec);
  return Array.from({ length: rollouts }).flatMap(() => {
    let evidence: Evidence | undefined;
    for (const { name, weight, bake, judges } of stages) {
      const width = windowWidth(bake);
      const count = windowsIn(0, bake, width);
      const arm = (part: number, candidate: boolean): Sample =>
        draw(random, { candidate, stage: name, exposure: ((part / WHOLE) * width) / SECOND });
      const answers = Array.from({ length: count }, () => ({
        candidate: arm(weight, true),
        baseline: weight < WHOLE ? arm(WHOLE - weight, false) : null,
      }));
      const options = { stage: name, answers, width, weight, planned: count };
      evidence = foldAnswers(evidence, judges[0] ?? spec, options);
      if (evidence.failedAt !== null) return [name];
    }
    return [];
  });
}

export const errors =
  (perSecond: number, rate: number, times = 1): Draw =>
  (random, { candidate, exposure }) => {
    const total = poisson(random, perSecond * exposure);
    return { kind: 'proportion', bad: binomial(random, total, candidate ? rate * times : rate), total };
  };
export const counts =
  (perSecond: number, times = 1): Draw =>
  (random, { candidate, exposure }) => ({
    kind: 'count',
    count: poisson(random, perSecond * exposure * (candidate ? times : 1)),
  });
export const gauge =
  (mean: number, deviation: number, times = 1): Draw =>
  (random, { candidate }) => ({ kind: 'value', value: mean * (candidate ? times : 1) + deviation * normal(random) });
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 2.5, 5, 10];
export const latency =
  (perSecond: number, times = 1): Draw =>
  (random, { candidate, exposure }) => {
    const counted = Array.from({ length: BOUNDS.length + 1 }, () => 0);
    for (let left = poisson(random, perSecond * exposure); left > 0; left--) {
      const seconds = 0.1 * (candidate ? times : 1) * Math.exp(0.6 * normal(random));
      const index = BOUNDS.findIndex((bound) => seconds <= bound);
      const at = index < 0 ? BOUNDS.length : index;
      counted[at] = (counted[at] ?? 0) + 1;
    }
    return { kind: 'histogram', bounds: BOUNDS, counts: counted };
  };
/** Only worse once everybody has it. */
export const later =
  (healthy: Draw, bad: Draw): Draw =>
  (random, arm) =>
    arm.stage === 'all' || arm.stage === SETTLING ? bad(random, arm) : healthy(random, arm);
