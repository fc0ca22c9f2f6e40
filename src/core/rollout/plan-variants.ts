/** Plans for special days, made from an ordinary plan; each has a digest of its own. */
import { digestOf } from '../digest.ts';
import type { Plan, PlannedStage } from '../model/rollout.ts';
import { MINUTE, SECOND } from '../model/time.ts';
import { WHOLE } from '../model/weight.ts';

/** A plan with another content has another digest, so that an approval of the one never counts for the other. */
export function sealed(plan: Plan): Plan {
  const { digest: _, ...content } = plan;
  return { ...content, digest: digestOf(content) };
}

/** Nothing is live yet, so there is nothing to compare with and nowhere to go back to: all traffic at once, then watched. */
export function firstReleasePlan(plan: Plan): Plan {
  const last = plan.stages.at(-1);
  if (!last) return plan;
  const approvals = strictest(plan.stages);
  const only: PlannedStage = {
    ...last,
    weight: WHOLE,
    bake: 0,
    promote: 'auto',
    judges: [],
    unjudged: true,
    ...(approvals && { approvals }),
  };
  return sealed({ ...plan, stages: [only] });
}

/** Leaving stages out is no way around their approvals: of all that were asked for, the most. */
function strictest(stages: readonly PlannedStage[]): PlannedStage['approvals'] {
  return stages
    .flatMap(({ approvals }) => approvals ?? [])
    .toSorted((one, other) => other.count - one.count)
    .at(0);
}

/** Minimal checks, straight to everything, a first look after 10 s, watched for 5 minutes. */
export function emergencyPlan(plan: Plan): Plan {
  const last = plan.stages.at(-1);
  if (!last) return plan;
  const { approvals: _, ...stage } = last;
  const only: PlannedStage = {
    ...stage,
    weight: WHOLE,
    bake: 10 * SECOND,
    promote: 'auto',
    judges: [],
    checks: plan.validate.slice(0, 1),
    unjudged: true,
  };
  return sealed({ ...plan, strategy: 'emergency', stages: [only], before: [], validate: [], settle: 5 * MINUTE });
}
