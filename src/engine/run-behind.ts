/** How the run ended that takes a rollout along; asked where its next job would be called for. */
import type { Rollout } from '../core/model/rollout.ts';
import type { RunBehind } from '../core/rollout/input.ts';
import { isJobNext, runBehind } from '../core/rollout/run-behind.ts';
import { SECOND } from '../core/model/time.ts';
import { ForgeError } from '../ports/forge.ts';
import { keptFor } from './kept.ts';
import type { Wiring } from './wiring.ts';

const FRESH = 10 * SECOND;

/** Ends of a run after which its next jobs do not begin (https://docs.github.com/rest/actions/workflow-runs). */
const FAILED: readonly (string | undefined)[] = ['failure', 'cancelled', 'timed_out', 'startup_failure'];

/** Undefined: it is of no interest now, or the forge could not be asked. Never rejects. */
export async function askRunBehind(wiring: Wiring, rollout: Rollout, now: number): Promise<RunBehind | undefined> {
  const run = runBehind(rollout);
  if (run === undefined) return undefined;
  if (wiring.failedRun === run) return { run, ended: false, failed: 'failed or cancelled jobs' };
  if (!isJobNext(rollout, now) || wiring.here?.run?.id === run) return undefined;
  const { forge, clock } = wiring;
  if (!forge) return { run, ended: true };
  try {
    const asked = { key: `run ${run}`, now: clock.now(), fresh: FRESH };
    const found = await keptFor(forge, asked, () => forge.runs.run(run));
    if (found?.ended === false) return { run, ended: false };
    const { conclusion } = found ?? {};
    return { run, ended: true, ...(conclusion !== undefined && FAILED.includes(conclusion) && { failed: conclusion }) };
  } catch (error) {
    const isBarred = error instanceof ForgeError && error.code === 'token-lacks-permission';
    return isBarred ? { run, ended: true } : undefined;
  }
}
