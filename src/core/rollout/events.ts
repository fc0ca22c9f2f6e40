/** What happened, told from before and after: events are never decided, only seen. */
import type { Rollout } from '../model/rollout.ts';

type Step = readonly [before: Rollout, after: Rollout];

/** In the order in which people are told; the first names the commit. */
const SEEN: readonly (readonly [name: (after: Rollout) => string, happened: (...step: Step) => boolean])[] = [
  [(after) => `rollout.${after.phase}`, (before, after) => before.phase !== after.phase],
  [() => 'rollout.resumed', (before, after) => isRepeated(before, after)],
  [() => 'rollout.stage.began', (before, after) => after.stages.length > before.stages.length],
  [() => 'rollout.stage.baking', (before, after) => after.step === 'baking' && before.step !== 'baking'],
  [(after) => `rollout.held.${after.hold?.kind}`, (before, after) => isHeldAnew(before, after)],
  [() => 'rollout.resumed', (before, after) => !!before.hold && !after.hold && before.phase === after.phase],
  [() => 'rollout.approved', (before, after) => after.approvals.length > before.approvals.length],
  [() => 'rollout.stage.extended', (before, after) => after.extendedBy > before.extendedBy],
];

export function eventsOf(before: Rollout | undefined, after: Rollout): readonly string[] {
  if (!before) return ['rollout.started'];
  const events = SEEN.flatMap(([name, happened]) => (happened(before, after) ? [name(after)] : []));
  return events.length > 0 ? [...new Set(events)] : ['rollout.recorded'];
}

/** A stage that bakes anew because a person passed over a judge. */
function isRepeated(before: Rollout, after: Rollout): boolean {
  const passed = (after.acknowledged?.length ?? 0) > (before.acknowledged?.length ?? 0);
  return passed && before.phase === after.phase && before.stage === after.stage;
}

function isHeldAnew(before: Rollout, after: Rollout): boolean {
  return after.hold !== undefined && after.hold.kind !== before.hold?.kind;
}
