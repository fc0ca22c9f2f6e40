/** An experiment for tests about its numbers. */
import type { Experiment, ExperimentMetric } from '../../../../src/core/model/experiment.ts';

export const CONVERSION: ExperimentMetric = { name: 'conversion', role: 'goal', kind: 'proportion', better: 'higher' };
export const REVENUE: ExperimentMetric = { name: 'revenue', role: 'secondary', kind: 'mean', better: 'higher' };
export const CLICKS: ExperimentMetric = { name: 'clicks', role: 'secondary', kind: 'ratio', better: 'higher' };
export const ERRORS: ExperimentMetric = { name: 'errors', role: 'guardrail', kind: 'count', better: 'lower' };
export const LATENCY: ExperimentMetric = {
  name: 'latency',
  role: 'guardrail',
  kind: 'quantile',
  better: 'lower',
  q: 0.95,
};

export function experimentWith(metrics: readonly ExperimentMetric[], rest: Partial<Experiment> = {}): Experiment {
  return {
    schemaVersion: 1,
    key: 'checkout',
    created: '2026-11-01T00:00:00.000Z',
    started: '2026-11-02T00:00:00.000Z',
    flag: 'checkout',
    environment: 'production',
    state: 'running',
    variants: [
      ['control', 50_000],
      ['treatment', 50_000],
    ],
    generation: 1,
    holdouts: [],
    metrics,
    alpha: 0.05,
    ...rest,
  };
}
