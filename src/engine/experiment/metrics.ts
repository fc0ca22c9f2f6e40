/** An experiment's numbers from the sources of metrics that tell variants apart. */
import type { Experiment, ExperimentData, ExperimentMetric, MetricSums } from '../../core/model/experiment.ts';
import { addSamples, type MetricConfig, type Sample } from '../../core/model/metric.ts';
import { MINUTE, SECOND, toInstant, toMilliseconds } from '../../core/model/time.ts';
import { experimentDataError, type ExperimentSource } from '../../ports/experiment-source.ts';
import type { MetricSource } from '../../ports/metric-source.ts';
import type { Wiring } from '../wiring.ts';

const QUESTION_TIME = 10 * SECOND;
/** An experiment is asked for in at most so many windows. */
const WINDOWS = 400;

/** The window up to which everything is asked, so that all variants and metrics speak of the same time. */
interface Span {
  readonly start: number;
  readonly width: number;
  readonly count: number;
}

interface Asked {
  readonly metric: ExperimentMetric;
  readonly config: MetricConfig;
  readonly source: MetricSource;
}

/**
 * Sums of the closed windows from the start to now (or to the stop). Users are what the metric `experiments.users` counts;
 * without it each metric's own total stands for them, and `from` says so. Rejects with `unreachable` where a source does not answer.
 */
export function metricsSource(wiring: Pick<Wiring, 'config' | 'sources' | 'clock'>): ExperimentSource {
  return {
    async read(experiment, signal) {
      const asked = experiment.metrics.flatMap((metric) => askable(wiring, metric) ?? []);
      if (asked.length === 0 || experiment.started === undefined) return undefined;
      const span = spanOf(experiment, { asked, now: wiring.clock.now() });
      if (span.count === 0) return undefined;
      const users = usersMetric(wiring);
      const variants = await Promise.all(
        experiment.variants.map(async ([variant]) => {
          const question = { experiment, variant, span, signal };
          const [count, ...sums] = await Promise.all([
            users ? ask(users, question) : undefined,
            ...asked.map((one) => ask(one, question)),
          ]);
          return [
            variant,
            armOf({ asked, sums, users: count?.kind === 'count' ? whole(count.count) : undefined }),
          ] as const;
        }),
      );
      return dataOf({ variants, asked, users, until: span.start + span.width * span.count });
    },
  };
}

interface Answered {
  readonly variants: readonly (readonly [string, ExperimentData['variants'][string]])[];
  readonly asked: readonly Asked[];
  readonly users: unknown;
  readonly until: number;
}

function dataOf({ variants, asked, users, until }: Answered): ExperimentData | undefined {
  if (variants.every(([, { metrics }]) => Object.keys(metrics).length === 0)) return undefined;
  const names = [...new Set(asked.map(({ config }) => config.source))].join(', ');
  return {
    from: `source ${names}${users === undefined ? " (users are the metrics' own totals)" : ''}`,
    until: toInstant(until),
    variants: Object.fromEntries(variants),
    crossed: 0,
  };
}

function askable({ config, sources }: Pick<Wiring, 'config' | 'sources'>, metric: ExperimentMetric): Asked | undefined {
  const named = config.metrics[metric.name];
  const source = named && sources.get(named.source);
  return source && tellsVariants(named) ? { metric, config: named, source } : undefined;
}

function tellsVariants({ queries }: MetricConfig): boolean {
  return Object.values(queries).some((query) => query.includes('{{variant}}'));
}

function usersMetric({ config, sources }: Pick<Wiring, 'config' | 'sources'>): Omit<Asked, 'metric'> | undefined {
  const named = config.metrics[config.experiments.users ?? ''];
  const source = named && sources.get(named.source);
  return source && { config: named, source };
}

/** Whole minutes from the start, as few windows as the limit asks for; the slowest metric's delay holds all back. */
function spanOf(
  { started = '', stopped }: Experiment,
  { asked, now }: { readonly asked: readonly Asked[]; readonly now: number },
): Span {
  const start = toMilliseconds(started);
  const closed = now - Math.max(...asked.map(({ config }) => config.delay));
  const end = stopped === undefined ? closed : Math.min(closed, toMilliseconds(stopped));
  const width = MINUTE * Math.max(1, Math.ceil((end - start) / WINDOWS / MINUTE));
  return { start, width, count: Math.max(0, Math.floor((end - start) / width)) };
}

interface Question {
  readonly experiment: Experiment;
  readonly variant: string;
  readonly span: Span;
  readonly signal: AbortSignal;
}

async function ask(
  { config, source }: Omit<Asked, 'metric'>,
  { experiment, variant, span, signal }: Question,
): Promise<Sample | null> {
  const labels = { environment: experiment.environment, variant };
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(QUESTION_TIME)]);
  const samples = await source.read({ metric: config, labels, ...span, signal: bounded }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw experimentDataError('unreachable', `${config.source}: ${config.name} of ${variant}: ${why}`);
  });
  return samples.reduce(addSamples, null);
}

interface Arm {
  readonly asked: readonly Asked[];
  readonly sums: readonly (Sample | null | undefined)[];
  readonly users: number | undefined;
}

function armOf({ asked, sums, users }: Arm): ExperimentData['variants'][string] {
  const metrics = asked.flatMap(({ metric }, index): readonly (readonly [string, MetricSums])[] => {
    const found = sumsOf(metric, sums[index] ?? null);
    return found ? [[metric.name, found]] : [];
  });
  const totals = metrics.map(([, sum]) => ('n' in sum ? sum.n : 0));
  return { users: users ?? Math.max(0, ...totals), metrics: Object.fromEntries(metrics) };
}

/** A source's sample as the sums of the experiment's kind; undefined: it cannot be read so (a mean needs its sum of squares). */
function sumsOf({ kind }: Pick<ExperimentMetric, 'kind'>, sample: Sample | null): MetricSums | undefined {
  if (!sample) return undefined;
  if (kind === 'proportion' && sample.kind === 'proportion')
    return { kind, n: whole(sample.total), successes: Math.min(whole(sample.bad), whole(sample.total)) };
  if (kind === 'mean' && sample.kind === 'mean' && sample.sumSquares !== undefined)
    return { kind, n: whole(sample.n), sum: sample.sum, sumSquares: sample.sumSquares };
  if (kind === 'count' && sample.kind === 'count') return { kind, count: whole(sample.count) };
  if (kind === 'quantile' && sample.kind === 'histogram')
    return { kind, bounds: sample.bounds, counts: sample.counts.map(whole) };
  return undefined;
}

/** Prometheus' `increase` extrapolates, so that its counts are no whole numbers. */
function whole(count: number): number {
  return Math.max(0, Math.round(count));
}
