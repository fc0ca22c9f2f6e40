/** How many users an experiment needs before it can show what it looks for. */
import type { Experiment, ExperimentMetric } from '../model/experiment.ts';
import { minimumEffect, powerOf, sampleSizeMeans, sampleSizeProportions } from '../statistics/power.ts';
import { printCount } from '../report/words.ts';
import { printEffect } from './words.ts';

const USUAL_EFFECT = 0.1;
/** The chance to see an effect that is there. */
const POWER = 0.8;

export interface Forecast {
  readonly metric: string;
  /** In the metric's good direction: -0.1 for one that shall fall. */
  readonly effect: number;
  /** Users in each variant, with one look at the end; absent where the usual value is not known or the kind has no formula. */
  readonly users?: number;
  /** The same with looks at any time, which is how an experiment is decided. */
  readonly anytime?: number;
}

interface Level {
  readonly alpha: number;
  /** Users of two variants at which sequential intervals are tightest. */
  readonly tuning: number;
}

/** What every goal needs; the error level is shared over goals and treatments. */
export function forecasts({ metrics, variants, alpha }: Experiment, tuning: number): readonly Forecast[] {
  const goals = metrics.filter(({ role }) => role === 'goal');
  const shared = alpha / (goals.length * (variants.length - 1));
  return goals.map((metric) => forecast(metric, { alpha: shared, tuning }));
}

/** Users a variant for a two-sided test at alpha that sees the effect with 80 %. */
export function forecast(metric: ExperimentMetric, { alpha, tuning }: Level): Forecast {
  const { name, kind, better, usual, effect: least = USUAL_EFFECT } = metric;
  const effect = better === 'lower' ? -least : least;
  const users = usual && usersFor(kind, { usual, effect, alpha });
  const anytime = usual && users !== undefined ? anytimeUsers(kind, { usual, effect, alpha }, tuning) : undefined;
  return {
    metric: name,
    effect,
    ...(users !== undefined && { users }),
    ...(anytime !== undefined && { anytime }),
  };
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

function momentsOf(
  kind: ExperimentMetric['kind'],
  { mean, variance }: Sought['usual'],
): { readonly mean: number; readonly variance: number } {
  return { mean, variance: kind === 'proportion' ? mean * (1 - mean) : (variance ?? 0) };
}

const MOST_USERS = 2 ** 40;

/** The least users a variant at which one look at the sequence sees the effect; found between doublings. */
function anytimeUsers(
  kind: ExperimentMetric['kind'],
  { usual, effect, alpha }: Sought,
  tuning: number,
): number | undefined {
  const moments = momentsOf(kind, usual);
  const isEnough = (perArm: number): boolean => (powerOf({ ...moments, perArm, alpha, tuning, effect }) ?? 0) >= POWER;
  let most = 16;
  while (most < MOST_USERS && !isEnough(most)) most *= 2;
  if (!isEnough(most)) return undefined;
  let least = most / 2;
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    if (isEnough(middle)) most = middle;
    else least = middle;
  }
  return most;
}

interface Seen {
  readonly mean: number;
  readonly variance: number;
  readonly users: number;
}

/** The smallest relative effect that so many users a variant show with 80 %, with looks at any time. */
export function visibleEffect({ mean, variance, users }: Seen, { alpha, tuning }: Level): number | undefined {
  if (users < 2) return undefined;
  return minimumEffect({ mean, variance, perArm: users, alpha, tuning, power: POWER });
}

/** `needs 52,000 users a variant for +10% of conversion, looked at whenever you like (31,234 with one look planned in advance)` */
export function printForecast({ metric, effect, users, anytime }: Forecast): string {
  if (users === undefined)
    return `how many users ${metric} needs is not known: give it \`usual\` in experiments.metrics`;
  const sought = `${printEffect(effect)} of ${metric}`;
  const planned = `${printCount(users)} with one look planned in advance`;
  if (anytime === undefined) return `no number of users shows ${sought} at any look (${planned})`;
  return `needs ${printCount(anytime)} users a variant for ${sought}, looked at whenever you like (${planned})`;
}
