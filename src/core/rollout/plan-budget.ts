/** The false-rollback budget of a plan, divided over the judges that can use it up. */
import { comparisonOf } from '../judge/going-on.ts';
import type { AnalysisConfig } from '../model/config.ts';
import type { Action, JudgeSpec } from '../model/metric.ts';
import type { PlannedStage } from '../model/plan.ts';
import { WHOLE } from '../model/weight.ts';

const HARMLESS: readonly Action[] = ['notify', 'disable-flags'];
const USUAL_SAMPLE_RATIO = 0.25;
/** A level must lie strictly between nothing and certainty. */
const LEAST = 1e-12;
const MOST = 0.999;

type Budget = Pick<AnalysisConfig, 'falseRollbacks' | 'sampleRatio'>;

/**
 * The same stages with `alpha` in each comparison: the budget divided evenly over the plan's distinct tests that can hold a rollout or take
 * it back by chance: each comparison below 100 %, and each that goes on against what was recorded (guarded.ts divides its share over the
 * stages with all the traffic, settling among them). Those that only show or notify have as large a share, and take none from the others.
 * `weighted`: the candidate's share is traffic, so that what the arms got can be compared with what was planned.
 */
export function withBudget(
  stages: readonly PlannedStage[],
  { falseRollbacks, sampleRatio = USUAL_SAMPLE_RATIO }: Budget,
  weighted: boolean,
): readonly PlannedStage[] {
  const spenders = spendersOf(stages);
  const alpha = Math.min(MOST, Math.max(LEAST, falseRollbacks / Math.max(1, spenders)));
  const asked = weighted && sampleRatio > 0 && sampleRatio < 1 ? { sampleRatio } : {};
  const shared = (spec: JudgeSpec): JudgeSpec => {
    const { rule } = spec;
    return rule.type !== 'compare' || !isStatistical(spec) ? spec : { ...spec, rule: { ...rule, alpha, ...asked } };
  };
  return stages.map((stage) => (stage.judges.length === 0 ? stage : { ...stage, judges: stage.judges.map(shared) }));
}

/** With a recorded baseline `sequential` is a regression, which has no chance of error to share out. */
function isStatistical({ rule }: JudgeSpec): boolean {
  if (rule.type !== 'compare' || rule.method === 'regression') return false;
  return rule.method === 'mann-whitney' || rule.with !== 'recorded';
}

/** How many tests can fail by chance. */
function spendersOf(stages: readonly PlannedStage[]): number {
  const [partly, wholly, recorded] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const { weight, judges } of stages)
    for (const judge of judges.filter((one) => weight > 0 && one.perVersion && one.rule.type === 'compare')) {
      const { id } = judge;
      if (weight < WHOLE) recorded.add(comparisonOf(id));
      if (!isStatistical(judge) || judge.dryRun || HARMLESS.includes(judge.then)) continue;
      if (weight < WHOLE) partly.add(id);
      else if (comparesPast(judge) || recorded.has(comparisonOf(id))) wholly.add(id);
    }
  return partly.size + wholly.size;
}

function comparesPast({ rule }: JudgeSpec): boolean {
  return rule.type === 'compare' && rule.with === 'recorded';
}
