/** How many users an experiment needs before it can show what it looks for. */
import type { ExperimentMetric } from '../model/experiment.ts';
import { sampleSizeMeans, sampleSizeProportions } from '../statistics/power.ts';
import { printCount } from '../report/words.ts';
import { printEffect } from './words.ts';

export const USUAL_EFFECT = 0.1;
/** The chance to see an effect that is there. */
export const POWER = 0.8;

export interface Forecast {
  readonly metric: string;
  /** In the metric's good direction: -0.1 for one that shall fall. */
  readonly effect: number;
  /** Users in each variant, with one look at the end; absent where the usual value is not known or the kind has no formula. */
  readonly users?: number;
}

/** Users a variant for a two-sided test at alpha with one look at the end. */
export function forecast(metric: ExperimentMetric, alpha: number): Forecast {
  const { name, kind, better, usual, effect: least = USUAL_EFFECT } = metric;
  const effect = better === 'lower' ? -least : least;
  const users = usual && usersFor(kind, { usual, effect, alpha });
  return { metric: name, effect, ...(users !== undefined && { users }) };
}

interface Sought {
  readonly usual: NonNullable<ExperimentMetric['usual']>;
  readonly effect: number;
  readonly alpha: number;
}

function usersFor(kind: ExperimentMetric['kind'], { usual, effect, alpha }: Sought): number | undefined {
  const { mean, variance } = usual;
  if (kind === 'proportion') {
    const p2 = mean * (1 + effect);
    return p2 <= 0 || p2 >= 1 ? undefined : sampleSizeProportions({ p1: mean, p2, alpha, power: POWER });
  }
  const hasVariance = (kind === 'mean' || kind === 'ratio') && variance !== undefined && variance > 0;
  if (!hasVariance || mean === 0) return undefined;
  return sampleSizeMeans({ variance, delta: Math.abs(mean * effect), alpha, power: POWER });
}

/** `needs 31,234 users a variant for +10% of conversion` */
export function printForecast({ metric, effect, users }: Forecast): string {
  if (users !== undefined) return `needs ${printCount(users)} users a variant for ${printEffect(effect)} of ${metric}`;
  return `how many users ${metric} needs is not known: give it \`usual\` in experiments.metrics`;
}
