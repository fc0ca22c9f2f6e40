/** Tables of fixed-width text: for terminals, logs and the bodies of commits. */
import type { Column } from './report.ts';
import { oneLine, pad, widthOf, wrap } from './text.ts';

/** Spaces between two columns. */
const GAP = 2;
/** Below this a column is no longer read; the table becomes a list of its rows. */
const NARROWEST = 6;

interface Cell {
  readonly text: string;
  readonly column: number;
  /** -1: the row of titles. */
  readonly row: number;
}
/** Draws a cell that is padded already: may add colour, never width. */
export type Draw = (padded: string, cell: Cell) => string;

interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Lines of an aligned table, none wider than `width` columns (8 at least); cells that do not fit go on below.
 * A table with too many columns for the width becomes `title: value` lines.
 */
export function alignTable(table: Table, width: number, draw: Draw = (padded) => padded): readonly string[] {
  const cells = table.rows.map((row) => table.columns.map((_, index) => oneLine(row[index] ?? '')));
  const titles = table.columns.map((column) => oneLine(column.title));
  const natural = titles.map((title, index) =>
    Math.max(widthOf(title), ...cells.map((row) => widthOf(row[index] ?? ''))),
  );
  const widths = shrink(natural, width - GAP * (natural.length - 1));
  if (!widths) return stacked(titles, cells, width);
  const lines = cells.flatMap((row, index) => drawRow(row, { row: index, columns: table.columns, widths, draw }));
  if (titles.every((title) => title === '')) return lines;
  return [...drawRow(titles, { row: -1, columns: table.columns, widths, draw }), ...lines];
}

/** Takes columns from the widest until they fit; undefined: they cannot. */
function shrink(natural: readonly number[], room: number): readonly number[] | undefined {
  const widths = [...natural];
  let over = widths.reduce((sum, one) => sum + one, 0) - room;
  while (over > 0) {
    const widest = Math.max(...widths);
    if (widest <= NARROWEST) return undefined;
    widths[widths.indexOf(widest)] = widest - 1;
    over -= 1;
  }
  return widths;
}

interface Row {
  readonly row: number;
  readonly columns: readonly Column[];
  readonly widths: readonly number[];
  readonly draw: Draw;
}

function drawRow(texts: readonly string[], { row, columns, widths, draw }: Row): readonly string[] {
  const wrapped = texts.map((text, index) => wrap(text, widths[index] ?? 0));
  const height = Math.max(1, ...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    const last = wrapped.findLastIndex((lines) => (lines[line] ?? '') !== '');
    const drawn = wrapped.slice(0, last + 1).map((lines, column) => {
      const align = columns[column]?.align ?? 'left';
      const text = lines[line] ?? '';
      const padded = column === last && align === 'left' ? text : pad(text, widths[column] ?? 0, align);
      return draw(padded, { text: texts[column] ?? '', column, row });
    });
    return drawn.join(' '.repeat(GAP));
  });
}

function stacked(titles: readonly string[], rows: readonly (readonly string[])[], width: number): readonly string[] {
  return rows.flatMap((row, index) => [
    ...(index === 0 ? [] : ['']),
    ...row.flatMap((cell, column) => (cell === '' ? [] : wrap(`${titles[column] ?? ''}: ${cell}`, width))),
  ]);
}
