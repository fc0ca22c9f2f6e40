/** Triggers have windows of their own, finer than a stage's: the last `for` or `window` in twelve slices of at least 1 s. */
import type { TriggerConfig } from '../model/config.ts';
import { type Milliseconds, SECOND } from '../model/time.ts';

const SLICES = 12;
/** How much a trigger without a duration reads: R-301's window. */
const MOMENT: Milliseconds = 10 * SECOND;
/** So much is looked at before an alert may end, however short the trigger's own period. */
const QUIET_SLICES = 6;

type MetricTrigger = Extract<TriggerConfig, { kind: 'metric' | 'spike' }>;

export interface Slices {
  readonly width: Milliseconds;
  /** How many make up the trigger's own period. */
  readonly period: number;
  /** How many are asked for. */
  readonly count: number;
}

export function slicesOf(trigger: MetricTrigger): Slices {
  const length = trigger.kind === 'spike' ? trigger.window : trigger.for;
  if (length <= 0) return { width: MOMENT, period: 1, count: QUIET_SLICES };
  const width = Math.max(SECOND, Math.ceil(length / SLICES));
  const period = Math.ceil(length / width);
  return { width, period, count: Math.max(period, QUIET_SLICES) };
}

/** Slices lie on multiples of their width: two ticks within one slice ask the same. The last one is closed and complete. */
export function sliceStart(slices: Slices, now: Milliseconds, delay: Milliseconds): Milliseconds {
  const end = Math.floor((now - delay) / slices.width) * slices.width;
  return end - slices.count * slices.width;
}
