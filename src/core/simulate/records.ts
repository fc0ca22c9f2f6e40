/** The lines of a series, as CSV or as JSON with the same names, before anything is made of them. */
import { type CsvRow, type Fault, readCsv } from './csv.ts';

/** One line: texts by the name of their column. Empty and absent are the same. */
export interface SeriesRecord {
  readonly texts: Readonly<Record<string, string>>;
  /** A fault at one of its cells (or at the record, where there is no such cell). */
  readonly fault: (name: string, message: string) => Fault;
}

export type Records =
  | { readonly ok: true; readonly columns: readonly string[]; readonly records: readonly SeriesRecord[] }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** JSON where the text begins with a bracket, CSV otherwise. */
export function readRecords(text: string): Records {
  return /^\uFEFF?\s*\[/.test(text) ? readJson(text) : readTable(text);
}

function readTable(text: string): Records {
  const csv = readCsv(text);
  if (!csv.ok) return { ok: false, faults: [csv.fault] };
  const [head, ...rows] = csv.rows;
  if (!head) return refused({ line: 1, column: 1, message: 'the file is empty: a line with the names comes first' });
  const columns = head.cells.map((name) => name.trim().toLowerCase());
  const twice = columns.findIndex((name, index) => columns.indexOf(name) !== index);
  if (twice >= 0) return refused(cellFault(head, twice, `the column \`${columns[twice] ?? ''}\` stands there twice`));
  const long = rows.find(({ cells }) => cells.length !== columns.length);
  if (long)
    return refused({
      line: long.line,
      column: 1,
      message: `${long.cells.length} cells, and the first line names ${columns.length} columns`,
    });
  return { ok: true, columns, records: rows.map((row) => recordOf(row, columns)) };
}

function recordOf(row: CsvRow, columns: readonly string[]): SeriesRecord {
  return {
    texts: Object.fromEntries(columns.map((name, index) => [name, row.cells[index] ?? ''])),
    fault: (name, message) => cellFault(row, Math.max(0, columns.indexOf(name)), message),
  };
}

function cellFault({ line, columns }: CsvRow, index: number, message: string): Fault {
  return { line, column: columns[index] ?? 1, message };
}

function refused(fault: Fault): Records {
  return { ok: false, faults: [fault] };
}

function readJson(text: string): Records {
  const parsed = parse(text);
  if (!Array.isArray(parsed)) return refused({ message: typeof parsed === 'string' ? parsed : 'a list belongs here' });
  const records: SeriesRecord[] = [];
  const columns = new Set<string>();
  for (const [index, one] of parsed.entries()) {
    const record = index + 1;
    if (one === null || typeof one !== 'object' || Array.isArray(one))
      return refused({ record, message: 'an object belongs here: {"time": ..., "metric": ..., "arm": ...}' });
    const entries = Object.entries(one).map(([name, value]) => [name.toLowerCase(), textOf(value)] as const);
    for (const [name] of entries) columns.add(name);
    records.push({
      texts: Object.fromEntries(entries),
      fault: (name, message) => ({ record, message: `\`${name}\`: ${message}` }),
    });
  }
  return { ok: true, columns: [...columns], records };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (error) {
    return `no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** `series.csv:12:7 message`, `series.json record 12: message`. */
export function printFault(fault: Fault, file: string): string {
  if (fault.record !== undefined) return `${file} record ${fault.record}: ${fault.message}`;
  return fault.line === undefined
    ? `${file}: ${fault.message}`
    : `${file}:${fault.line}:${fault.column ?? 1} ${fault.message}`;
}
