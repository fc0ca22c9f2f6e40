/** The life of the baseline copy: deployed with the candidate, gone when no stage compares with it any more or the rollout goes back. */
import type { Operation, Rollout } from '../model/rollout.ts';
import { SECOND, toMilliseconds } from '../model/time.ts';
import { copyLabel, copyOf, needsCopy } from './arm.ts';
import type { Circumstances } from './input.ts';
import { intend, isOpen, mayStillLand } from './operation.ts';

/** How often a removal is tried in a phase. */
const TRIES = 3;
/** The moment between two tries, times the tries so far: what still had traffic may lose it meanwhile. */
const PAUSE = 10 * SECOND;

/** The deploy of the copy, where the plan compares with one and there is a version to copy. */
export function deployCopy(rollout: Rollout, c: Circumstances): Rollout {
  const { stable, subject, fallback } = rollout;
  if (subject.type !== 'release' || !stable || !needsCopy(rollout)) return rollout;
  const label = copyLabel(stable.label, [subject.release.label, fallback?.label, ...c.live, ...c.inUse]);
  const what = { label, commit: stable.commit, copyOf: stable.label };
  return intend(rollout, { kind: 'deploy', purpose: 'baseline', ...what }, c);
}

/** How far the taking away of the copy has got; `none`: there is nothing to take away, or not yet. */
export function removal(rollout: Rollout, c: Circumstances): 'none' | 'due' | 'open' | 'failed' {
  const label = copyOf(rollout);
  if (label === undefined || needsCopy(rollout)) return 'none';
  // A release that took the same label meanwhile is not ours to take away.
  if (c.live.includes(label) || c.inUse.includes(label)) return 'none';
  const mine = rollout.operations.filter((one) => one.purpose === 'baseline');
  const last = mine.at(-1);
  if (last?.kind === 'remove' && last.state === 'done') return 'none';
  if (mine.some(mayLand)) return 'open';
  const failed = mine.filter(
    (one) => one.kind === 'remove' && one.state === 'failed' && one.since >= rollout.phaseSince,
  );
  if (failed.length >= TRIES) return 'failed';
  const again = toMilliseconds(failed.at(-1)?.ended ?? rollout.began) + PAUSE * failed.length;
  return c.now < again ? 'open' : 'due';
}

function mayLand(operation: Operation): boolean {
  return isOpen(operation) || mayStillLand(operation);
}

/** Takes the copy away when its time has come; never beside another effect on the pair, which it would supersede. */
export function removeCopy(rollout: Rollout, c: Circumstances): Rollout {
  const label = copyOf(rollout);
  if (label === undefined || removal(rollout, c) !== 'due') return rollout;
  if (rollout.operations.some((one) => one.kind !== 'run' && mayLand(one))) return rollout;
  return intend(rollout, { kind: 'remove', purpose: 'baseline', label }, c);
}
