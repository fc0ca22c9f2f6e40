/** From users with their numbers to the sums a decision is made on. */
import type { Experiment, ExperimentData, ExperimentMetric, MetricSums } from '../../model/experiment.ts';
import { type Buckets, observe, withSharedBounds } from './histogram.ts';
import { CROSSED, type UserTable } from './user-table.ts';

/** Where a metric's numbers stand in the table. `second`: the covariate of a mean, the denominator of a ratio. */
export interface MetricColumns {
  readonly metric: ExperimentMetric;
  readonly first: number;
  readonly second?: number;
}

/** Columns for all metrics, from `from` on; a mean has a covariate where `hasBefore` says so. */
export function columnsOf(
  metrics: readonly ExperimentMetric[],
  hasBefore: (metric: ExperimentMetric) => boolean,
  from = 0,
): { readonly columns: readonly MetricColumns[]; readonly width: number } {
  let next = from;
  const columns = metrics.map((metric) => {
    const first = next++;
    const two = metric.kind === 'ratio' || (metric.kind === 'mean' && hasBefore(metric));
    return two ? { metric, first, second: next++ } : { metric, first };
  });
  return { columns, width: next };
}

/** Sums over the users of each variant. Who has no number of a metric adds 0 to it; of a quantile nothing. */
export function totalled(
  table: UserTable,
  columns: readonly MetricColumns[],
  variants: Experiment['variants'],
): Pick<ExperimentData, 'variants' | 'crossed'> {
  const arms = variants.map(() => ({ users: 0, sums: columns.map(emptySums) }));
  let crossed = 0;
  for (let place = 0; place < table.size; place++) {
    const variant = table.variant(place);
    if (variant === CROSSED) crossed += 1;
    const arm = arms[variant];
    if (!arm) continue;
    arm.users += 1;
    for (const [index, column] of columns.entries()) addTo(arm.sums[index], table, { place, column });
  }
  const histograms = columns.map((_, index) =>
    withSharedBounds(arms.map((arm) => arm.sums[index]?.buckets ?? new Map())),
  );
  return {
    crossed,
    variants: Object.fromEntries(
      variants.map(([name], arm) => {
        const { users = 0, sums = [] } = arms[arm] ?? {};
        const metrics = columns.map(({ metric, second }, index): readonly [string, MetricSums] => [
          metric.name,
          sumsOf(metric, sums[index] ?? emptySums(), {
            users,
            paired: second !== undefined,
            histogram: histograms[index]?.[arm],
          }),
        ]);
        return [name, { users, metrics: Object.fromEntries(metrics) }];
      }),
    ),
  };
}

interface Running {
  sum: number;
  sumSquares: number;
  secondSum: number;
  secondSquares: number;
  products: number;
  readonly buckets: Buckets;
}

function emptySums(): Running {
  return { sum: 0, sumSquares: 0, secondSum: 0, secondSquares: 0, products: 0, buckets: new Map() };
}

function addTo(
  sums: Running | undefined,
  table: UserTable,
  { place, column }: { readonly place: number; readonly column: MetricColumns },
): void {
  if (!sums) return;
  const value = table.value(place, column.first);
  if (column.metric.kind === 'quantile') {
    if (!Number.isNaN(value)) observe(sums.buckets, value);
    return;
  }
  const first = Number.isNaN(value) ? 0 : value;
  sums.sum += first;
  sums.sumSquares += first * first;
  if (column.second === undefined) return;
  const other = table.value(place, column.second);
  const second = Number.isNaN(other) ? 0 : other;
  sums.secondSum += second;
  sums.secondSquares += second * second;
  sums.products += first * second;
}

interface Shape {
  readonly users: number;
  readonly paired: boolean;
  readonly histogram: { readonly bounds: readonly number[]; readonly counts: readonly number[] } | undefined;
}

function sumsOf({ kind }: ExperimentMetric, sums: Running, { users: n, paired, histogram }: Shape): MetricSums {
  const { sum, sumSquares, products: sumOfProducts } = sums;
  const second = { sum: sums.secondSum, sumSquares: sums.secondSquares };
  switch (kind) {
    case 'proportion':
      return { kind, n, successes: sum };
    case 'mean':
      return { kind, n, sum, sumSquares, ...(paired ? { covariate: { ...second, sumOfProducts } } : {}) };
    case 'ratio':
      return { kind, n, numerator: { sum, sumSquares }, denominator: second, sumOfProducts };
    case 'count':
      return { kind, count: sum, n, sumSquares };
    case 'quantile':
      return { kind, bounds: histogram?.bounds ?? [], counts: histogram?.counts ?? [0] };
  }
}
