/** One row a user: `user,variant,METRIC,...`, with `METRIC.before` for a covariate, `METRIC.of` for a ratio's denominator, `exposed` for when. */
import * as z from 'zod';
import type { Experiment, ExperimentData, ExperimentMetric } from '../../model/experiment.ts';
import { isEmpty, numberIn, shown } from './number.ts';
import type { Cell, CellProblem, Rows } from './problem.ts';
import { columnsOf, type MetricColumns, totalled } from './total.ts';
import { MOST_USERS, UserTable } from './user-table.ts';
import { wrongValue } from './values.ts';

export interface Summing extends Rows {
  /** After the last row. */
  readonly total: () => Pick<ExperimentData, 'variants' | 'crossed'>;
  /** Rows that were passed over: of users who met the flag before the experiment began. */
  readonly early?: () => number;
}

/** With its offset: a time without one means another moment on another machine. */
const TIME = z.regexes.datetime({ offset: true });

interface Field {
  readonly cell: number;
  readonly column: number;
  readonly name: string;
  readonly kind: ExperimentMetric['kind'];
}

/** Who stands in several variants is left out and counted; twice in one variant is a problem: rows are users, not visits. */
export function userRows(experiment: Experiment): Summing {
  const variants = new Map(experiment.variants.map(([name], index) => [name, index]));
  const since = experiment.started === undefined ? Number.NEGATIVE_INFINITY : Date.parse(experiment.started);
  let table = new UserTable(0);
  let columns: readonly MetricColumns[] = [];
  let fields: readonly Field[] = [];
  let at = { user: 0, variant: 0, exposed: -1 };
  let early = 0;

  const give = (cells: readonly Cell[], place: number): CellProblem | undefined => {
    for (const { cell, column, name, kind } of fields) {
      const text = cells[cell];
      if (kind === 'quantile' && isEmpty(text)) continue;
      const value = numberIn(text);
      const wrong = wrongValue(kind, value);
      if (wrong !== undefined)
        return { cell, message: `${name}: ${isEmpty(text) ? emptyWords(name) : `${said(text)} ${wrong}`}` };
      table.set(place, column, value);
    }
    return undefined;
  };
  return {
    header(names) {
      const missing = missingIn(names, experiment.metrics);
      if (missing !== undefined) return { cell: 0, message: missing };
      at = { user: names.indexOf('user'), variant: names.indexOf('variant'), exposed: names.indexOf('exposed') };
      const laid = columnsOf(experiment.metrics, (metric) => names.includes(`${metric.name}.before`));
      columns = laid.columns;
      table = new UserTable(laid.width);
      fields = columns.flatMap((one) => fieldsOf(one, names));
      return undefined;
    },
    row(cells) {
      const user = cells[at.user];
      const variant = variants.get(cells[at.variant] as string);
      if (isEmpty(user)) return { cell: at.user, message: 'user: nothing stands there' };
      if (variant === undefined) return { cell: at.variant, message: unknownVariant(cells[at.variant], experiment) };
      if (at.exposed >= 0) {
        const exposed = timeIn(cells[at.exposed]);
        if (exposed === undefined)
          return { cell: at.exposed, message: `exposed: ${said(cells[at.exposed])} is no time like ${TIME_LIKE}` };
        if (exposed < since) {
          early += 1;
          return undefined;
        }
      }
      const known = table.size;
      const place = table.place(String(user));
      if (place < known && table.variant(place) === variant)
        return { cell: at.user, message: twice(user, cells[at.variant]) };
      if (table.size > MOST_USERS) return { cell: at.user, message: 'more than 20,000,000 users: give summed rows' };
      table.see(place, variant);
      return give(cells, place);
    },
    total: () => totalled(table, columns, experiment.variants),
    early: () => early,
  };
}

function twice(user: Cell, variant: Cell): string {
  return `user: ${shown(user)} stands twice in ${shown(variant)}: one row a user`;
}

const TIME_LIKE = '2026-11-05T10:00:00Z or 2026-11-05T12:00:00+02:00 (ISO 8601, with its offset)';

function timeIn(cell: Cell): number | undefined {
  const text = typeof cell === 'string' ? cell.trim() : '';
  return TIME.test(text) ? Date.parse(text) : undefined;
}

export function unknownVariant(cell: Cell, { variants }: Experiment): string {
  return `variant: ${said(cell)} is no variant of the experiment: ${variants.map(([name]) => name).join(', ')}`;
}

function emptyWords(name: string): string {
  return `nothing stands there: write 0 for ${name.endsWith('.before') ? 'users who were not there before' : 'who has none'}`;
}

function said(cell: Cell): string {
  return isEmpty(cell) ? 'nothing' : `\`${shown(cell)}\``;
}

function fieldsOf({ metric, first, second }: MetricColumns, names: readonly string[]): readonly Field[] {
  const { name, kind } = metric;
  const own = { cell: names.indexOf(name), column: first, name, kind };
  if (second === undefined) return [own];
  const other = kind === 'ratio' ? `${name}.of` : `${name}.before`;
  return [own, { cell: names.indexOf(other), column: second, name: other, kind: 'mean' }];
}

function missingIn(names: readonly string[], metrics: readonly ExperimentMetric[]): string | undefined {
  const needed = [
    'user',
    'variant',
    ...metrics.flatMap(({ name, kind }) => (kind === 'ratio' ? [name, `${name}.of`] : [name])),
  ];
  const missing = needed.filter((name) => !names.includes(name));
  const twice = needed.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (twice !== undefined) return `the column ${twice} stands twice`;
  if (missing.length === 0) return undefined;
  return `the column${missing.length > 1 ? 's' : ''} ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} missing`;
}
