/** Whether numbers that somebody hands in can be: after this no statistic is asked of the impossible. */
import type { Experiment, ExperimentData, ExperimentMetric, MetricSums, Sums } from '../model/experiment.ts';
import { problem, type Problem } from '../flag/problem.ts';

/** What is wrong with the numbers of an experiment; undefined: nothing. A metric or a variant that is missing is no fault. */
export function dataProblem(experiment: Experiment, data: ExperimentData): Problem | undefined {
  const names = experiment.variants.map(([name]) => name);
  const stranger = Object.keys(data.variants).find((name) => !names.includes(name));
  if (stranger !== undefined) return wrong(data, `the variant ${stranger} takes no part: ${names.join(', ')}`);
  for (const [variant, { users, metrics }] of Object.entries(data.variants)) {
    if (!isCount(users)) return wrong(data, `${variant} cannot have ${users} users`);
    for (const metric of experiment.metrics) {
      const sums = metrics[metric.name];
      const fault = sums && faultOf(metric, sums, users);
      if (fault !== undefined) return wrong(data, `${metric.name} of ${variant}: ${fault}`);
    }
  }
  return sharedBounds(experiment, data);
}

function wrong({ from }: ExperimentData, what: string): Problem {
  return problem('data-invalid', `${from}: ${what}`);
}

function faultOf({ kind }: ExperimentMetric, sums: MetricSums, users: number): string | undefined {
  if (sums.kind !== kind) return `a ${kind} was expected, found a ${sums.kind}`;
  if ('n' in sums && sums.n !== undefined && !isCount(sums.n)) return `n cannot be ${sums.n}`;
  if ('n' in sums && sums.n !== undefined && sums.n > users)
    return `${sums.n} users were measured, and ${users} were seen`;
  switch (sums.kind) {
    case 'proportion':
      return isCount(sums.successes) && sums.successes <= sums.n
        ? undefined
        : `${sums.successes} of ${sums.n} is no share`;
    case 'mean':
      return meanFault(sums);
    case 'ratio':
      return (
        sumsFault(sums.n, sums.numerator) ??
        sumsFault(sums.n, sums.denominator) ??
        productFault(sums, sums.numerator, sums.denominator)
      );
    case 'count':
      return isCount(sums.count) ? countFault(sums) : `${sums.count} is no count`;
    default:
      return histogramFault(sums);
  }
}

/** Users and squares come together: without the one the other says nothing. */
function countFault({ count, n, sumSquares }: Extract<MetricSums, { kind: 'count' }>): string | undefined {
  if (n === undefined && sumSquares === undefined) return undefined;
  if (n === undefined || sumSquares === undefined) return 'users and their sum of squares come together';
  return sumsFault(n, { sum: count, sumSquares });
}

function meanFault(sums: Extract<MetricSums, { kind: 'mean' }>): string | undefined {
  const { covariate } = sums;
  if (!covariate) return sumsFault(sums.n, sums);
  return (
    sumsFault(sums.n, sums) ??
    sumsFault(sums.n, covariate) ??
    productFault({ n: sums.n, ...covariate }, sums, covariate)
  );
}

/** What rounding may have taken away. */
const SLACK = 1e-6;

/** Cauchy and Schwarz: (sum x)^2 <= n sum x^2. */
function sumsFault(n: number, { sum, sumSquares }: Sums): string | undefined {
  if (!Number.isFinite(sum) || !isCount(sumSquares)) return 'sums are finite numbers';
  return sum * sum <= n * sumSquares * (1 + SLACK) + SLACK ? undefined : 'no values have this sum and sum of squares';
}

/** And (sum x y)^2 <= sum x^2 sum y^2. */
function productFault(
  { sumOfProducts }: { readonly n: number; readonly sumOfProducts: number },
  x: Sums,
  y: Sums,
): string | undefined {
  const fits = sumOfProducts ** 2 <= x.sumSquares * y.sumSquares * (1 + SLACK) + SLACK;
  return Number.isFinite(sumOfProducts) && fits ? undefined : 'no values have this sum of products';
}

function histogramFault({ bounds, counts }: Extract<MetricSums, { kind: 'quantile' }>): string | undefined {
  if (bounds.length === 0) return 'a histogram needs bounds';
  if (counts.length !== bounds.length + 1) return `${bounds.length} bounds need ${bounds.length + 1} counts`;
  const rise = bounds.every((bound, index) => Number.isFinite(bound) && bound > (bounds[index - 1] ?? -Infinity));
  if (!rise) return 'bounds rise';
  return counts.every(isCount) ? undefined : 'counts are not below 0';
}

/** Histograms are compared bucket by bucket. */
function sharedBounds({ metrics, variants }: Experiment, data: ExperimentData): Problem | undefined {
  for (const { name, kind } of metrics.filter((metric) => metric.kind === 'quantile')) {
    const all = variants.flatMap(([variant]) => {
      const sums = data.variants[variant]?.metrics[name];
      return sums?.kind === kind && sums.kind === 'quantile' ? [sums.bounds.join(' ')] : [];
    });
    if (new Set(all).size > 1) return wrong(data, `${name}: all variants need the same bounds`);
  }
  return undefined;
}

function isCount(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}
