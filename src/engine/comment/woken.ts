/** What was started elsewhere for a command, and what could not be: whoever asked wants to know whether anything will happen. */
import type { Woken } from '../../core/rollout/input.ts';
import type { Rollout } from '../../core/model/rollout.ts';
import type { Waker, Wiring } from '../wiring.ts';

export interface Listening {
  readonly wiring: Wiring;
  /** Sentences, for the rollout as it stands. */
  readonly remarks: (rollout: Rollout | undefined) => readonly string[];
}

/** The same wiring, whose calls for jobs are listened to. `runUrl` is a run's page. */
export function listening(wiring: Wiring, runUrl: (id: string) => string): Listening {
  const heard: string[] = [];
  let failed: string | undefined;
  const hear = async (call: Promise<Woken>): Promise<Woken> => {
    try {
      const woken = await call;
      heard.push(
        `Started ${woken.workflow}${woken.run === undefined ? '' : ` (run ${woken.run}: ${runUrl(woken.run)})`}.`,
      );
      return woken;
    } catch (error) {
      failed = error instanceof Error ? error.message : String(error);
      throw error;
    }
  };
  const { wake } = wiring;
  const listened: Waker | undefined = wake && {
    stage: (rollout, stage) => hear(wake.stage(rollout, stage)),
    operation: (rollout, operation) => hear(wake.operation(rollout, operation)),
  };
  return {
    wiring: listened ? { ...wiring, wake: listened } : wiring,
    remarks: (rollout) => [
      ...heard,
      ...(heard.length > 0 ? [] : nothing(rollout, { failed, wakes: wake !== undefined })),
    ],
  };
}

/** Said where something waits for a job, and none was called. */
function nothing(
  rollout: Rollout | undefined,
  { failed, wakes }: { readonly failed: string | undefined; readonly wakes: boolean },
): readonly string[] {
  const open = rollout?.operations.find(({ state }) => state === 'pending');
  if (!rollout || (!open && rollout.hold?.kind !== 'job')) return [];
  if (failed !== undefined) return [`Nothing will start it (nothing-will-start): ${failed}`];
  const called = open?.wake ?? rollout.hold?.wake;
  if (called?.sent === true || (wakes && open === undefined)) return [];
  const needs = open?.needs.join(', ') ?? 'the job of its stage';
  return [`Nothing was started for it here: it waits for somebody who has ${needs === '' ? 'time' : needs}.`];
}
