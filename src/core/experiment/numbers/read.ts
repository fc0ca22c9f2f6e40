/** A file of numbers, piece by piece, as the sums of an experiment. CSV or JSON by its first character, rows of users or of sums by its header. */
import type { Experiment, ExperimentData } from '../../model/experiment.ts';
import type { Instant } from '../../model/time.ts';
import { csvReader } from './csv.ts';
import { jsonReader } from './json.ts';
import type { DataProblem, Rows, TextReader } from './problem.ts';
import { summedRows } from './summed.ts';
import { type Summing, userRows } from './users.ts';

export type DataRead =
  | { readonly ok: true; readonly data: ExperimentData }
  | { readonly ok: false; readonly problem: DataProblem };

export interface DataReader {
  /** The next piece of the text; a problem ends the reading. */
  push(text: string): DataProblem | undefined;
  /** What it came to. `from` names the file; `until` is the moment up to which it speaks. */
  end(about: { readonly from: string; readonly until: Instant }): DataRead;
}

export function dataReader(experiment: Experiment): DataReader {
  let text: TextReader | undefined;
  let summing: Summing | undefined;
  let rowCount = 0;
  const rows: Rows = {
    header(names) {
      const trimmed = names.map((name) => name.trim());
      if (!trimmed.includes('user') && !trimmed.includes('metric'))
        return { cell: 0, message: 'the header has neither `user` (a row a user) nor `metric` (a row a sum)' };
      summing = trimmed.includes('user') ? userRows(experiment) : summedRows(experiment);
      return summing.header(trimmed);
    },
    row(cells) {
      rowCount += 1;
      return summing?.row(cells);
    },
  };
  return {
    push(piece) {
      if (!text) {
        const first = piece.replace(/^\uFEFF/, '').trimStart()[0];
        if (first === undefined) return undefined;
        text = first === '{' || first === '[' ? jsonReader(rows) : csvReader(rows);
      }
      return text.push(piece);
    },
    end({ from, until }) {
      const problem = text?.end();
      if (problem) return { ok: false, problem };
      if (!summing || rowCount === 0)
        return { ok: false, problem: { line: 1, column: 1, message: 'there are no rows' } };
      return { ok: true, data: { from: `${from}${leftOut(summing.early?.() ?? 0)}`, until, ...summing.total() } };
    },
  };
}

function leftOut(rows: number): string {
  if (rows === 0) return '';
  return ` (${rows} ${rows === 1 ? 'row' : 'rows'} from before the start left out)`;
}
