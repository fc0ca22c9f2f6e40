/** The lines of a series, as CSV or as JSON with the same names, before anything is made of them. */
import { csvReader } from '../experiment/numbers/csv.ts';
import type { CellProblem, Rows } from '../experiment/numbers/problem.ts';

/** One line: texts by the name of their column. Empty and absent are the same. */
export type SeriesRecord = Readonly<Record<string, string>>;

/** What is wrong with a record, and in which of its columns. */
export interface RecordFault {
  readonly name: string;
  readonly message: string;
}

/** The same with its place: line and column from 1, or the number of a JSON record. */
export interface Fault {
  readonly line?: number;
  readonly column?: number;
  readonly record?: number;
  readonly message: string;
}

/** Takes the names, then records one after another; after the first fault nothing more is read. */
export interface Taker {
  names(columns: readonly string[]): RecordFault | undefined;
  record(record: SeriesRecord): RecordFault | undefined;
}

/** Reads JSON (a list of objects) where the text begins with a bracket, CSV otherwise; undefined: all was taken. */
export function readRecords(text: string, taker: Taker): Fault | undefined {
  return /^\uFEFF?\s*\[/.test(text) ? readJson(text, taker) : readTable(text, taker);
}

function readTable(text: string, taker: Taker): Fault | undefined {
  let columns: readonly string[] = [];
  const placed = (fault: RecordFault | undefined): CellProblem | undefined =>
    fault && { cell: Math.max(0, columns.indexOf(fault.name)), message: fault.message };
  const rows: Rows = {
    header(names) {
      columns = names.map((name) => name.trim().toLowerCase());
      const cell = columns.findIndex((name, index) => columns.indexOf(name) !== index);
      return cell < 0
        ? placed(taker.names(columns))
        : { cell, message: `the column \`${columns[cell] ?? ''}\` stands there twice` };
    },
    row: (cells) =>
      placed(taker.record(Object.fromEntries(columns.map((name, index) => [name, textOf(cells[index])])))),
  };
  const reader = csvReader(rows);
  return reader.push(text) ?? reader.end();
}

function readJson(text: string, taker: Taker): Fault | undefined {
  const records = parse(text);
  if (typeof records === 'string') return { message: records };
  const columns = new Set(records.flatMap((record) => Object.keys(record)));
  const fault = taker.names([...columns]);
  if (fault) return { record: records.findIndex((record) => fault.name in record) + 1 || 1, message: fault.message };
  for (const [index, record] of records.entries()) {
    const wrong = taker.record(record);
    if (wrong) return { record: index + 1, message: wrong.message };
  }
  return undefined;
}

/** Records, or the sentence why there are none. */
function parse(text: string): readonly SeriesRecord[] | string {
  try {
    const parsed: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    const records: readonly unknown[] = Array.isArray(parsed) ? parsed : [];
    const odd = records.findIndex((one) => one === null || typeof one !== 'object' || Array.isArray(one));
    if (odd >= 0) return `record ${odd + 1} is no object such as {"time": ..., "metric": ..., "arm": ...}`;
    return records.map((record) => textsOf(record as Readonly<Record<string, unknown>>));
  } catch (error) {
    return `no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function textsOf(record: Readonly<Record<string, unknown>>): SeriesRecord {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name.toLowerCase(), textOf(value)]));
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return value === null || value === undefined ? '' : JSON.stringify(value);
}

/** `series.csv:12:7 message`, `series.json record 12: message`. */
export function printFault({ line, column, record, message }: Fault, file: string): string {
  if (record !== undefined) return `${file} record ${record}: ${message}`;
  return line === undefined ? `${file}: ${message}` : `${file}:${line}:${column ?? 1} ${message}`;
}
