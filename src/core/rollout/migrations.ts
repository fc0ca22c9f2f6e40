/** What the run before a deploy changed outside: its end is waited for, and migrations it applied are taken back. */
import type { Operation, Rollout } from '../model/rollout.ts';
import { end } from './enter.ts';
import type { Circumstances } from './input.ts';
import { intend, isOpen, latest, mayStillLand } from './operation.ts';
import { APPLY } from './plan-checks.ts';

/** Whether the run before the deploy leaves something to wait for or to take back; questions alone change nothing. */
export function hasChanged(rollout: Rollout): boolean {
  const run = latest(rollout, 'before');
  if (!run?.checks?.some((check) => check.run !== undefined)) return false;
  return (run.claim !== undefined && mayStillLand(run)) || (mustRevert(rollout) && isApplied(run));
}

/**
 * The next step of taking back what ran before a deploy that never began; undefined: nothing is left to do. Reverting is tried
 * once: twice could take back what an earlier release brought.
 */
export function revertStep(rollout: Rollout, c: Circumstances): Rollout | undefined {
  const run = latest(rollout, 'before');
  if (!run || hasBegun(rollout)) return undefined;
  if (run.state === 'void' && mayStillLand(run)) return rollout;
  const { revert = [] } = rollout.plan;
  if (!mustRevert(rollout) || !isApplied(run)) return undefined;
  const back = rollout.operations.findLast((one) => one.purpose === 'revert');
  if (!back || (back.state !== 'done' && back.since < rollout.phaseSince))
    return intend(rollout, { kind: 'run', purpose: 'revert', checks: revert }, c);
  if (isOpen(back)) return rollout;
  if (back.state === 'done') return undefined;
  const outcome = `the migrations could not be taken back: ${back.detail ?? 'failed'}`;
  return end(rollout, { phase: 'failed', outcome }, c);
}

/** What the outcome says where nobody knows how far the migrations came. */
export function unknownMigrations(rollout: Rollout): string {
  const run = latest(rollout, 'before');
  const asked = run?.claim !== undefined && run.checks?.some(({ name }) => name === APPLY) === true;
  return asked && run.state !== 'done' && run.passed === undefined
    ? '; nobody can say whether its migrations ran: look'
    : '';
}

/** Whether anything was deployed or exposed: before that a way back ends as cancelled. */
export function hasBegun({ operations, stages }: Rollout): boolean {
  return stages.length > 0 || operations.some((one) => one.purpose === 'deploy');
}

function mustRevert({ plan }: Rollout): boolean {
  return (plan.revert ?? []).length > 0;
}

/** Applied means that the step itself passed: one that failed has nothing of its own to take back. */
function isApplied({ checks = [], passed, state }: Operation): boolean {
  const index = checks.findIndex(({ name }) => name === APPLY);
  return index >= 0 && (passed ?? (state === 'done' ? checks.length : 0)) > index;
}
