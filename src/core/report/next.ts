/** What may be done next, as commands. */
import type { Rollout } from '../model/rollout.ts';
import type { Button } from './report.ts';
import { awaitedStage, exactId, nameOf, stageName, targetOf } from './subject.ts';

/** Commands that make sense for a rollout as it stands; the likeliest first. */
export function nextCommands(rollout: Rollout): readonly Button[] {
  const target = targetOf(rollout);
  const explain: Button = { text: 'Explain', command: `explain ${exactId(rollout.id)}` };
  switch (rollout.phase) {
    case 'queued':
      return [{ text: 'Cancel', command: `cancel ${exactId(rollout.id)}` }];
    case 'completed':
      return [{ text: 'Roll back', command: `rollback ${target}`, confirm: `Take ${nameOf(rollout)} back?` }];
    case 'cancelled':
    case 'rolled-back':
      return [explain];
    case 'rolling-back':
      return [explain];
    case 'failed':
      return [
        { text: 'Roll back', command: `rollback ${target}`, confirm: `Take ${nameOf(rollout)} back?` },
        { text: 'Retry', command: `retry ${exactId(rollout.id)}` },
        { text: 'Resolve…', command: `resolve ${exactId(rollout.id)} --as rolled-back --reason "…"` },
        explain,
      ];
    default:
      return [...onward(rollout), back(rollout), explain];
  }
}

function onward(rollout: Rollout): readonly Button[] {
  const { hold } = rollout;
  if (!hold) return [{ text: 'Pause', command: `pause ${targetOf(rollout)}` }];
  if (hold.kind === 'job') return [];
  if (hold.kind === 'approval') return voteOrPromote(rollout);
  return [{ text: 'Resume', command: `resume ${targetOf(rollout)}` }];
}

function voteOrPromote(rollout: Rollout): readonly Button[] {
  const stage = awaitedStage(rollout);
  if (!stage) return [];
  const asked = `${exactId(rollout.id)}/${stage.name}`;
  if (!stage.approvals)
    return [{ text: 'Promote', command: `promote ${exactId(rollout.id)}`, confirm: `Go on to ${stageName(stage)}?` }];
  return [
    { text: 'Approve', command: `approve ${asked}`, confirm: `Go on to ${stageName(stage)}?` },
    { text: 'Reject…', command: `reject ${asked} --reason "…"` },
  ];
}

function back(rollout: Rollout): Button {
  return { text: 'Roll back', command: `rollback ${targetOf(rollout)}`, confirm: `Take ${nameOf(rollout)} back?` };
}
