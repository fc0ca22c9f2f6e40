/** Calling for a job that can do what nobody here can: a workflow is started, once for each claim of a call. */
import { serviceIn, type Config } from '../core/model/config.ts';
import type { Rollout } from '../core/model/rollout.ts';
import type { Woken } from '../core/rollout/input.ts';
import { environmentOfStage } from '../core/rollout/its-job.ts';
import { type Call, callsOf } from '../core/rollout/wake.ts';
import type { ForgeRuns } from '../ports/forge.ts';
import type { Waker, Wiring } from './wiring.ts';

export interface WorkflowNames {
  /** Begins a stage that waits for its job: inputs `rollout`, `stage`, `environment`. */
  readonly stage?: string;
  /** Ticks where a checkout and secrets are: input `operation`. */
  readonly tick?: string;
  /** The user's own steps, where the platform `job` names no `workflow`: inputs `rollout`, `operation`. */
  readonly deploy?: string;
}

interface WakerOptions {
  readonly runs: Pick<ForgeRuns, 'dispatch'>;
  readonly config: Config;
  /** The branch whose workflows are started: the default branch. */
  readonly ref: string;
  readonly workflows?: WorkflowNames;
}

/** Starts workflows by `workflow_dispatch`; rejects with a ForgeError. */
export function workflowWaker({ runs, config, ref, workflows = {} }: WakerOptions): Waker {
  const start = async (workflow: string, inputs: Readonly<Record<string, string>>): Promise<Woken> => ({
    ...(await runs.dispatch({ workflow, ref, inputs })),
    workflow,
  });
  return {
    stage: (rollout, name) => {
      const stage = rollout.plan.stages.find((one) => one.name === name);
      const environment = environmentOfStage(stage, rollout);
      return start(workflows.stage ?? 'sluice-stage.yml', { rollout: rollout.id, stage: name, environment });
    },
    operation: (rollout, { id, needs }) =>
      needs.some((need) => need.startsWith('job:'))
        ? start(deployWorkflow(config, rollout) ?? workflows.deploy ?? 'deploy.yml', {
            rollout: rollout.id,
            operation: id,
          })
        : start(workflows.tick ?? 'sluice-tick.yml', { operation: id }),
    tick: () => start(workflows.tick ?? 'sluice-tick.yml', {}),
  };
}

function deployWorkflow(config: Config, { subject }: Rollout): string | undefined {
  if (subject.type !== 'release') return undefined;
  const workflow = serviceIn(config, subject.service, subject.environment)?.platform.options['workflow'];
  return typeof workflow === 'string' ? workflow : undefined;
}

/** Makes the calls that this process has claimed, each once; what came of each is told. A call that fails is a remark. */
export async function makeCalls(
  { wake, here, log }: Wiring,
  { rollout, made }: { readonly rollout: Rollout; readonly made: Set<string> },
  tell: (operation: string | undefined, woken: Woken) => Promise<void>,
): Promise<void> {
  if (!wake || !here) return;
  for (const call of callsOf(rollout, here.id)) {
    const key = `${rollout.id} ${call.operation?.id ?? 'stage'} ${call.wake.since}`;
    if (made.has(key)) continue;
    made.add(key);
    const woken = await callFor(wake, call).catch((error: unknown) =>
      log(`${rollout.id}: no workflow could be started: ${error instanceof Error ? error.message : String(error)}`),
    );
    if (woken) await tell(call.operation?.id, woken);
  }
}

function callFor(wake: Waker, { rollout, operation }: Call): Promise<Woken> {
  if (operation) return wake.operation(rollout, operation);
  return wake.stage(rollout, rollout.plan.stages[rollout.stage + 1]?.name ?? '');
}
