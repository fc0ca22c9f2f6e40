/** What happened, told from before and after: events are never decided, only seen. */
import type { Rollout } from '../model/rollout.ts';

export function eventsOf(before: Rollout | undefined, after: Rollout): readonly string[] {
  const events: string[] = [];
  if (!before) events.push('rollout.started');
  if (before && before.phase !== after.phase) events.push(`rollout.${after.phase}`);
  if (after.stages.length > (before?.stages.length ?? 0)) events.push('rollout.stage.began');
  if (after.step === 'baking' && before?.step !== 'baking') events.push('rollout.stage.baking');
  if (after.hold && after.hold.kind !== before?.hold?.kind) events.push(`rollout.held.${after.hold.kind}`);
  if (before?.hold && !after.hold && before.phase === after.phase) events.push('rollout.resumed');
  if (before && after.approvals.length > before.approvals.length) events.push('rollout.approved');
  if (before && after.extendedBy > before.extendedBy) events.push('rollout.stage.extended');
  if (before && events.length === 0) events.push('rollout.recorded');
  return events;
}
