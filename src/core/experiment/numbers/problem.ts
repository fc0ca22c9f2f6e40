/** What is wrong with a file of numbers, and where: lines and columns from 1. */
export interface DataProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** What is wrong with one cell of a row (by its place in the header), before it is known where the row stands. */
export interface CellProblem {
  readonly cell: number;
  readonly message: string;
}

/** A cell as a reader found it: a CSV's are texts, a JSON row's are what JSON has. Absent keys are undefined. */
export type Cell = unknown;

/** Takes rows one after another; the header first. */
export interface Rows {
  header(names: readonly string[]): CellProblem | undefined;
  row(cells: readonly Cell[]): CellProblem | undefined;
}

/** Takes a text in pieces of any size. After the first problem nothing more is read. */
export interface TextReader {
  push(text: string): DataProblem | undefined;
  end(): DataProblem | undefined;
}
