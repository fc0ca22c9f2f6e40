/** Whether the next decision on a rollout asks its gates: what a forge must be asked for is asked then, and not at every look. */
import type { Rollout } from '../model/rollout.ts';
import { bakeEnd } from './bake.ts';
import type { Performer } from './input.ts';
import { isItsJob } from './its-job.ts';

interface Asking {
  readonly now: number;
  readonly performer: Performer | null;
}

/** What holds a rollout for good asks nothing until a person says a word. */
export function asksGates(rollout: Rollout, { now, performer }: Asking): boolean {
  const { phase, hold, step, stage, plan } = rollout;
  const next = plan.stages[phase === 'exposing' ? stage + 1 : stage];
  if (hold?.kind === 'job' && !isItsJob(next, rollout, { performer })) return false;
  if (hold && !['gate', 'approval', 'no-data', 'job'].includes(hold.kind)) return false;
  if (phase === 'preparing' || phase === 'validating') return true;
  return phase === 'exposing' && step === 'baking' && now >= bakeEnd(rollout, now);
}
