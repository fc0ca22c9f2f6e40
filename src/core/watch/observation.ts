/** What a look at a trigger's metric or probe gave. */
import type { Sample } from '../model/metric.ts';
import type { Milliseconds } from '../model/time.ts';

export interface ProbeSeen {
  readonly ok: boolean;
  readonly detail: string;
  readonly at: Milliseconds;
}

/** Slices in order of time, the last one ends at `until`; or a burst of probes. */
export type TriggerObservation =
  | {
      readonly type: 'slices';
      readonly samples: readonly (Sample | null)[];
      readonly width: Milliseconds;
      readonly until: Milliseconds;
    }
  | { readonly type: 'probes'; readonly probes: readonly ProbeSeen[] };

export const TRIGGER_STATES = ['ok', 'breaching', 'firing', 'cooling', 'no-data'] as const;
/** `breaching`: outside of its bound, not for long enough. `cooling`: it would fire, and did so a short time ago. */
export type TriggerState = (typeof TRIGGER_STATES)[number];

/** What one look says, before time-outs between firings are counted in. */
export interface Looked {
  readonly state: 'ok' | 'breaching' | 'firing' | 'no-data';
  readonly because: string;
  readonly seen: number | null;
  /** Nothing in all that was seen was outside: an alert may end. */
  readonly quiet: boolean;
}
