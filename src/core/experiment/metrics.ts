/** What an experiment measures, as it is fixed in its document. */
import type { Config, ExperimentMetricConfig } from '../model/config.ts';
import type { ExperimentMetric } from '../model/experiment.ts';
import type { MetricConfig, MetricKind } from '../model/metric.ts';
import { isProblem, problem, type Problem } from '../flag/problem.ts';
import { directionOf } from './direction.ts';
import { isName } from '../model/names.ts';

/** The goal of an experiment that names none: what most are about. */
const USUAL_GOAL = 'conversion';

export interface Wanted {
  readonly goal: readonly string[];
  readonly guardrail: readonly string[];
  readonly secondary: readonly string[];
  /** The smallest effect of goals that is worth seeing, as a fraction; absent: as configured. */
  readonly effect?: number;
}

export interface Chosen {
  readonly metrics: readonly ExperimentMetric[];
  /** What was assumed, as sentences. */
  readonly assumed: readonly string[];
  /** Directions that only a name said: nobody must overlook them. */
  readonly directed: readonly string[];
}

const KINDS: Readonly<Record<MetricKind, ExperimentMetricConfig['kind'] | undefined>> = {
  proportion: 'proportion',
  mean: 'mean',
  count: 'count',
  histogram: 'quantile',
  value: undefined,
};

/** Columns and rows of files of numbers have these names. */
const TAKEN: readonly string[] = ['user', 'users', 'variant', 'metric', 'exposed', 'exposure'];

/** The metrics with what the configuration says of them; a name that it does not know is a share of users. */
export function metricsOf(config: Config, wanted: Wanted): Chosen | Problem {
  const goal = wanted.goal.length > 0 ? wanted.goal : [USUAL_GOAL];
  const named = [
    ...goal.map((text) => ({ ...saidOf(text), role: 'goal' as const })),
    ...wanted.guardrail.map((text) => ({ ...saidOf(text), role: 'guardrail' as const })),
    ...wanted.secondary.map((text) => ({ ...saidOf(text), role: 'secondary' as const })),
  ];
  const twice = named.find(({ name }, index) => named.findIndex((other) => other.name === name) !== index);
  if (twice) return problem('value-invalid', `the metric ${twice.name} is named twice: it has one role`);
  const metrics: ExperimentMetric[] = [];
  const assumed = wanted.goal.length > 0 ? [] : [`no --goal was given: it is ${USUAL_GOAL}`];
  const directed: string[] = [];
  for (const { name, role, better } of named) {
    const known = nameProblem(name) ?? configured(config, name);
    if (isProblem(known)) return known;
    const { effect, isAssumed = false, ...metric } = known.metric;
    if (role === 'guardrail' && isAssumed && better === undefined) return undirected(name);
    const direction = better ?? metric.better;
    if (!known.found) assumed.push(`${name} is in no configuration: a share of users, the ${direction} the better`);
    if (!known.found && !isAssumed && better === undefined)
      directed.push(`${name} is taken for a metric that shall fall, by its name (${name}:higher says otherwise)`);
    const least = role === 'goal' ? (wanted.effect ?? effect) : effect;
    metrics.push({ ...metric, better: direction, role, ...(least !== undefined && { effect: least }) });
  }
  return { metrics, assumed, directed };
}

/** `errors:lower` */
function saidOf(text: string): { readonly name: string; readonly better?: 'lower' | 'higher' } {
  const [name = '', better] = text.split(':');
  return better === 'lower' || better === 'higher' ? { name, better } : { name: text };
}

/** Why a metric cannot be called so. */
export function nameProblem(name: string): Problem | undefined {
  if (!isName(name) || Object.hasOwn(Object.prototype, name))
    return problem('value-invalid', `${name} cannot be a metric's name`);
  if (TAKEN.includes(name) || /\.(before|of)$/.test(name))
    return problem(
      'value-invalid',
      `${name} cannot be a metric's name: files of numbers have a column or row of that name`,
    );
  return undefined;
}

function undirected(name: string): Problem {
  return problem(
    'value-invalid',
    `which way is ${name} good? Say --guardrail ${name}:lower or ${name}:higher, or write \`better\` in experiments.metrics.${name}: a guardrail that is read the wrong way round guards nothing`,
  );
}

interface Known {
  readonly metric: ExperimentMetricConfig;
  readonly found: boolean;
}

function configured(config: Config, name: string): Known | Problem {
  const own = Object.hasOwn(config.experiments.metrics, name) ? config.experiments.metrics[name] : undefined;
  if (own) return { metric: own, found: true };
  const source = sourceMetric(config.metrics, name);
  if (!source || !answersByVariant(source.metric)) return { metric: unknown(name), found: false };
  const { metric, read } = source;
  const kind = KINDS[metric.kind];
  if (kind === undefined)
    return problem(
      'value-invalid',
      `${name} is a bare value, of which no variance is known: use a mean or a proportion`,
    );
  return {
    metric: { name, kind, better: metric.better, ...(kind === 'quantile' && { q: quantileOf(read) }) },
    found: true,
  };
}

/** Nothing is known but what the name says. */
function unknown(name: string): ExperimentMetricConfig {
  const better = directionOf(name);
  return { name, kind: 'proportion', better: better ?? 'higher', ...(better === undefined && { isAssumed: true }) };
}

/** A metric of a source, also with how it is read: `latency.p95`. */
function sourceMetric(
  metrics: Config['metrics'],
  name: string,
): { readonly metric: MetricConfig; readonly read?: string } | undefined {
  const whole = metrics[name];
  if (whole) return { metric: whole };
  const dot = name.lastIndexOf('.');
  const metric = dot > 0 ? metrics[name.slice(0, dot)] : undefined;
  return metric && { metric, read: name.slice(dot + 1) };
}

function answersByVariant({ queries }: MetricConfig): boolean {
  return Object.values(queries).every((query) => /\{\{\s*variant\s*\}\}/.test(query));
}

/** `p95` as 0.95; a histogram that is read in no way of its own is compared at its median. */
function quantileOf(read: string | undefined): number {
  const q = Number(/^p(\d+(?:\.\d+)?)$/.exec(read ?? '')?.[1]) / 100;
  return q > 0 && q < 1 ? q : 0.5;
}
