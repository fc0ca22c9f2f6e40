/** What was started elsewhere for a command, and what could not be: whoever asked wants to know whether anything will happen. */
import { hasEnded, type Woken } from '../../core/rollout/input.ts';
import type { Rollout } from '../../core/model/rollout.ts';
import { isOurs } from '../ours.ts';
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
    tick: () => hear(wake.tick()),
  };
  return {
    wiring: listened ? { ...wiring, wake: listened } : wiring,
    remarks: (rollout) => (heard.length > 0 ? heard : nothing(wiring, rollout, failed)),
  };
}

/** Said where nobody here moves it, or it waits for a job, and none was called. */
function nothing(wiring: Wiring, rollout: Rollout | undefined, failed: string | undefined): readonly string[] {
  if (!rollout || hasEnded(rollout)) return [];
  if (failed !== undefined) return [`nothing-will-start: no job could be started for it. ${failed}`];
  const open = rollout.operations.find(({ state }) => state === 'pending');
  const called = open?.wake ?? rollout.hold?.wake;
  if (called?.sent === true || (isOurs(wiring, rollout) && !open && rollout.hold?.kind !== 'job')) return [];
  const needs = open?.needs.join(', ') ?? '';
  return [`Nothing was started for it here: it waits for somebody who has ${needs === '' ? 'what it needs' : needs}.`];
}
