/** The phase of a whole AnalysisRun, and what is wrong with its metrics before it begins. */
import { type ArgoMeasurement, type ArgoMetric, type ArgoMetricResult, type ArgoPhase, argoMetric } from './argo.ts';

export interface ArgoAnalysis {
  readonly metrics: readonly ArgoMetric[];
  /** By the metric's name, in order. */
  readonly measurements: Readonly<Record<string, readonly ArgoMeasurement[]>>;
  /** Regular expressions over metric names: these are counted by themselves and decide nothing. */
  readonly dryRun?: readonly string[];
  /** Somebody asked the run to end. */
  readonly terminate?: boolean;
}

export interface ArgoResult {
  readonly phase: ArgoPhase;
  readonly message?: string;
  readonly metrics: readonly ArgoMetricResult[];
}

const FROM_BEST_TO_WORST: readonly ArgoPhase[] = [
  'Successful',
  'Running',
  'Pending',
  'Inconclusive',
  'Error',
  'Failed',
];
const BAD: ReadonlySet<ArgoPhase> = new Set(['Inconclusive', 'Error', 'Failed']);
const OPEN: ReadonlySet<ArgoPhase> = new Set(['Running', 'Pending']);

/**
 * The phase of a run: the worst of its metrics once none goes on. The first metric outside the dry run that is Failed, Error or
 * Inconclusive ends its siblings: what is not in flight is then Successful, or what its count says. A wrong spec is Error, as in the
 * original; so is a dry-run rule that matches no metric. A run of dry-run metrics alone is Successful.
 */
export function argoAnalysis({ metrics, measurements, dryRun = [], terminate = false }: ArgoAnalysis): ArgoResult {
  const problem = argoProblems(metrics)[0] ?? wrongRule(metrics, dryRun);
  if (problem !== undefined) return { phase: 'Error', message: problem, metrics: [] };
  const rules = dryRun.map((rule) => new RegExp(rule));
  const assessAll = (terminating: boolean): readonly ArgoMetricResult[] =>
    metrics.map((metric) => {
      const own = Object.hasOwn(measurements, metric.name) ? (measurements[metric.name] ?? []) : [];
      return argoMetric(metric, own, { terminating, dryRun: rules.some((rule) => rule.test(metric.name)) });
    });
  const first = assessAll(terminate);
  const ends = first.some(({ phase, dryRun: shown }) => !shown && BAD.has(phase));
  const results = ends && !terminate ? assessAll(true) : first;
  if (results.some(({ phase }) => OPEN.has(phase))) return { phase: 'Running', metrics: results };
  const [worst] = results
    .filter((result) => !result.dryRun)
    .toSorted((one, other) => FROM_BEST_TO_WORST.indexOf(other.phase) - FROM_BEST_TO_WORST.indexOf(one.phase));
  if (worst === undefined || worst.phase === 'Successful') return { phase: 'Successful', metrics: results };
  const message = `Metric "${worst.name}" assessed ${worst.phase}${worst.message ? ` due to ${worst.message}` : ''}`;
  return { phase: worst.phase, message, metrics: results };
}

function wrongRule(metrics: readonly ArgoMetric[], dryRun: readonly string[]): string | undefined {
  for (const [index, rule] of dryRun.entries()) {
    const expression = compile(rule);
    if (!expression) return `dryRun[${index}]: ${rule} is no regular expression`;
    if (!metrics.some(({ name }) => expression.test(name)))
      return `dryRun[${index}]: Rule didn't match any metric name(s)`;
  }
  return undefined;
}

function compile(rule: string): RegExp | undefined {
  try {
    return new RegExp(rule);
  } catch {
    return undefined;
  }
}

/** What Argo refuses in a list of metrics, in sentences; empty when it takes them. */
export function argoProblems(metrics: readonly ArgoMetric[]): readonly string[] {
  if (metrics.length === 0) return ['no metrics specified'];
  return metrics.flatMap((metric, index) => {
    const at = `metrics[${index}]`;
    const isTwice = metrics.findIndex(({ name }) => name === metric.name) < index;
    return [...(isTwice ? [`duplicate metric name ${metric.name}`] : []), ...limitProblems(metric)].map(
      (problem) => `${at}: ${problem}`,
    );
  });
}

function limitProblems(metric: ArgoMetric): readonly string[] {
  const { count = 0, interval, failureLimit = 0, inconclusiveLimit = 0, consecutiveSuccessLimit: streak = 0 } = metric;
  const { consecutiveErrorLimit = 0 } = metric;
  const found: readonly (readonly [isWrong: boolean, problem: string])[] = [
    [count > 1 && interval === undefined, 'interval must be specified when count > 1'],
    [
      count > 0 && count < Math.max(failureLimit, 0) + streak,
      'count must be >= failureLimit + consecutiveSuccessLimit',
    ],
    [count > 0 && count < inconclusiveLimit, 'count must be >= inconclusiveLimit'],
    [failureLimit < -1, 'failureLimit must be >= -1'],
    [inconclusiveLimit < 0, 'inconclusiveLimit must be >= 0'],
    [streak < 0, 'consecutiveSuccessLimit must be >= 0'],
    [consecutiveErrorLimit < 0, 'consecutiveErrorLimit must be >= 0'],
    [failureLimit === -1 && streak === 0, 'failureLimit and consecutiveSuccessLimit cannot both be disabled'],
  ];
  return found.flatMap(([isWrong, problem]) => (isWrong ? [problem] : []));
}
