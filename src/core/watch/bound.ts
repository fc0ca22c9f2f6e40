/** Metric and spike triggers: what their slices say. */
import { readSample, sizeOf } from '../judge/read.ts';
import { type Reading, nameReading, printBound, printReading, printSeen } from '../judge/wording.ts';
import type { TriggerConfig } from '../model/config.ts';
import { type MetricConfig, type Sample, addSamples } from '../model/metric.ts';
import { printCount, printSpan } from '../report/words.ts';
import type { Looked, TriggerObservation } from './observation.ts';
import { slicesOf } from './slices.ts';

type MetricTrigger = Extract<TriggerConfig, { kind: 'metric' }>;
type SpikeTrigger = Extract<TriggerConfig, { kind: 'spike' }>;
type Slices = Extract<TriggerObservation, { type: 'slices' }>;
type Metric = Pick<MetricConfig, 'kind' | 'unit'> | undefined;

/**
 * Fires when every slice of the period that has numbers is outside of the bound, at least half of them have numbers, and
 * there are `min-samples` in all (of metrics that count events).
 */
export function lookAtBound(trigger: MetricTrigger, { samples, width }: Slices, metric?: Metric): Looked {
  const reading = readingOf(trigger, samples, metric);
  const values = samples.map((sample) => readSample(sample, trigger.read, width));
  const { period } = slicesOf(trigger);
  const recent = values.slice(-period).filter((value) => value !== null);
  const seen = recent.at(-1) ?? null;
  if (seen === null) return silence(trigger.metric);
  const outside = (value: number): boolean => isOutside(trigger, value);
  const lasting = recent.every(outside) && recent.length * 2 >= period;
  const enough = sizes(samples.slice(-period)) >= trigger.minSamples || !countsEvents(samples);
  const state = lasting && enough ? 'firing' : outside(seen) ? 'breaching' : 'ok';
  const long = trigger.for > 0 ? ` for ${printSpan(trigger.for)}` : '';
  const few = lasting && !enough ? `; ${printCount(sizes(samples.slice(-period)))} samples are too few` : '';
  return {
    state,
    seen,
    because: `${nameReading(reading)} ${printReading(seen, reading)}, limit ${limitOf(trigger, reading)}${long}${few}`,
    quiet: values.every((value) => value === null || !outside(value)),
  };
}

/** Fires when the level over the whole window is more than `increase` above the baseline, with at least so many bad events. */
export function lookAtSpike(trigger: SpikeTrigger, { samples, width }: Slices, metric?: Metric): Looked {
  const window = samples.slice(-slicesOf(trigger).period);
  const sum = window.reduce<Sample | null>(addSamples, null);
  const span = width * window.filter((sample) => sample !== null).length;
  const seen = readSample(sum, undefined, span);
  if (seen === null)
    return sum
      ? { state: 'ok', because: `${trigger.metric}: nothing came in`, seen, quiet: true }
      : silence(trigger.metric);
  const reading = readingOf(trigger, samples, metric);
  const limit = trigger.baseline * (1 + trigger.increase);
  const outside = seen > limit;
  const because =
    `${nameReading(reading)} ${printSeen(seen, sum, reading)} in ${printSpan(trigger.window)}, ` +
    `usually ${printBound(trigger.baseline, reading)}, a spike above ${printBound(limit, reading)}`;
  if (!outside) return { state: 'ok', because, seen, quiet: true };
  const enough = badEvents(sum) >= trigger.atLeast;
  return enough
    ? { state: 'firing', because, seen, quiet: false }
    : { state: 'breaching', because: `${because}; fewer than ${trigger.atLeast} errors`, seen, quiet: false };
}

/** The bound itself is inside: `above 10%` fires at more than 10 %. */
function isOutside({ above, below }: MetricTrigger, value: number): boolean {
  return (above !== undefined && value > above) || (below !== undefined && value < below);
}

function limitOf({ above, below }: MetricTrigger, reading: Reading): string {
  return printBound(above ?? below ?? 0, reading);
}

function readingOf(
  trigger: MetricTrigger | SpikeTrigger,
  samples: readonly (Sample | null)[],
  metric: Metric,
): Reading {
  const kind = metric?.kind ?? samples.find((sample) => sample !== null)?.kind ?? 'value';
  const read = trigger.kind === 'metric' ? trigger.read : undefined;
  const unit = metric?.unit;
  return { metric: trigger.metric, kind, ...(read !== undefined && { read }), ...(unit !== undefined && { unit }) };
}

function silence(metric: string): Looked {
  return { state: 'no-data', because: `nothing is known of ${metric}`, seen: null, quiet: false };
}

function sizes(samples: readonly (Sample | null)[]): number {
  return samples.reduce((sum, sample) => sum + (sizeOf(sample) ?? 0), 0);
}

function countsEvents(samples: readonly (Sample | null)[]): boolean {
  return samples.some((sample) => sample !== null && sizeOf(sample) !== null);
}

function badEvents(sample: Sample | null): number {
  if (sample?.kind === 'proportion') return sample.bad;
  return sample?.kind === 'count' ? sample.count : Number.POSITIVE_INFINITY;
}
