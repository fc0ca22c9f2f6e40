/** Votes: for one version, one stage, one plan; of different people; never of who asked for it or wrote it. */
import { type Actor, sameActor } from '../model/actor.ts';
import type { Config } from '../model/config.ts';
import type { Approval, PlannedStage, Rollout } from '../model/rollout.ts';
import { toMilliseconds } from '../model/time.ts';

/** Whether a vote of this person could count. */
export function mayVote(rollout: Rollout, by: Actor): boolean {
  return !sameActor(rollout.requestedBy, by) && !(rollout.authors ?? []).includes(by.id);
}

/** Votes that count now: for this plan, of different people whom somebody vouches for, not expired. */
export function validApprovals(rollout: Rollout, stage: string, now: number): readonly Approval[] {
  const valid = rollout.approvals.filter(
    (one) =>
      one.stage === stage &&
      one.digest === rollout.plan.digest &&
      toMilliseconds(one.until) > now &&
      one.by.verified &&
      mayVote(rollout, one.by),
  );
  return valid.filter((one, index) => valid.findIndex((other) => sameActor(other.by, one.by)) === index);
}

/** The approvals a stage needs: as planned, and as the policy asks by now, whichever is more. */
export function approvalsOf(
  stage: PlannedStage,
  { subject, kind }: Pick<Rollout, 'subject' | 'kind'>,
  config: Config,
): PlannedStage['approvals'] {
  const policy = config.environments[subject.environment]?.approvals;
  if (kind === 'rollback' || kind === 'traffic' || !policy?.before.includes(stage.name)) return stage.approvals;
  if (stage.approvals && stage.approvals.count >= policy.count) return stage.approvals;
  return { count: policy.count, from: policy.from, expires: policy.expires };
}
