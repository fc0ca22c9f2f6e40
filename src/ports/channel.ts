/** Where notices go. */
import type { Report } from '../core/report/report.ts';
import type { Rollout } from '../core/model/rollout.ts';
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

/** A rollout that moved, as whoever shows it wants it: level, so that the same twice shows the same. */
export interface Shown {
  /** As it was when it was shown last; absent: it was not there. */
  readonly before?: Rollout;
  readonly after: Rollout;
  /** What people are told of it, of each commit in between. */
  readonly notices: readonly Notice[];
  /** The newest commit that moved it, and its time in ms. */
  readonly commit: string;
  readonly at: number;
  /** Where users reach the service. */
  readonly url?: string;
  /** No environment comes after its own. */
  readonly production: boolean;
  /** Whether the release's commit is live where users are (`sluice / deployed`); absent: nobody could say. */
  readonly deployed?: {
    readonly state: 'success' | 'queued' | 'in_progress' | 'action_required';
    readonly title: string;
    readonly report: Report;
  };
}

export interface Channel {
  readonly name: string;
  /**
   * Shows rollouts as they stand now; a channel that has it gets all that moved since it was shown last at once, and no notices.
   * False: not all is shown yet (edits are rare on purpose): the same is asked again later. `last`: there may be no later.
   */
  readonly show?: (
    rollouts: readonly Shown[],
    options: { readonly signal: AbortSignal; readonly last: boolean },
  ) => Promise<boolean>;
  /** Resolves when the other side has it; rejects to be tried again by a later tick. */
  send(notices: readonly Notice[], signal: AbortSignal): Promise<void>;
}
