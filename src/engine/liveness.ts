/** Whether the holder of a claim still lives: a process is asked here, a workflow run and its jobs by the forge. */
import type { Claim } from '../core/model/rollout.ts';
import { SECOND } from '../core/model/time.ts';
import { type Forge, ForgeError, type RunJob, type WorkflowRun } from '../ports/forge.ts';
import { keptFor } from './kept.ts';
import type { Wiring } from './wiring.ts';

const FRESH = 10 * SECOND;

/** Undefined: nobody can say, and the claim's own time counts. A forge that does not answer now takes nobody for dead. */
export async function livesOf(wiring: Wiring, claim: Claim): Promise<boolean | undefined> {
  const known = await wiring.here?.lives(claim);
  const { runId, runAttempt = 1 } = claim;
  if (known !== undefined || runId === undefined || !wiring.forge) return known;
  // A run does not end while one of its own jobs waits for it: of another job of this run its time counts.
  const isOwn = wiring.here?.run?.id === runId;
  try {
    if (!isOwn && (await hasRunEnded(wiring, runId, runAttempt))) return false;
    const isGoing = jobGoesOn(claim, claim.job === undefined ? [] : await jobsOf(wiring, runId, runAttempt));
    return isGoing ?? (isOwn ? undefined : true);
  } catch (error) {
    return error instanceof ForgeError && error.code === 'token-lacks-permission' ? undefined : true;
  }
}

/**
 * Whether the job that holds a claim still runs; undefined: it is not to be told from others. Jobs go by their names as people
 * read them (`name:`), so a runner's name counts first: all that it had of this run must be over.
 */
function jobGoesOn({ job, runner }: Pick<Claim, 'job' | 'runner'>, jobs: readonly RunJob[]): boolean | undefined {
  const byRunner = runner !== undefined && jobs.some((one) => one.runner !== undefined);
  const mine = jobs.filter((one) => (byRunner ? one.runner === runner : one.name === job));
  if (mine.length === 0) return undefined;
  return mine.some(({ ended }) => !ended);
}

function jobsOf({ forge, clock }: Wiring, id: string, attempt: number): Promise<readonly RunJob[]> {
  if (!forge) return Promise.resolve([]);
  const ask = (): Promise<readonly RunJob[]> => forge.runs.jobs(id, attempt);
  return keptFor(forge, { key: `jobs ${id}/${attempt}`, now: clock.now(), fresh: FRESH }, ask);
}

/** A run that is gone, or was run again since, has ended. Rejects with a ForgeError. */
async function hasRunEnded({ forge, clock }: Wiring, id: string, attempt = 1): Promise<boolean> {
  if (!forge) return false;
  const run = await keptFor(forge, { key: `run ${id}`, now: clock.now(), fresh: FRESH }, () => forge.runs.run(id));
  return isOver(run, attempt);
}

function isOver(run: Pick<WorkflowRun, 'ended' | 'attempt'> | undefined, attempt: number): boolean {
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
