/** Where notices go. */
import type { Report } from '../core/report/report.ts';
import type { Severity } from '../core/model/place.ts';

/** What happened, derived from (before, after) of a commit; sent at least once. */
export interface Notice {
  /** `started`, `waiting`, `failed`, `rolled-back`, `completed`, `alert`, `flag`, ... */
  readonly event: string;
  readonly severity: Severity;
  readonly subject: string;
  readonly title: string;
  readonly report: Report;
  /** Messages about the same thing are found again by it. */
  readonly marker: string;
  readonly commit: string;
  readonly at: number;
}

export interface Channel {
  readonly name: string;
  /** Resolves when the other side has it; rejects to be tried again by a later tick. */
  send(notices: readonly Notice[], signal: AbortSignal): Promise<void>;
}
