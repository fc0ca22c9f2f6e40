/** Rows that were summed already: `variant,metric,users,sum,sum-squares,...`, one a variant and metric. */
import { EXPERIMENT_KINDS, type Experiment, type ExperimentMetric, type MetricSums } from '../../model/experiment.ts';
import { isEmpty, numberIn, shown } from './number.ts';
import type { Cell, CellProblem } from './problem.ts';
import { type Summing, unknownVariant } from './users.ts';

/** Squares of twenty million of the largest values that a user may have: more is no sum of any. */
const MOST_SUM = 1e38;

/** The metric that only says how many users a variant has. */
export const EXPOSURE = 'exposure';

/** What each kind is made of: columns of the file. */
const NEEDS: Readonly<Record<ExperimentMetric['kind'], readonly string[]>> = {
  proportion: ['users', 'sum'],
  mean: ['users', 'sum', 'sum-squares'],
  ratio: ['users', 'sum', 'sum-squares', 'of-sum', 'of-sum-squares', 'sum-products'],
  count: ['sum'],
  quantile: ['bounds', 'counts'],
};
const COVARIATE = ['before-sum', 'before-sum-squares', 'sum-products'] as const;

interface Arm {
  readonly metrics: Map<string, MetricSums>;
  /** How many users, and which metric said so. */
  users?: { readonly count: number; readonly by: string };
}

/** One row, by the names of its columns. */
interface Row {
  readonly cell: (name: string) => Cell;
  readonly problem: (name: string, message: string) => CellProblem;
}

/** Users of a variant are those of its row `exposure`; without one its metrics must agree. */
export function summedRows(experiment: Experiment): Summing {
  const metrics = new Map(experiment.metrics.map((metric) => [metric.name, metric]));
  const arms = new Map(experiment.variants.map(([name]): readonly [string, Arm] => [name, { metrics: new Map() }]));
  let names: readonly string[] = [];
  return {
    header(given) {
      names = given;
      const missing = ['variant', 'metric', 'users'].filter((name) => !given.includes(name));
      return missing.length === 0 ? undefined : { cell: 0, message: `missing columns: ${missing.join(', ')}` };
    },
    row(cells) {
      const row = rowOf(names, cells);
      const arm = arms.get(row.cell('variant') as string);
      const name = String(row.cell('metric'));
      const metric = metrics.get(name);
      if (!arm) return { cell: names.indexOf('variant'), message: unknownVariant(row.cell('variant'), experiment) };
      if (metric) return takeSums(row, metric, arm);
      if (name !== EXPOSURE) return row.problem('metric', `the experiment has no ${shown(name)}`);
      const found = numbers(row, ['users']);
      return isProblem(found) ? found : countUsers(row, arm, EXPOSURE);
    },
    total: () => ({ crossed: 0, variants: Object.fromEntries([...arms].map(([name, arm]) => [name, totalOf(arm)])) }),
  };
}

function totalOf({ users, metrics }: Arm): { readonly users: number; readonly metrics: Record<string, MetricSums> } {
  return { users: users?.count ?? 0, metrics: Object.fromEntries(metrics) };
}

function rowOf(names: readonly string[], cells: readonly Cell[]): Row {
  const at = (name: string): number => names.indexOf(name);
  return {
    cell: (name) => (at(name) < 0 ? undefined : cells[at(name)]),
    problem: (name, message) => ({ cell: Math.max(0, at(name)), message: `${name}: ${message}` }),
  };
}

function takeSums(row: Row, metric: ExperimentMetric, arm: Arm): CellProblem | undefined {
  const { name } = metric;
  if (arm.metrics.has(name)) return row.problem('metric', `${name} stands twice for this variant`);
  const found = sumsIn(row, metric);
  if (!isSums(found)) return found;
  arm.metrics.set(name, found);
  return countUsers(row, arm, name);
}

function countUsers(row: Row, arm: Arm, by: string): CellProblem | undefined {
  if (isEmpty(row.cell('users'))) return undefined;
  const found = numbers(row, ['users']);
  if (isProblem(found)) return found;
  const [count = 0] = found;
  const before = arm.users;
  if (before && before.by !== EXPOSURE && by !== EXPOSURE && before.count !== count)
    return row.problem('users', `${count}, and ${before.by} has ${before.count}: give a row with the metric exposure`);
  if (!before || by === EXPOSURE) arm.users = { count, by };
  return undefined;
}

function numbers({ cell, problem }: Row, wanted: readonly string[]): readonly number[] | CellProblem {
  const found: number[] = [];
  for (const name of wanted) {
    const value = numberIn(cell(name));
    if (Number.isNaN(value))
      return problem(name, isEmpty(cell(name)) ? 'missing' : `\`${shown(cell(name))}\` is no number`);
    if (Math.abs(value) > MOST_SUM) return problem(name, `${value} is larger than any sum may be, ${MOST_SUM}`);
    if (value < 0 && (name === 'users' || name.endsWith('squares'))) return problem(name, `${value} is below 0`);
    if (name === 'users' && !Number.isInteger(value)) return problem(name, `${value} is no whole number`);
    found.push(value);
  }
  return found;
}

function sumsIn(row: Row, metric: ExperimentMetric): MetricSums | CellProblem {
  if (metric.kind === 'quantile') return histogram(row);
  const found = numbers(row, NEEDS[metric.kind]);
  if (isProblem(found)) return found;
  if (metric.kind === 'count') return countIn(row, found);
  const covariate = metric.kind === 'mean' && !isEmpty(row.cell('before-sum')) ? numbers(row, COVARIATE) : [];
  return isProblem(covariate) ? covariate : sumsOf({ kind: metric.kind }, found, { covariate, problem: row.problem });
}

function isProblem(found: readonly number[] | CellProblem): found is CellProblem {
  return 'message' in found;
}

function isSums(found: MetricSums | CellProblem): found is MetricSums {
  return 'kind' in found && EXPERIMENT_KINDS.includes(found.kind);
}

interface Extra {
  readonly covariate: readonly number[];
  readonly problem: (name: string, message: string) => CellProblem;
}

function sumsOf(
  { kind }: { readonly kind: 'proportion' | 'mean' | 'ratio' },
  found: readonly number[],
  { covariate, problem }: Extra,
): MetricSums | CellProblem {
  const [n = 0, sum = 0, sumSquares = 0, ofSum = 0, ofSquares = 0, sumOfProducts = 0] = found;
  switch (kind) {
    case 'proportion':
      if (sum < 0 || sum > n) return problem('sum', `${sum} of ${n} users`);
      return { kind, n, successes: sum };
    case 'mean': {
      const [beforeSum, beforeSquares = 0, products = 0] = covariate;
      if (beforeSum === undefined) return { kind, n, sum, sumSquares };
      return {
        kind,
        n,
        sum,
        sumSquares,
        covariate: { sum: beforeSum, sumSquares: beforeSquares, sumOfProducts: products },
      };
    }
    case 'ratio':
      return {
        kind,
        n,
        numerator: { sum, sumSquares },
        denominator: { sum: ofSum, sumSquares: ofSquares },
        sumOfProducts,
      };
  }
}

/** With the squares of its users' counts a mean over users; without them all that is known is how many events there were. */
function countIn(row: Row, [count = 0]: readonly number[]): MetricSums | CellProblem {
  if (count < 0) return row.problem('sum', `${count} is below 0`);
  if (isEmpty(row.cell('sum-squares'))) return { kind: 'count', count };
  const found = numbers(row, ['users', 'sum-squares']);
  return isProblem(found) ? found : { kind: 'count', count, n: found[0] ?? 0, sumSquares: found[1] ?? 0 };
}

/** `0.1;0.5;1` and `12;40;3;0` in a CSV, lists of numbers in JSON: one count more than bounds, for what exceeds them all. */
function histogram({ cell, problem }: Row): MetricSums | CellProblem {
  const from = listOf(cell('bounds'));
  const found = listOf(cell('counts'));
  if (!from || from.some((bound, index) => index > 0 && bound <= (from[index - 1] ?? 0)))
    return problem('bounds', 'ascending numbers are expected, such as `0.1;0.5;1`');
  if (!found || found.some((count) => count < 0))
    return problem('counts', 'numbers from 0 are expected, such as `12;40;3;0`');
  if (found.length !== from.length + 1)
    return problem('counts', `${from.length + 1} are expected for ${from.length} bounds, not ${found.length}`);
  return { kind: 'quantile', bounds: from, counts: found };
}

function listOf(cell: Cell): readonly number[] | undefined {
  if (isEmpty(cell)) return undefined;
  const numbers = (Array.isArray(cell) ? (cell as readonly Cell[]) : String(cell).split(';')).map(numberIn);
  return numbers.some(Number.isNaN) ? undefined : numbers;
}
