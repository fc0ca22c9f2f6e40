/** The false-rollback budget of a plan, divided over the judges that can use it up. */
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
 * The same stages with `alpha` in each comparison: the budget divided evenly over the plan's distinct comparison judges that can hold a
 * rollout or take it back by chance. Those that only show or notify have as large a share, and take none from the others.
 * `weighted`: the candidate's share is traffic, so that what the arms got can be compared with what was planned.
 */
export function withBudget(
  stages: readonly PlannedStage[],
  { falseRollbacks, sampleRatio = USUAL_SAMPLE_RATIO }: Budget,
  weighted: boolean,
): readonly PlannedStage[] {
  const spenders = new Set(
    stages.flatMap((stage) => stage.judges.filter((one) => spends(one, stage)).map(({ id }) => id)),
  );
  const alpha = Math.min(MOST, Math.max(LEAST, falseRollbacks / Math.max(1, spenders.size)));
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

function spends(judge: JudgeSpec, { weight }: PlannedStage): boolean {
  const compares = weight > 0 && weight < WHOLE && judge.perVersion;
  return compares && isStatistical(judge) && !judge.dryRun && !HARMLESS.includes(judge.then);
}
