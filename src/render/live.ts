/** Rows that are painted in place on a terminal, and plain lines where there is none. */

/** Where it is written to; `columns` and `rows` are read at each painting, so that a resize is seen. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** What is shown now: rows for a terminal, and a line for a log if something durable changed. */
export interface Frame {
  readonly rows: readonly string[];
  readonly line?: string | undefined;
}

const ESC = '\u001b[';
/** Synchronized output (terminal private mode 2026): a terminal that does not know it ignores it. */
const BEGIN = `${ESC}?2026h`;
const END = `${ESC}?2026l`;
const HIDE = `${ESC}?25l`;
const SHOW = `${ESC}?25h`;
const CLEAR_LINE = `${ESC}K`;
const CLEAR_BELOW = `${ESC}J`;

/**
 * One place on the screen that is painted again and again. Rows must be clean and no wider than the screen
 * (`liveRows` makes them so); more rows than the screen has are cut at the end. Call `end` once, also after a failure.
 */
export class LiveScreen {
  readonly #output: Output;
  #painted = 0;
  #last = '';
  #hidden = false;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Columns that rows may take: one less than the screen has, because a full line wraps on some terminals. */
  get width(): number {
    return Math.max(20, (this.#output.columns ?? 101) - 1);
  }

  /** Paints the rows where the last ones stood; not a terminal: writes the line, if there is one. */
  show({ rows, line }: Frame): void {
    if (this.#output.isTTY === true) this.#paint(rows);
    else if (line !== undefined) this.#output.write(`${line}\n`);
  }

  /** Writes a line above the rows, for what shall stay when the rows change. */
  print(line: string): void {
    if (this.#output.isTTY !== true || this.#painted === 0) {
      this.#output.write(`${line}\n`);
      return;
    }
    const rows = this.#last.split('\n');
    this.#output.write(`${BEGIN}${this.#back()}${line}${CLEAR_LINE}\n${CLEAR_BELOW}`);
    this.#painted = 0;
    this.#last = '';
    this.#paint(rows);
  }

  /** Gives the cursor back and leaves the last rows standing. */
  end(): void {
    if (this.#hidden) this.#output.write(SHOW);
    this.#hidden = false;
    this.#painted = 0;
    this.#last = '';
  }

  #paint(all: readonly string[]): void {
    const rows = all.slice(0, Math.max(1, (this.#output.rows ?? 100) - 1));
    const text = rows.join('\n');
    if (text === this.#last && this.#painted > 0) return;
    const hide = this.#hidden ? '' : HIDE;
    const lines = rows.map((row) => `${row}${CLEAR_LINE}\n`).join('');
    this.#output.write(`${BEGIN}${hide}${this.#back()}${lines}${CLEAR_BELOW}${END}`);
    this.#hidden = true;
    this.#painted = rows.length;
    this.#last = text;
  }

  #back(): string {
    return this.#painted > 0 ? `\r${ESC}${this.#painted}A` : '';
  }
}
