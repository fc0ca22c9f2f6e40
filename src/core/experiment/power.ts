/** `experiment power`: how many users it takes, of an experiment's goals or of numbers (R-604). */
import { answer, type Decision, refuse } from '../decision.ts';
import { parseQuantity } from '../config/quantity.ts';
import { refuseFor, textOf } from '../flag/command-frame.ts';
import { isProblem, problem, type Problem } from '../flag/problem.ts';
import type { Experiment, ExperimentData, ExperimentMetric, MetricSums } from '../model/experiment.ts';
import { WHOLE } from '../model/weight.ts';
import type { Block, Column, Report } from '../report/report.ts';
import { plural, printCount } from '../report/words.ts';
import type { Room } from '../rollout/room.ts';
import { countsAsMoments, meanOf, type Moments, varianceOf } from '../statistics/moments.ts';
import { findExperiment } from './find.ts';
import { type Forecast, forecast, forecasts, printForecast, visibleEffect } from './forecast.ts';
import { tuningOf } from './measure.ts';
import { dataProblem } from './sums.ts';
import { controlOf, printEffect } from './words.ts';

interface Needed {
  readonly forecasts: readonly Forecast[];
  readonly variants: number;
  readonly alpha: number;
  /** The smallest effects that the users there are show, by metric. */
  readonly visible: Readonly<Record<string, number>>;
}

export function power(room: Room): Decision {
  if (room.command.options['effect'] === 0)
    return refuse(
      'value-invalid',
      '--effect 0%: an effect of nothing is never seen; say the smallest one worth seeing',
    );
  const key = textOf(room.command.args['key']);
  if (key === undefined && room.command.options['usual'] !== undefined) return told(room, ofNumbers(room));
  const found = findExperiment(room.state, key);
  return found.ok ? told(room, ofExperiment(room, found.experiment)) : found.refusal;
}

function ofExperiment({ state, facts, command }: Room, experiment: Experiment): Needed | Problem {
  const tuning = experiment.tuning ?? tuningOf(state.config.experiments);
  const usual = usualOf(command.options);
  if (usual && isProblem(usual)) return usual;
  const least = effectOf(command.options['effect']);
  const asked: Experiment = {
    ...experiment,
    metrics: experiment.metrics.map((metric) => ({
      ...metric,
      ...(least !== undefined && { effect: least }),
      ...(usual && { usual: usual.usual }),
    })),
  };
  const { alpha, variants, key, decision } = experiment;
  const data = facts.experiments?.[key] ?? decision?.data;
  return {
    forecasts: forecasts(asked, tuning),
    variants: variants.length,
    alpha,
    visible: data && !dataProblem(experiment, data) ? visibleIn(experiment, data, tuning) : {},
  };
}

/** What the users of the smallest variant show of each goal, as the control varies. */
function visibleIn(experiment: Experiment, data: ExperimentData, tuning: number): Readonly<Record<string, number>> {
  const goals = experiment.metrics.filter(({ role }) => role === 'goal');
  const alpha = experiment.alpha / (goals.length * (experiment.variants.length - 1));
  const users = Math.min(...experiment.variants.map(([name]) => data.variants[name]?.users ?? 0));
  const seen = goals.flatMap(({ name }) => {
    const sums = data.variants[controlOf(experiment)]?.metrics[name];
    const moments = sums && momentsOf(sums);
    const [mean, variance] = moments ? [meanOf(moments), varianceOf(moments)] : [];
    if (mean === undefined || variance === undefined) return [];
    const effect = visibleEffect({ mean, variance, users }, { alpha, tuning });
    return effect === undefined ? [] : [[name, effect] as const];
  });
  return Object.fromEntries(seen);
}

function momentsOf(sums: MetricSums): Moments | undefined {
  if (sums.kind === 'proportion') return countsAsMoments(sums);
  return sums.kind === 'mean' ? sums : undefined;
}

function ofNumbers({ state, command }: Room): Needed | Problem {
  const { minUsers, alpha } = state.config.experiments;
  const usual = usualOf(command.options);
  if (!usual) return problem('value-invalid', 'say what is usual: --usual 5%');
  if (isProblem(usual)) return usual;
  const variants = Number(command.options['variants'] ?? 2);
  if (variants < 2) return problem('value-invalid', '--variants: an experiment compares at least two');
  const effect = effectOf(command.options['effect']);
  const metric: ExperimentMetric = {
    name: 'the metric',
    role: 'goal',
    better: 'higher',
    kind: usual.kind,
    usual: usual.usual,
    ...(effect !== undefined && { effect }),
  };
  const one = forecast(metric, { alpha: alpha / (variants - 1), tuning: tuningOf({ minUsers }) });
  return { forecasts: [one], variants, alpha, visible: {} };
}

function effectOf(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value / WHOLE : undefined;
}

interface Usual {
  readonly kind: 'proportion' | 'mean';
  readonly usual: NonNullable<ExperimentMetric['usual']>;
}

/** A share is a proportion; a plain number is a mean, and needs its variance. */
function usualOf(options: Room['command']['options']): Usual | Problem | undefined {
  const text = textOf(options['usual']);
  if (text === undefined) return undefined;
  const quantity = parseQuantity(text);
  const variance = textOf(options['variance']);
  if (quantity?.unit === 'percent' && quantity.number > 0 && quantity.number < 100)
    return { kind: 'proportion', usual: { mean: quantity.number / 100 } };
  if (quantity?.unit !== 'plain' || quantity.number === 0)
    return problem('value-invalid', `--usual ${text}: a share such as 5%, or a number with --variance`);
  const spread = Number(variance);
  if (variance === undefined || !(spread > 0) || !Number.isFinite(spread))
    return problem('value-invalid', `--usual ${text} is a mean: say --variance too, a number above 0`);
  return { kind: 'mean', usual: { mean: quantity.number, variance: spread } };
}

function told(room: Room, needed: Needed | Problem): Decision {
  if (isProblem(needed)) return refuseFor(needed);
  const perDay = Number(room.command.options['users'] ?? 0);
  const days = (users: number | undefined): number | null =>
    perDay > 0 && users !== undefined ? Math.ceil((users * needed.variants) / perDay) : null;
  const visible = Object.entries(needed.visible).map(
    ([name, effect]) => `now ±${printEffect(effect).slice(1)} of ${name} would show`,
  );
  const summary = [
    ...needed.forecasts.map((one) => {
      const length = days(one.anytime);
      return `${printForecast(one)}${length === null ? '' : `, ${plural(length, 'day')} of ${printCount(perDay)} users`}`;
    }),
    ...visible,
  ].join('; ');
  const details = {
    alpha: needed.alpha,
    power: 0.8,
    variants: needed.variants,
    needs: needed.forecasts.map((one) => ({
      metric: one.metric,
      effect: one.effect,
      users: one.users ?? null,
      anytime: one.anytime ?? null,
      days: days(one.anytime),
    })),
    visible: needed.visible,
  };
  return answer(summary, details, reportOf(needed, days));
}

function reportOf(
  { forecasts: all, visible, alpha }: Needed,
  days: (users: number | undefined) => number | null,
): Report {
  const columns: readonly Column[] = [
    { title: 'metric' },
    ...['effect', 'users a variant, looks at any time', 'one look planned in advance', 'days', 'shows now'].map(
      (title) => ({
        title,
        align: 'right' as const,
      }),
    ),
  ];
  const rows = all.map(({ metric, effect, users, anytime }) => [
    metric,
    printEffect(effect),
    anytime === undefined ? 'not known' : printCount(anytime),
    users === undefined ? '' : printCount(users),
    String(days(anytime) ?? ''),
    visible[metric] === undefined ? '' : `±${printEffect(visible[metric]).slice(1)}`,
  ]);
  const level = `An effect that is there is seen 8 times in 10; one that is not in at most ${Number((alpha * 100).toPrecision(3))}% of experiments.`;
  const blocks: readonly Block[] = [
    { type: 'table', columns, rows },
    { type: 'text', text: level },
  ];
  return { blocks };
}
