/** What became of the workflow runs that were called for: which have ended, and who refused the job of a stage. */
import type { Rollout } from '../core/model/rollout.ts';
import type { Observation, Refused } from '../core/rollout/input.ts';
import { environmentOfStage } from '../core/rollout/its-job.ts';
import { runsAwaited } from '../core/rollout/wake.ts';
import { ForgeError } from '../ports/forge.ts';
import { endedOf } from './liveness.ts';
import type { Wiring } from './wiring.ts';

interface Called extends Pick<Observation, 'refused'> {
  readonly endedRuns: readonly string[];
}

/** Never rejects. A run whose reviewers could not be asked counts as one that goes on: nobody calls again over their no. */
export async function askRuns(wiring: Wiring, rollout: Rollout, now: number): Promise<Called> {
  const endedRuns = await endedOf(wiring, runsAwaited(rollout, now));
  const run = rollout.hold?.kind === 'job' ? rollout.hold.wake?.run : undefined;
  if (run === undefined || !endedRuns.includes(run)) return { endedRuns };
  const refused = await refusedOf(wiring, rollout, run);
  if (refused === 'unknown') return { endedRuns: endedRuns.filter((one) => one !== run) };
  return refused ? { endedRuns, refused } : { endedRuns };
}

async function refusedOf(
  { forge, log }: Wiring,
  rollout: Rollout,
  run: string,
): Promise<Refused | 'unknown' | undefined> {
  const environment = environmentOfStage(rollout.plan.stages[rollout.stage + 1], rollout);
  try {
    const said = await forge?.runs.approvals(run);
    const no = said?.findLast(({ state, environments }) => state === 'rejected' && environments.includes(environment));
    return no && { by: no.by, run };
  } catch (error) {
    log(`who reviewed run ${run} could not be asked: ${error instanceof Error ? error.message : String(error)}`);
    return error instanceof ForgeError && error.code === 'token-lacks-permission' ? undefined : 'unknown';
  }
}
