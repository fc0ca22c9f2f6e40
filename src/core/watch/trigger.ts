/** A standing rule judged at one look: nothing is remembered between ticks but when it fired last, which was committed. */
import type { TriggerConfig } from '../model/config.ts';
import type { Action, MetricConfig } from '../model/metric.ts';
import type { Severity } from '../model/place.ts';
import type { Milliseconds } from '../model/time.ts';
import { printSpan } from '../report/words.ts';
import { lookAtBound, lookAtSpike } from './bound.ts';
import type { Looked, TriggerObservation, TriggerState } from './observation.ts';
import { lookAtProbes } from './probed.ts';

export interface TriggerVerdict {
  readonly trigger: string;
  readonly state: TriggerState;
  readonly because: string;
  /** What it asks for when it fires. */
  readonly action: Action;
  readonly severity: Severity;
  readonly tags: readonly string[];
  readonly seen: number | null;
  /** Nothing in all that was seen was outside: its alert may end. */
  readonly quiet: boolean;
}

export interface TriggerMemory {
  readonly now: Milliseconds;
  /** When it fired last, as committed. */
  readonly firedAt?: Milliseconds;
  /** Its metric as configured: unit and kind, for the sentence. */
  readonly metric?: Pick<MetricConfig, 'kind' | 'unit'>;
}

/** `observation` undefined: it could not be asked. Within `cooldown` of its last firing it is `cooling` instead of `firing`. */
export function judgeTrigger(
  trigger: TriggerConfig,
  observation: TriggerObservation | undefined,
  { now, firedAt, metric }: TriggerMemory,
): TriggerVerdict {
  const looked = lookAtTrigger(trigger, observation, metric);
  const left = firedAt === undefined ? 0 : firedAt + trigger.cooldown - now;
  const cooling = looked.state === 'firing' && left > 0;
  return {
    trigger: trigger.name,
    state: cooling ? 'cooling' : looked.state,
    because: cooling
      ? `${looked.because}; it fired already, again in ${printSpan(left)} at the earliest`
      : looked.because,
    action: actionOf(trigger),
    severity: trigger.severity,
    tags: trigger.tags,
    seen: looked.seen,
    quiet: looked.quiet,
  };
}

function lookAtTrigger(
  trigger: TriggerConfig,
  observation: TriggerObservation | undefined,
  metric: TriggerMemory['metric'],
): Looked {
  if (trigger.kind === 'metric' && observation?.type === 'slices') return lookAtBound(trigger, observation, metric);
  if (trigger.kind === 'spike' && observation?.type === 'slices') return lookAtSpike(trigger, observation, metric);
  if ((trigger.kind === 'health' || trigger.kind === 'dependency') && observation?.type === 'probes')
    return lookAtProbes(trigger, observation.probes);
  return { state: 'no-data', because: `${trigger.name} could not be asked`, seen: null, quiet: false };
}

/** Somebody else's outage is no reason to go back: a dependency only pauses. */
function actionOf(trigger: TriggerConfig): Action {
  if (trigger.kind !== 'dependency' || trigger.then === 'notify') return trigger.then;
  return 'pause';
}
