/** Standing rules on a recorded series: those on metrics; probes and other services' pages have no series. */
import type { Config, TriggerConfig } from '../model/config.ts';
import { type MetricConfig, type Sample, addSamples } from '../model/metric.ts';
import type { Rollout } from '../model/rollout.ts';
import { type Milliseconds, printDuration, toMilliseconds } from '../model/time.ts';
import type { Fired } from '../rollout/input.ts';
import { sliceStart, slicesOf } from '../watch/slices.ts';
import { hasTraffic } from '../watch/target.ts';
import { judgeTrigger } from '../watch/trigger.ts';
import { samplesIn } from './answers.ts';
import type { Series } from './series.ts';

type Computed = Extract<TriggerConfig, { kind: 'metric' | 'spike' }>;

/** The triggers that the series has numbers for, and why others are left out. */
export interface Computable {
  readonly triggers: readonly { readonly trigger: Computed; readonly metric: MetricConfig }[];
  readonly remarks: readonly string[];
}

export function computable(config: Config, series: Series): Computable {
  const triggers: { readonly trigger: Computed; readonly metric: MetricConfig }[] = [];
  const remarks: string[] = [];
  for (const trigger of config.triggers) {
    if (trigger.kind !== 'metric' && trigger.kind !== 'spike') continue;
    const metric = config.metrics[trigger.metric];
    const own = series.metrics[trigger.metric]?.candidate;
    if (!metric || !own) continue;
    const { width } = slicesOf(trigger);
    // Half of the slices must have numbers (`lookAtBound`): twice as coarse is the most.
    if (own.step <= 2 * width) triggers.push({ trigger, metric });
    else
      remarks.push(
        `trigger ${trigger.name} is left out: it reads slices of ${printDuration(width)}, the series has ${printDuration(own.step)}`,
      );
  }
  const others = config.triggers.filter(({ kind }) => kind === 'health' || kind === 'dependency');
  if (others.length > 0)
    remarks.push(`left out, as they ask and read nothing: ${others.map(({ name }) => name).join(', ')}`);
  return { triggers, remarks };
}

/** Which of them fire on the candidate at a moment; within its cooldown none does again. */
export function firedAt(
  { triggers }: Computable,
  { series, rollout, now }: { readonly series: Series; readonly rollout: Rollout; readonly now: Milliseconds },
): readonly Fired[] {
  if (!hasTraffic(rollout)) return [];
  return triggers.flatMap(({ trigger, metric }) => {
    const slices = slicesOf(trigger);
    const { width, count } = slices;
    const start = sliceStart(slices, now, metric.delay);
    if (start + width * count > series.until) return [];
    const samples = seenOf(series, metric, { start, width, count });
    const last = rollout.fired[trigger.name];
    const { state, action, because } = judgeTrigger(
      trigger,
      { type: 'slices', samples, width, until: start + width * count },
      { now, metric, ...(last !== undefined && { firedAt: toMilliseconds(last) }) },
    );
    return state === 'firing' ? [{ trigger: trigger.name, action, because }] : [];
  });
}

/** A metric that tells versions apart is the candidate's alone, any other is everybody's. */
function seenOf(
  { metrics }: Series,
  { name, perVersion }: MetricConfig,
  range: Parameters<typeof samplesIn>[1],
): readonly (Sample | null)[] {
  const { candidate, stable } = metrics[name] ?? {};
  const own = candidate ? samplesIn(candidate, range) : [];
  if (perVersion || !stable) return own;
  return samplesIn(stable, range).map((sample, index) => addSamples(sample, own[index] ?? null));
}
