/** Problems as annotations of the run: on their lines where they have one. */
import { ConfigRefused } from '../compose/github-config.ts';
import { sentences } from '../core/config/problem.ts';
import type { Outcome } from '../core/decision.ts';
import { clean, oneLine } from '../core/report/text.ts';
import type { AnnotationPlace, Runner } from './runner.ts';
import { hide } from './secrets.ts';

export type Level = 'error' | 'warning' | 'notice';

export interface Annotation {
  readonly level: Level;
  readonly message: string;
  /** One line above the message, such as the code. */
  readonly title?: string;
  /** Path in the repository. Lines and columns count from 1. */
  readonly file?: string;
  readonly line?: number;
  readonly endLine?: number;
  readonly column?: number;
  readonly endColumn?: number;
}

/** GitHub keeps ten of each level a step (docs.github.com/rest/checks/runs, "Annotations"), and drops the rest without a word. */
const MOST = 10;
/** Characters; GitHub cuts a message at 64 KB and a title at 255. */
const LONGEST = 4_000;
const LONGEST_TITLE = 200;

const LEVELS: readonly Level[] = ['error', 'warning', 'notice'];

/**
 * Writes the annotations, at most ten of each level: of more, the tenth says how many were left out, and all of them stand in the log.
 * Call it once a step.
 */
export function annotate(runner: Runner, annotations: readonly Annotation[], secrets: readonly string[] = []): void {
  for (const level of LEVELS) {
    const all = annotations.filter((one) => one.level === level);
    const shown = all.length > MOST ? all.slice(0, MOST - 1) : all;
    for (const one of shown) runner[level](messageOf(one, secrets), placeOf(one, secrets));
    const rest = all.slice(shown.length);
    if (rest.length === 0) continue;
    for (const one of rest) runner.info(logLine(one, secrets));
    runner[level](`${rest.length} more of this kind: they stand in the log of this step`, { title: 'and more' });
  }
}

/** What an outcome that failed says of itself; nothing of one that is well. */
export function outcomeAnnotations({ ok, code, summary }: Outcome): readonly Annotation[] {
  return ok ? [] : [{ level: 'error', title: code, message: summary }];
}

/** The problems of a configuration, each on its line; nothing of any other failure. */
export function configAnnotations(error: unknown): readonly Annotation[] {
  if (!(error instanceof ConfigRefused)) return [];
  return error.problems.map((problem) => ({
    level: 'error',
    title: problem.code,
    message: sentences(problem),
    file: error.path,
    line: problem.line,
    endLine: problem.line,
    column: problem.column,
    endColumn: problem.endColumn,
  }));
}

function messageOf({ message }: Annotation, secrets: readonly string[]): string {
  const text = hide(clean(message), secrets);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** A line that is no number from 1 would make GitHub drop the whole annotation. */
function placeOf(annotation: Annotation, secrets: readonly string[]): AnnotationPlace {
  const { title, file, line, endLine, column, endColumn } = annotation;
  return {
    ...(title === undefined ? {} : { title: hide(oneLine(title), secrets).slice(0, LONGEST_TITLE) }),
    ...(file === undefined ? {} : { file }),
    ...(file === undefined || !isCount(line) ? {} : { startLine: line }),
    ...(file === undefined || !isCount(endLine) ? {} : { endLine }),
    // Columns count only where the annotation stands on one line.
    ...(file === undefined || !isCount(column) || (endLine ?? line) !== line ? {} : { startColumn: column }),
    ...(file === undefined || !isCount(endColumn) || (endLine ?? line) !== line ? {} : { endColumn }),
  };
}

function isCount(number: number | undefined): number is number {
  return number !== undefined && Number.isSafeInteger(number) && number > 0;
}

function logLine(annotation: Annotation, secrets: readonly string[]): string {
  const { level, title, file, line } = annotation;
  const where = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}: `;
  const what = title === undefined ? '' : `${title}: `;
  return oneLine(hide(`${level}: ${where}${what}${annotation.message}`, secrets)).slice(0, LONGEST);
}
