/** Whether the holder of a claim still lives: a process is asked here, a workflow run by the forge. */
import type { Claim } from '../core/model/rollout.ts';
import { SECOND } from '../core/model/time.ts';
import { type Forge, ForgeError, type WorkflowRun } from '../ports/forge.ts';
import { keptFor } from './kept.ts';
import type { Wiring } from './wiring.ts';

const FRESH = 10 * SECOND;

/** Undefined: nobody can say, and the claim's own time counts. A forge that does not answer now takes nobody for dead. */
export async function livesOf(wiring: Wiring, claim: Claim): Promise<boolean | undefined> {
  const known = await wiring.here?.lives(claim);
  if (known !== undefined || claim.runId === undefined || !wiring.forge) return known;
  try {
    return !(await hasRunEnded(wiring, claim.runId, claim.runAttempt));
  } catch (error) {
    return error instanceof ForgeError && error.code === 'token-lacks-permission' ? undefined : true;
  }
}

/** A run that is gone, or was run again since, has ended. Rejects with a ForgeError. */
async function hasRunEnded({ forge, clock }: Wiring, id: string, attempt = 1): Promise<boolean> {
  if (!forge) return false;
  const run = await keptFor(forge, { key: `run ${id}`, now: clock.now(), fresh: FRESH }, () => forge.runs.run(id));
  return isOver(run, attempt);
}

export function isOver(run: Pick<WorkflowRun, 'ended' | 'attempt'> | undefined, attempt: number): boolean {
  return run === undefined || run.ended || run.attempt > attempt;
}

/** Of these runs those that have ended; one that could not be asked has not. */
export async function endedOf(
  wiring: Wiring & { readonly forge?: Forge },
  runs: readonly string[],
): Promise<readonly string[]> {
  if (!wiring.forge) return [];
  const ended = await Promise.all(runs.map((id) => hasRunEnded(wiring, id, Infinity).catch(() => false)));
  return runs.filter((_, index) => ended[index]);
}
