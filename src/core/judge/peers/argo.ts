/**
 * The rules by which Argo Rollouts ends an AnalysisRun, for those who come from there: measurements in, phase and message out.
 * Source: argo-rollouts, analysis/analysis.go, utils/evaluate.
 */

export type ArgoPhase = 'Pending' | 'Running' | 'Successful' | 'Inconclusive' | 'Error' | 'Failed';

/** One measurement; `Running` where it has not ended. */
export interface ArgoMeasurement {
  readonly phase: 'Running' | 'Successful' | 'Inconclusive' | 'Error' | 'Failed';
  readonly message?: string;
}

/** The limits of a metric, as an AnalysisTemplate has them. */
export interface ArgoMetric {
  readonly name: string;
  /** How many measurements end it; 0 is unset. Neither this nor an interval: 1. An interval alone: it goes on until something ends it. */
  readonly count?: number;
  /** Between two measurements, in ms; only whether there is one matters here. */
  readonly interval?: number;
  /** Fails when more than this failed; 0 by default, -1 is never. */
  readonly failureLimit?: number;
  /** Inconclusive when more than this were; 0 by default. */
  readonly inconclusiveLimit?: number;
  /** Error when more than this erred in a row; 4 by default. */
  readonly consecutiveErrorLimit?: number;
  /** Successful as soon as so many succeeded in a row; 0, the default, is off. */
  readonly consecutiveSuccessLimit?: number;
}

export interface ArgoMetricResult {
  readonly name: string;
  readonly phase: ArgoPhase;
  /** Which limit decided; absent while it goes on and where the count was simply reached. */
  readonly message?: string;
  readonly dryRun: boolean;
  readonly successful: number;
  readonly failed: number;
  readonly inconclusive: number;
  readonly error: number;
  /** Measurements that count: an error does not, it is tried again. */
  readonly count: number;
}

/** What one of the conditions of a metric gave: its value, or that it could not be computed; absent: it is not written. */
export type ArgoCondition = boolean | 'error';

/**
 * The phase of a measurement: a failure condition that holds wins; one condition alone decides both ways; both false is Inconclusive; one
 * that could not be computed is Error. Conflict in the original, kept as its code and tests have it: without any condition it is
 * Successful (its documentation says Inconclusive).
 */
export function argoMeasurementPhase({
  success,
  failure,
}: {
  readonly success?: ArgoCondition;
  readonly failure?: ArgoCondition;
}): ArgoMeasurement['phase'] {
  if (success === 'error' || failure === 'error') return 'Error';
  if (failure === true) return 'Failed';
  if (success === true || failure === undefined) return success === false ? 'Failed' : 'Successful';
  return success === undefined ? 'Successful' : 'Inconclusive';
}

interface Counts {
  readonly successful: number;
  readonly failed: number;
  readonly inconclusive: number;
  readonly error: number;
  readonly successesInARow: number;
  readonly errorsInARow: number;
}
const NONE: Counts = { successful: 0, failed: 0, inconclusive: 0, error: 0, successesInARow: 0, errorsInARow: 0 };

function countIn(counts: Counts, phase: ArgoMeasurement['phase']): Counts {
  if (phase === 'Running') return counts;
  const of = { Successful: 'successful', Failed: 'failed', Inconclusive: 'inconclusive', Error: 'error' } as const;
  return {
    ...counts,
    [of[phase]]: counts[of[phase]] + 1,
    successesInARow: phase === 'Successful' ? counts.successesInARow + 1 : 0,
    errorsInARow: phase === 'Error' ? counts.errorsInARow + 1 : 0,
  };
}

type Assessed = readonly [phase: ArgoPhase, message?: string];

const DONE: ReadonlySet<ArgoPhase> = new Set(['Successful', 'Inconclusive', 'Error', 'Failed']);

/** What a metric has come to by its measurements, in order; the first measurement that ends it is the last that is read. */
export function argoMetric(
  metric: ArgoMetric,
  measurements: readonly ArgoMeasurement[],
  { terminating = false, dryRun = false }: { readonly terminating?: boolean; readonly dryRun?: boolean } = {},
): ArgoMetricResult {
  let counts = NONE;
  let [phase, message]: Assessed = [terminating ? 'Successful' : 'Pending'];
  for (const [index, measurement] of measurements.entries()) {
    counts = countIn(counts, measurement.phase);
    const isLast = index === measurements.length - 1;
    [phase, message] =
      measurement.phase === 'Running' ? ['Running'] : assess(metric, counts, { terminating: terminating && isLast });
    if (DONE.has(phase)) break;
  }
  const { successful, failed, inconclusive, error } = counts;
  const count = successful + failed + inconclusive;
  const said = message === undefined ? {} : { message };
  return { name: metric.name, phase, ...said, dryRun, successful, failed, inconclusive, error, count };
}

/** In the original's order: limits, of which a later one overrides; then the streak; then the count; then the end of the run. */
function assess(metric: ArgoMetric, counts: Counts, { terminating }: { readonly terminating: boolean }): Assessed {
  const { consecutiveSuccessLimit: streak = 0, failureLimit = 0 } = metric;
  const broken = brokenLimit(metric, counts);
  if (broken) return broken;
  if (streak > 0 && counts.successesInARow >= streak)
    return ['Successful', `consecutiveSuccesses (${counts.successesInARow}) >= consecutiveSuccessLimit (${streak})`];
  const wanted = argoCount(metric);
  if (wanted !== undefined && counts.successful + counts.failed + counts.inconclusive >= wanted) {
    if (streak <= 0) return ['Successful'];
    const because = `consecutiveSuccessLimit (${streak}) was not reached in count (${wanted})`;
    return failureLimit >= 0 ? ['Inconclusive', because] : ['Failed', because];
  }
  return terminating ? ['Successful', 'run terminated'] : ['Running'];
}

function brokenLimit(metric: ArgoMetric, { failed, inconclusive, errorsInARow }: Counts): Assessed | undefined {
  const { failureLimit = 0, inconclusiveLimit = 0, consecutiveErrorLimit = 4 } = metric;
  if (errorsInARow > consecutiveErrorLimit)
    return ['Error', `consecutiveErrors (${errorsInARow}) > consecutiveErrorLimit (${consecutiveErrorLimit})`];
  if (inconclusive > inconclusiveLimit)
    return ['Inconclusive', `inconclusive (${inconclusive}) > inconclusiveLimit (${inconclusiveLimit})`];
  if (failureLimit >= 0 && failed > failureLimit)
    return ['Failed', `failed (${failed}) > failureLimit (${failureLimit})`];
  return undefined;
}

/** How many measurements end a metric; `undefined`: it goes on. */
export function argoCount({ count = 0, interval }: ArgoMetric): number | undefined {
  if (count > 0) return count;
  return interval === undefined ? 1 : undefined;
}
