/** A workflow run's job as a performer: who it is among all that ever perform, and whether a claim's holder still lives. */
import type { Here, Waker } from '../engine/wiring.ts';
import type { Claim } from '../core/model/rollout.ts';
import type { ForgeRuns } from '../ports/forge.ts';

/** What the runner says of the run (src/action/context.ts). */
export interface GithubRun {
  readonly repository: { readonly owner: string; readonly name: string };
  /** The repository's numeric id, as the event has it. */
  readonly repositoryId?: string;
  readonly runId: string;
  readonly attempt: number;
  readonly job: string;
  readonly step: string;
  /** The workflow's file name. */
  readonly workflow: string;
  readonly runUrl: string;
  readonly apiUrl: string;
  readonly serverUrl: string;
  readonly workspace?: string;
}

interface HereOptions {
  readonly run: GithubRun;
  readonly has: readonly string[];
  /** The machine's name: legs of a matrix share the job's. */
  readonly machine: string;
  readonly process: number;
}

/**
 * Steps of one job come one after another: a claim of this very job by another process is an earlier step's, which is over. Jobs of
 * one run may go on side by side: of those, as of other runs, the forge is asked.
 */
export function hereOf({ run, has, machine, process }: HereOptions): Here {
  const { runId, attempt, job, step, repositoryId, runUrl } = run;
  const ofJob = `${['run', runId, attempt, job, machine].map(part).join(':')}:`;
  const id = `${ofJob}${[step, process].map(part).join(':')}`;
  return {
    id,
    has,
    lives: (claim: Claim) => {
      if (claim.by === id) return true;
      if (claim.runId !== runId) return undefined;
      return claim.by.startsWith(ofJob) || (claim.runAttempt ?? 1) < attempt ? false : undefined;
    },
    run: {
      id: runId,
      attempt,
      url: runUrl,
      job,
      runner: machine,
      ...(repositoryId === undefined ? {} : { repository: repositoryId }),
    },
  };
}

function part(text: string | number): string {
  return String(text)
    .replaceAll(/[^\w.-]/g, '_')
    .slice(0, 60);
}

/** The workflow that a tick starts for a stage whose job is not there any more: no job follows in it. */
const STAGE_WORKFLOW = 'sluice-stage.yml';

/**
 * In a pipeline the stage that waits for its job is begun by the next job of this very run, so nothing is started for it; a tick
 * that finds the run ended and the stage not begun calls again.
 */
export function thisRunGoesOn(wake: Waker, { runId, workflow }: Pick<GithubRun, 'runId' | 'workflow'>): Waker {
  if (workflow === STAGE_WORKFLOW) return wake;
  return {
    ...wake,
    stage: () => Promise.resolve({ run: runId, workflow: workflow === '' ? 'this run' : workflow, own: true }),
  };
}

/** Of this very run nobody need be asked whether it still goes on; a token without `actions: read` would not be told. */
export function knowingItself(runs: ForgeRuns, { runId, attempt }: GithubRun): Pick<ForgeRuns, 'run'> {
  const here = { id: runId, attempt, ended: false, headSha: '', event: '', workflow: '' };
  return { run: async (id) => (id === runId ? here : runs.run(id)) };
}
