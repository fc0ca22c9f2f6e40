/** A strict CSV reader for texts of any length (RFC 4180): quotes only around whole fields, doubled inside; LF or CRLF. */
import type { CellProblem, DataProblem, Rows, TextReader } from './problem.ts';

/** Characters of one record; a quote that is never closed would otherwise swallow the file. */
const LONGEST = 1_000_000;

const QUOTE = 34;
const COMMA = 44;

/** The first record is the header; every other one must have as many fields. Empty lines are passed over. */
export function csvReader(rows: Rows): TextReader {
  let rest = '';
  let line = 0;
  let begun: { readonly text: string; readonly line: number } | undefined;
  let width = -1;

  const give = (record: string, at: number): DataProblem | undefined => {
    const cells = fieldsOf(record);
    if (!Array.isArray(cells)) return placed(record, at, cells);
    const problem =
      width < 0 ? rows.header(cells) : cells.length === width ? rows.row(cells) : wrongWidth(cells, width);
    if (width < 0) width = cells.length;
    return problem && placed(record, at, { offset: offsetOf(record, problem.cell), message: problem.message });
  };
  const take = (text: string): DataProblem | undefined => {
    line += 1;
    const record = begun ? { text: `${begun.text}\n${text}`, line: begun.line } : { text, line };
    begun = undefined;
    const whole = record.text.endsWith('\r') ? record.text.slice(0, -1) : record.text;
    if (whole === '') return undefined;
    if (whole.includes('"') && isOpen(whole)) {
      begun = record;
      return whole.length > LONGEST ? tooLong(record.line) : undefined;
    }
    return give(line === 1 ? whole.replace(/^\uFEFF/, '') : whole, record.line);
  };
  return {
    push(text) {
      const all = rest + text;
      let from = 0;
      for (let end = all.indexOf('\n'); end >= 0; end = all.indexOf('\n', from)) {
        const problem = take(all.slice(from, end));
        if (problem) return problem;
        from = end + 1;
      }
      rest = all.slice(from);
      return rest.length > LONGEST ? tooLong(line + 1) : undefined;
    },
    end() {
      const problem = rest === '' ? undefined : take(rest);
      rest = '';
      if (problem) return problem;
      return begun && { line: begun.line, column: 1, message: 'a quote is opened here and never closed' };
    },
  };
}

function wrongWidth(cells: readonly string[], width: number): CellProblem {
  return {
    cell: Math.min(cells.length, width) - 1,
    message: `${cells.length} fields, the header has ${width}`,
  };
}

function tooLong(line: number): DataProblem {
  return { line, column: 1, message: 'a record longer than 1,000,000 characters: is a quote closed?' };
}

interface At {
  readonly offset: number;
  readonly message: string;
}

function placed(record: string, line: number, { offset, message }: At): DataProblem {
  const before = record.slice(0, offset).split('\n');
  return { line: line + before.length - 1, column: (before.at(-1) ?? '').length + 1, message };
}

/** Where a field begins. */
function offsetOf(record: string, cell: number): number {
  let quoted = false;
  let found = 0;
  for (let i = 0; i < record.length && found < cell; i++) {
    const code = record.charCodeAt(i);
    if (code === QUOTE) quoted = !quoted;
    else if (code === COMMA && !quoted && ++found === cell) return i + 1;
  }
  return 0;
}

/** Whether a quoted field goes on behind the end of the text. */
function isOpen(record: string): boolean {
  const fields = quotedFields(record);
  return fields === 'open';
}

function fieldsOf(record: string): string[] | At {
  if (!record.includes('"')) return record.split(',');
  const fields = quotedFields(record);
  return fields === 'open' ? { offset: 0, message: 'a quote is opened here and never closed' } : fields;
}

function quotedFields(record: string): string[] | At | 'open' {
  const fields: string[] = [];
  for (let at = 0; ;) {
    const end = record.charCodeAt(at) === QUOTE ? closing(record, at) : plainEnd(record, at);
    if (end < 0) return 'open';
    const field = record.slice(at, end);
    if (field.startsWith('"')) {
      if (end < record.length && record.charCodeAt(end) !== COMMA)
        return { offset: end, message: 'a comma is expected after a closing quote' };
      fields.push(field.slice(1, -1).replaceAll('""', '"'));
    } else {
      const quote = field.indexOf('"');
      if (quote >= 0) return { offset: at + quote, message: 'a quote inside a field: quote the whole field' };
      fields.push(field);
    }
    if (end >= record.length) return fields;
    at = end + 1;
  }
}

function plainEnd(record: string, from: number): number {
  const end = record.indexOf(',', from);
  return end < 0 ? record.length : end;
}

/** The place behind the closing quote; below 0: there is none. */
function closing(record: string, from: number): number {
  for (let at = record.indexOf('"', from + 1); at >= 0; at = record.indexOf('"', at + 2)) {
    if (record.charCodeAt(at + 1) !== QUOTE) return at + 1;
  }
  return -1;
}
