/** Where notices go. */
import type { Report } from '../core/report/report.ts';
import type { Rollout } from '../core/model/rollout.ts';
import type { Deployed } from '../core/review/deployed.ts';
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
}

/** A commit of which it may have changed whether it is live in an environment. */
export interface ShownCommit {
  /** Full. */
  readonly sha: string;
  /** The check that says so. */
  readonly check: string;
  /** The environment where all others lead: written for whoever may require it, elsewhere only where somebody asked for it. */
  readonly isLast: boolean;
  /** Which services count depends on the files that it changes. */
  readonly isSplit: boolean;
  /** As it is now. `paths`: the files that it changes; undefined: nobody knows, all services count. */
  readonly standing: (paths: readonly string[] | undefined) => Pick<Deployed, 'state' | 'title' | 'report'>;
  /** The newest commit of the state branch that moved it. */
  readonly commit: string;
}

export interface ShownState {
  readonly rollouts: readonly Shown[];
  readonly commits: readonly ShownCommit[];
}

export interface ShowOptions {
  readonly signal: AbortSignal;
  /** There may be no later look of this process. */
  readonly last: boolean;
  /** Another process showed something newer meanwhile, and may have been overwritten: nothing that is remembered counts. */
  readonly again: boolean;
}

export interface Channel {
  readonly name: string;
  /**
   * Shows rollouts as they stand now; a channel that has it gets all that moved since it was shown last at once, and no notices.
   * False: not all is shown yet (edits are rare on purpose): the same is asked again later.
   */
  readonly show?: (shown: ShownState, options: ShowOptions) => Promise<boolean>;
  /** Resolves when the other side has it; rejects to be tried again by a later tick. */
  send(notices: readonly Notice[], signal: AbortSignal): Promise<void>;
}
