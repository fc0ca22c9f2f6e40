/** Judges that failed, passed over by a person: their evidence begins anew, and who did it is kept. */
import { forgetEvidence } from '../judge/fold.ts';
import type { Actor } from '../model/actor.ts';
import type { Verdict } from '../model/metric.ts';
import type { Rollout } from '../model/rollout.ts';
import { toInstant } from '../model/time.ts';
import type { Circumstances } from './input.ts';
import { passSharesOver } from './shares.ts';

/** The verdicts that hold the rollout; judges that only watch or tell are nobody's to pass over. */
export function holding({ verdicts }: Rollout): readonly Verdict[] {
  return verdicts.filter(({ verdict, then, dryRun }) => verdict === 'fail' && then !== 'notify' && !dryRun);
}

interface Passing {
  /** As it stood when the person said so. */
  readonly before: Rollout;
  readonly by: Actor;
}

/**
 * What a person's word made of a rollout, without the failures that held it: only what is seen from now on holds it again, and shares of
 * traffic only where they move further off.
 */
export function acknowledge(after: Rollout, { before, by }: Passing, c: Circumstances): Rollout {
  const verdicts = holding(before);
  if (verdicts.length === 0) return after;
  const judges = verdicts.map(({ judge }) => judge);
  const stage = before.plan.stages[before.stage]?.name ?? '';
  const begun = passSharesOver(after, { before, verdicts });
  return {
    ...begun,
    evidence: begun.evidence.map((one) => (judges.includes(one.judge) ? forgetEvidence(one) : one)),
    verdicts: after.verdicts.filter(({ judge }) => !judges.includes(judge)),
    acknowledged: [...(after.acknowledged ?? []), { by, at: toInstant(c.now), stage, verdicts }],
  };
}
