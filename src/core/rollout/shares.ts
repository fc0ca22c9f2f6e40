/** Arms that did not get the planned traffic, as a rollout knows them: which judges say so, and what a person passed over. */
import { passOver, shareIn } from '../judge/sample-ratio.ts';
import { stableWeightOf } from '../judge/rule.ts';
import type { Evidence, Verdict } from '../model/metric.ts';
import type { Rollout } from '../model/rollout.ts';
import { armAt } from './arm.ts';

/** Whether a judge fails for its arms' shares alone: nothing was shown of the candidate. */
export function isForShares({ judge, verdict }: Verdict, { evidence }: Pick<Rollout, 'evidence'>): boolean {
  const own = evidence.find((one) => one.judge === judge);
  return verdict === 'fail' && own !== undefined && own.failedAt === null;
}

/**
 * The evidence of `after` with the shares let be that these verdicts, of `before`, failed for: by every comparison, since all of them
 * look at the same traffic.
 */
export function passSharesOver(
  after: Rollout,
  { before, verdicts }: { readonly before: Rollout; readonly verdicts: readonly Verdict[] },
): Rollout {
  const shares = verdicts.filter((one) => isForShares(one, before)).flatMap((one) => shareOf(one, before) ?? []);
  if (shares.length === 0) return after;
  const comparing = before.plan.stages
    .flatMap(({ judges }) => judges)
    .flatMap(({ id, rule }) => (rule.type === 'compare' ? id : []));
  const passed = (one: Evidence): Evidence => shares.reduce(passOver, one);
  return { ...after, evidence: after.evidence.map((one) => (comparing.includes(one.judge) ? passed(one) : one)) };
}

function shareOf({ judge }: Verdict, rollout: Rollout): number | undefined {
  const spec = rollout.plan.stages[rollout.stage]?.judges.find(({ id }) => id === judge);
  const evidence = rollout.evidence.find((one) => one.judge === judge);
  if (!spec || !evidence || rollout.weight <= 0) return undefined;
  const stableWeight = stableWeightOf(spec, rollout.weight, armAt(rollout) !== undefined);
  return shareIn(evidence, { weight: rollout.weight, stableWeight });
}
