/** An experiment that runs for two days, and looks at its numbers. */
import { analyze } from '../../../src/core/experiment/analysis.ts';
import type { Analysis } from '../../../src/core/experiment/results.ts';
import type { ExperimentsConfig } from '../../../src/core/model/config.ts';
import type { Experiment, ExperimentData, ExperimentMetric, MetricSums } from '../../../src/core/model/experiment.ts';
import { DAY, toInstant } from '../../../src/core/model/time.ts';
import { experimentsConfig, START } from './given.ts';

export const config: ExperimentsConfig = experimentsConfig().experiments;
export const NOW: number = START + 2 * DAY;

export const conversion: ExperimentMetric = { name: 'conversion', role: 'goal', kind: 'proportion', better: 'higher' };

export function running(
  metrics: readonly ExperimentMetric[] = [conversion],
  names: readonly string[] = ['control', 'treatment'],
): Experiment {
  const weight = 100_000 / names.length;
  return {
    schemaVersion: 1,
    key: 'checkout',
    created: toInstant(START),
    flag: 'checkout',
    environment: 'production',
    state: 'running',
    started: toInstant(START),
    variants: names.map((name) => [name, weight] as const),
    generation: 1,
    holdouts: [],
    metrics,
    alpha: 0.05,
  };
}

export function dataOf(
  variants: Readonly<Record<string, readonly [number, Readonly<Record<string, MetricSums>>]>>,
): ExperimentData {
  return {
    from: 'events',
    until: toInstant(NOW),
    crossed: 0,
    variants: Object.fromEntries(
      Object.entries(variants).map(([name, [users, metrics]]) => [name, { users, metrics }]),
    ),
  };
}

export function look(experiment: Experiment, data: ExperimentData, now: number = NOW): Analysis {
  return analyze(experiment, data, { now, config });
}

export function firstArm(analysis: Analysis): Analysis['metrics'][number]['arms'][number] {
  const arm = analysis.metrics[0]?.arms[0];
  if (!arm) throw new Error('no arm');
  return arm;
}

/** mulberry32: the same draws on every machine. */
export function seeded(from: number): () => number {
  let seed = from;
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
