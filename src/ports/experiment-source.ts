/** Where the numbers of an experiment come from: a file, events that were sent, sources of metrics. */
import type { Code } from '../core/model/code.ts';
import type { Experiment, ExperimentData } from '../core/model/experiment.ts';

export interface ExperimentSource {
  /**
   * What is known of the experiment now; undefined: nothing, ask another. Rejects with an `ExperimentDataError` where something
   * is there and cannot be read: it is never read in part.
   */
  read(experiment: Experiment, signal: AbortSignal): Promise<ExperimentData | undefined>;
  /** What was known at the end of each day so far, oldest first; absent where the source cannot say. Rejects as `read` does. */
  days?(experiment: Experiment, signal: AbortSignal): Promise<readonly ExperimentData[]>;
}

/** `data-invalid`, `file-unreadable`, `unreachable`; the message is one line: what, where, what to do. */
export interface ExperimentDataError extends Error {
  readonly code: Code;
}

export function experimentDataError(code: Code, message: string): ExperimentDataError {
  return Object.assign(new Error(message), { name: 'ExperimentDataError', code });
}
