/** The effect day by day, as it was known then: where events say when they happened. */
import type { ExperimentsConfig } from '../model/config.ts';
import type { Json } from '../model/document.ts';
import type { Experiment, ExperimentData } from '../model/experiment.ts';
import { type Milliseconds, toMilliseconds } from '../model/time.ts';
import type { Block, Series } from '../report/report.ts';
import { analyze } from './analysis.ts';

/** A treatment's effect on a goal when a day had ended; relative to the control, with its interval at any number of looks. */
export interface EffectThen {
  readonly until: string;
  readonly effect: number;
  readonly lower: number;
  readonly upper: number;
}

export interface EffectOverTime {
  readonly metric: string;
  readonly variant: string;
  readonly days: readonly EffectThen[];
}

/** Of the first goal, for each treatment, at its part of the error level as every look has it; days of which no relative effect can be said are left out. */
export function effectsOverTime(
  experiment: Experiment,
  days: readonly ExperimentData[],
  { now, config }: { readonly now: Milliseconds; readonly config: ExperimentsConfig },
): readonly EffectOverTime[] {
  const goal = experiment.metrics.find(({ role }) => role === 'goal');
  if (!goal) return [];
  const looks = days.map((data) => ({
    until: data.until,
    metric: analyze(experiment, data, { now, config }).metrics.find(({ name }) => name === goal.name),
  }));
  return experiment.variants.slice(1).map(([variant]) => ({
    metric: goal.name,
    variant,
    days: looks.flatMap(({ until, metric }): readonly EffectThen[] => {
      const effect = metric?.arms.find((arm) => arm.variant === variant)?.effect;
      if (!effect || effect.scale === 'absolute') return [];
      const { estimate, lower, upper } = effect;
      return [estimate, lower, upper].every(Number.isFinite) ? [{ until, effect: estimate, lower, upper }] : [];
    }),
  }));
}

/** A chart for each treatment of which two days are known. */
export function overTimeCharts(effects: readonly EffectOverTime[]): readonly Block[] {
  return effects.flatMap(({ metric, variant, days }): readonly Block[] => {
    if (days.length < 2) return [];
    const line = (name: string, read: (day: EffectThen) => number): Series => ({
      name,
      points: days.map((day) => [toMilliseconds(day.until), 100 * read(day)] as const),
    });
    const series = [
      line('upper', ({ upper }) => upper),
      line('effect', ({ effect }) => effect),
      line('lower', ({ lower }) => lower),
    ];
    return [{ type: 'chart', title: `${metric} of ${variant}, as it was known day by day`, unit: '%', series }];
  });
}

export function overTimeDetails(effects: readonly EffectOverTime[]): Json {
  return effects.map(({ metric, variant, days }) => ({ metric, variant, days: days.map((day) => ({ ...day })) }));
}
