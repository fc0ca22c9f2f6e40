/** Rows as JSON: a list of objects, or one object after another (JSON lines). Read object by object, never as a whole. */
import type { DataProblem, Rows, TextReader } from './problem.ts';

/** Characters of one row. */
const LONGEST = 1_000_000;

interface Place {
  readonly line: number;
  readonly column: number;
}

/** The first object's keys are the header; the others must not have more. */
export function jsonReader(rows: Rows): TextReader {
  let names: readonly string[] | undefined;
  let cells: ReadonlyMap<string, number> = new Map();
  const give = (text: string, place: Place): DataProblem | undefined => {
    const row = parse(text);
    if (typeof row === 'string') return { ...place, message: row };
    if (!names) {
      names = Object.keys(row);
      cells = new Map(names.map((name, index) => [name, index]));
      const problem = rows.header(names);
      if (problem) return { ...place, message: problem.message };
    }
    for (const key in row) {
      if (!cells.has(key)) return { ...place, message: `the row has \`${key}\`, which the first row has not` };
    }
    const problem = rows.row(names.map((name) => row[name]));
    return problem && { ...place, message: problem.message };
  };
  return new Objects(give);
}

function parse(text: string): Readonly<Record<string, unknown>> | string {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch (error) {
    return `no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

const QUOTE = 34;
const COMMA = 44;
const ESCAPE = 92;
const NEWLINE = 10;
const OPEN = 123;
const CLOSE = 125;
const LIST_OPEN = 91;
const LIST_CLOSE = 93;
const WHITE: ReadonlySet<number> = new Set([32, 9, 13, NEWLINE, 0xfeff]);

/** Cuts a text into its outermost objects. What stands between them may only be white space, and commas in a list. */
class Objects implements TextReader {
  readonly #give: (text: string, place: Place) => DataProblem | undefined;
  #held = '';
  #depth = 0;
  #inText = false;
  #escaped = false;
  #list: 'none' | 'open' | 'closed' = 'none';
  #needsComma = false;
  #line = 1;
  /** Of all characters so far: where the line began, and where this piece does. */
  #lineStart = 0;
  #consumed = 0;
  #begun: Place = { line: 1, column: 1 };

  constructor(give: (text: string, place: Place) => DataProblem | undefined) {
    this.#give = give;
  }

  push(text: string): DataProblem | undefined {
    let start = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (this.#depth > 0) {
        if (this.#inside(code)) {
          const problem = this.#end(text.slice(start, i + 1));
          if (problem) return problem;
        }
      } else if (code === OPEN) {
        const problem = this.#begin(i);
        if (problem) return problem;
        start = i;
      } else if (!WHITE.has(code)) {
        const problem = this.#between(code, i);
        if (problem) return problem;
      }
      if (code === NEWLINE) {
        this.#line += 1;
        this.#lineStart = this.#consumed + i + 1;
      }
    }
    this.#consumed += text.length;
    if (this.#depth > 0) this.#held += text.slice(start);
    return this.#held.length > LONGEST
      ? { ...this.#begun, message: 'a row longer than 1,000,000 characters' }
      : undefined;
  }

  end(): DataProblem | undefined {
    if (this.#depth > 0) return { ...this.#begun, message: 'the object that begins here is never closed' };
    return this.#list === 'open' ? { line: this.#line, column: 1, message: 'the list is never closed' } : undefined;
  }

  #here(index: number): Place {
    return { line: this.#line, column: this.#consumed + index - this.#lineStart + 1 };
  }

  #begin(index: number): DataProblem | undefined {
    if (this.#list === 'closed') return { ...this.#here(index), message: 'the list has ended' };
    if (this.#list === 'open' && this.#needsComma) return { ...this.#here(index), message: 'a comma is expected' };
    this.#begun = this.#here(index);
    this.#depth = 1;
    return undefined;
  }

  #end(text: string): DataProblem | undefined {
    const object = this.#held + text;
    this.#held = '';
    this.#needsComma = true;
    return this.#give(object, this.#begun);
  }

  /** One character inside an object; true: it closes it. */
  #inside(code: number): boolean {
    if (this.#inText) {
      if (this.#escaped) this.#escaped = false;
      else if (code === ESCAPE) this.#escaped = true;
      else if (code === QUOTE) this.#inText = false;
    } else if (code === QUOTE) this.#inText = true;
    else if (code === OPEN || code === LIST_OPEN) this.#depth += 1;
    else if (code === CLOSE || code === LIST_CLOSE) this.#depth -= 1;
    return this.#depth === 0;
  }

  #between(code: number, index: number): DataProblem | undefined {
    if (code === LIST_OPEN && this.#list === 'none' && !this.#needsComma) this.#list = 'open';
    else if (code === LIST_CLOSE && this.#list === 'open') this.#list = 'closed';
    else if (code === COMMA && this.#list === 'open' && this.#needsComma) this.#needsComma = false;
    else return { ...this.#here(index), message: 'an object `{...}` is expected: one row' };
    return undefined;
  }
}
