/** The workflow run that takes a rollout along by its jobs: where it failed, nobody goes on in its place. */
import { SLUICE } from '../model/actor.ts';
import type { Rollout } from '../model/rollout.ts';
import { HOUR, toMilliseconds } from '../model/time.ts';
import { goBack, mayGoBackAlone } from './back.ts';
import { bakeEnd, stageOf } from './bake.ts';
import { heldBecause, hold } from './hold.ts';
import type { Circumstances, Observation, RunBehind } from './input.ts';

/** A run that never ends keeps the next stage waiting no longer than this, in ms. */
const PATIENCE = HOUR;

/** The run whose job began what users are in, else the one that asked for the rollout; undefined: no run did. */
export function runBehind({ stages, request }: Pick<Rollout, 'stages' | 'request'>): string | undefined {
  return stages.findLast(({ run }) => run !== undefined)?.run?.id ?? /^run-(\d{1,15})-\d+-/.exec(request)?.[1];
}

/** Whether a job comes next: before one is called for, the run is asked how it ended. */
export function isJobNext(rollout: Rollout, now: number): boolean {
  if (rollout.phase !== 'exposing' || rollout.step !== 'baking') return false;
  if (rollout.hold) return rollout.hold.kind === 'job';
  return stageOf(rollout)?.promote === 'job' && now >= bakeEnd(rollout, now);
}

/** Steps behind ours failed, or somebody stopped the run: what it brought goes back, or a person is asked where that is switched off. */
export function abandoned(rollout: Rollout, { behind }: Observation, c: Circumstances): Rollout {
  // A rollout that goes back by deploying has nothing better to go back to.
  if (rollout.kind === 'rollback' || behind?.failed === undefined || behind.run !== runBehind(rollout)) return rollout;
  if (!['preparing', 'deploying', 'validating', 'exposing', 'provisional'].includes(rollout.phase)) return rollout;
  if (rollout.phase === 'provisional' && c.replaced) return rollout;
  const reason = `run ${behind.run}, which took it this far, ended with ${behind.failed}`;
  if (mayGoBackAlone(rollout, c))
    return goBack(rollout, { by: SLUICE, automatic: true, reason, cause: `run/${behind.run}` }, c);
  if (rollout.phase === 'provisional') return rollout;
  const asked = `${reason}; automatic rollback is off: run its failed jobs again, or roll back`;
  if (rollout.hold?.kind === 'job') return rollout.hold.reason === asked ? rollout : heldBecause(rollout, asked);
  return rollout.hold ? rollout : hold(rollout, { kind: 'paused', by: SLUICE, reason: asked, now: c.now });
}

/** Whether nobody may be called for yet to begin the next stage: the run goes on, or it failed. Its own jobs call for nobody else. */
export function waitsForItsRun(rollout: Rollout, behind: RunBehind | undefined, c: Circumstances): boolean {
  const { hold: held } = rollout;
  const run = runBehind(rollout);
  if (held?.kind !== 'job' || run === undefined || run === c.performer?.runId) return false;
  if (behind?.failed !== undefined) return true;
  if (held.wake !== undefined || behind?.ended === true) return false;
  return c.now < toMilliseconds(held.since) + PATIENCE;
}
