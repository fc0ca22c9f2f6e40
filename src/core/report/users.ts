/** What users have while a rollout goes back or could not: by what was done, not by what is wanted. */
import type { Operation, Rollout } from '../model/rollout.ts';
import { printPercent, WHOLE, type Weight } from '../model/weight.ts';

type Weights = Readonly<Record<string, Weight>>;

/**
 * The weights that were set last, less what was taken away since; undefined where the rollout cannot tell (a flag, weights by
 * hand before anything was done).
 */
export function usersHave({ subject, operations, stable, stages, kind }: Rollout): Weights | undefined {
  if (subject.type !== 'release') return undefined;
  const weighted = operations.some((one) => one.weights !== undefined);
  const exposed = stages.length > 0 || operations.some((one) => one.kind === 'deploy' && one.purpose === 'rollback');
  const done = operations.filter((one) => one.state === 'done');
  const set = done.findLast((one) => (weighted ? one.weights !== undefined : exposed && movesAll(one)));
  const before = kind === 'traffic' ? undefined : stable === null ? {} : { [stable.label]: WHOLE };
  const weights = set === undefined ? before : (set.weights ?? { [set.label ?? '']: WHOLE });
  if (weights === undefined) return undefined;
  const later = done.slice(set === undefined ? 0 : done.indexOf(set) + 1);
  const removed = later.filter((one) => one.kind === 'remove').map((one) => one.label);
  return Object.fromEntries(Object.entries(weights).filter(([label]) => !removed.includes(label)));
}

/** Where nothing sets weights a deploy takes everything. */
function movesAll({ kind, purpose }: Operation): boolean {
  return kind === 'deploy' && (purpose === 'deploy' || purpose === 'rollback');
}

/** The candidate's share of that; where it cannot be told, what is wanted. */
export function shareNow(rollout: Rollout): Weight {
  const { subject, weight } = rollout;
  const have = usersHave(rollout);
  return have === undefined || subject.type !== 'release' ? weight : (have[subject.release.label] ?? 0);
}

/** `wanted 0%, last set 20%: set-traffic: exit 3` of a way back; undefined where users have what is wanted. */
export function lagging(rollout: Rollout): string | undefined {
  const share = shareNow(rollout);
  if (rollout.phase !== 'rolling-back' || share === rollout.weight) return undefined;
  const mine = rollout.operations.filter((one) => one.since >= rollout.phaseSince && one.state !== 'void');
  const failed = mine.findLast((one) => one.state === 'failed');
  const why = failed?.detail === undefined ? '' : `: ${failed.detail}`;
  return `wanted ${printPercent(rollout.weight)}, last set ${printPercent(share)}${why}`;
}
