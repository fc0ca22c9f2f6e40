/** Comma-separated values by RFC 4180: quotes, doubled quotes, line breaks inside them; LF or CRLF; a byte-order mark is passed over. */

/** One line of the file; cells and the columns at which they begin, both from 1. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
  readonly columns: readonly number[];
}

/** Where a file is not what it should be. Lines and columns from 1; a record of JSON has its number instead. */
export interface Fault {
  readonly line?: number;
  readonly column?: number;
  readonly record?: number;
  readonly message: string;
}

export type Csv =
  | { readonly ok: true; readonly rows: readonly CsvRow[] }
  | { readonly ok: false; readonly fault: Fault };

/** All rows; blank lines are passed over. A quote that never ends or that stands inside of a bare cell is a fault. */
export function readCsv(text: string): Csv {
  const reader: Reader = { text, at: text.startsWith('\uFEFF') ? 1 : 0, line: 1, lineStart: 0 };
  reader.lineStart = reader.at;
  const rows: CsvRow[] = [];
  while (reader.at < text.length) {
    const row = readRow(reader);
    if ('message' in row) return { ok: false, fault: row };
    if (row.cells.length > 1 || row.cells[0] !== '') rows.push(row);
  }
  return { ok: true, rows };
}

interface Reader {
  readonly text: string;
  at: number;
  line: number;
  lineStart: number;
}

function readRow(reader: Reader): CsvRow | Fault {
  const { line } = reader;
  const cells: string[] = [];
  const columns: number[] = [];
  for (;;) {
    columns.push(reader.at - reader.lineStart + 1);
    const cell = reader.text[reader.at] === '"' ? quoted(reader) : bare(reader);
    if (typeof cell !== 'string') return cell;
    cells.push(cell);
    if (reader.text[reader.at] === ',') {
      reader.at += 1;
      continue;
    }
    endLine(reader);
    return { line, cells, columns };
  }
}

function bare(reader: Reader): string | Fault {
  const { text, at: from } = reader;
  let end = from;
  while (end < text.length && text[end] !== ',' && text[end] !== '\n') end += 1;
  const until = text[end] === '\n' && text[end - 1] === '\r' && end > from ? end - 1 : end;
  const cell = text.slice(from, until).replace(/\r$/, '');
  const quote = cell.indexOf('"');
  if (quote >= 0) return faultAt(reader, from + quote, 'a quote inside of a cell that does not begin with one');
  reader.at = end;
  return cell.trim();
}

function quoted(reader: Reader): string | Fault {
  const { text, at: from, line, lineStart } = reader;
  let cell = '';
  for (let at = from + 1; at < text.length; at++) {
    const letter = text[at] ?? '';
    if (letter === '\n') {
      reader.line += 1;
      reader.lineStart = at + 1;
    }
    if (letter !== '"') {
      cell += letter;
      continue;
    }
    if (text[at + 1] === '"') {
      cell += '"';
      at += 1;
      continue;
    }
    reader.at = at + 1;
    if (reader.at >= text.length || /[,\r\n]/.test(text[reader.at] ?? '')) return cell;
    return faultAt(reader, reader.at, 'a comma or the end of the line belongs after a closing quote');
  }
  return { line, column: from - lineStart + 1, message: 'a quote that never ends' };
}

function faultAt({ line, lineStart }: Reader, at: number, message: string): Fault {
  return { line, column: at - lineStart + 1, message };
}

function endLine(reader: Reader): void {
  if (reader.text[reader.at] === '\r') reader.at += 1;
  if (reader.text[reader.at] === '\n') reader.at += 1;
  reader.line += 1;
  reader.lineStart = reader.at;
}
