/** Leaving a stage: on to the next if nothing stands in the way, else held and said why. */
import { SLUICE } from '../model/actor.ts';
import type { PlannedStage, Rollout, StageRecord } from '../model/rollout.ts';
import { stageOf } from './bake.ts';
import { removal } from './baseline.ts';
import { beginStage, closeStage, end, enter } from './enter.ts';
import { blocking, holdForGates } from './gate-hold.ts';
import { hold } from './hold.ts';
import { environmentOfStage } from './its-job.ts';
import { validApprovals } from './vote.ts';
import type { Circumstances } from './input.ts';

type How = NonNullable<StageRecord['how']>;

export function leaveStage(rollout: Rollout, how: How, c: Circumstances): Rollout {
  // The next weights would supersede the removal of the copy.
  if (removal(rollout, c) === 'open') return rollout;
  if (rollout.stage + 1 >= rollout.plan.stages.length) return finish(rollout, how, c);
  const waits = waitsFor(rollout, c);
  // Votes come first where they are given to us: a job that is called for before them could only wait for them. GitHub's reviewers
  // are asked by the job itself.
  const votes = c.gates.find(({ gate, answer }) => gate === 'approval' && answer === 'wait');
  if (waits?.kind === 'job' && votes && c.reviewedInJobs !== true) return holdForGates(rollout, votes, c);
  if (waits) return hold(rollout, { ...waits, by: SLUICE, now: c.now });
  const closed = blocking(c.gates);
  if (closed) return holdForGates(rollout, closed, c);
  if (!c.mayGoUpAlone) return rollout;
  return beginStage(closeStage(rollout, how, c), rollout.stage + 1, c);
}

/** What a stage's `promote` and the rollout's `until` ask for beside the gates. */
function waitsFor(
  rollout: Rollout,
  c: Circumstances,
): { kind: 'approval' | 'job' | 'paused'; reason: string } | undefined {
  const stage = stageOf(rollout);
  const next = rollout.plan.stages[rollout.stage + 1];
  if (!stage || !next) return undefined;
  if (rollout.until === stage.name) return { kind: 'paused', reason: `asked to go until ${stage.name}` };
  // Whoever begins it says so as a command: a look has no actor whose right could be asked.
  if (stage.promote === 'job') return { kind: 'job', reason: jobOf(next, rollout) };
  // Where no quorum is asked for, one vote is a person's yes.
  const approved =
    c.gates.some((gate) => gate.gate === 'approval' && gate.answer === 'yes') ||
    validApprovals(rollout, next.name, c.now).length > 0;
  if (stage.promote === 'manual' && !approved)
    return { kind: 'approval', reason: `${stage.name} passed; may it go on to ${next.name}?` };
  return undefined;
}

function jobOf(next: PlannedStage, rollout: Rollout): string {
  return `${next.name} is begun by its job in the GitHub environment ${environmentOfStage(next, rollout)}`;
}

/** The last stage passed: all traffic, the pair is free. Flags and weights set by hand have nothing to settle. */
export function finish(rollout: Rollout, how: How, c: Circumstances): Rollout {
  if (!c.mayGoUpAlone && how === 'passed') return rollout;
  const closed = closeStage(rollout, how, c);
  const { step: _, ...rest } = closed;
  if (rollout.subject.type === 'flag' || rollout.kind === 'traffic')
    return end(rest, { phase: 'completed', outcome: 'all stages passed' }, c);
  return enter(rest, 'provisional', c);
}
