import type { Code } from '../model/code.ts';
import { type Locate, type Path, printPath, type Span } from './tree.ts';

/** Something in the configuration worth a person's look, and where it stands. */
export interface Warning {
  /** `strategies.safe.stages[1].bake` */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly message: string;
  readonly hint?: string;
}

/** Something that makes the configuration unusable. */
export interface Problem extends Warning {
  readonly code: Extract<Code, 'config-invalid' | 'config-key-unknown' | 'secret-missing'>;
  readonly found: string;
  readonly expected: string;
}

/** What a check says of a path; `at` says whether the key or the value is pointed at. */
export interface Remark {
  readonly message: string;
  readonly found?: string;
  readonly expected?: string;
  readonly hint?: string;
  readonly at?: 'key' | 'value';
  readonly code?: Problem['code'];
}

/** Collects what the checks find; all of it is shown, not only the first. */
export interface Findings {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
  problem(path: Path, remark: Remark): void;
  warning(path: Path, remark: Remark): void;
}

const START: Span = { line: 1, column: 1, endColumn: 1 };

/** Where a path stands, or the nearest thing around it that does. */
export function placeOf(locate: Locate, path: Path, at: 'key' | 'value'): Span {
  const here = locate(path, at) ?? locate(path, 'value');
  if (here) return here;
  for (let length = path.length - 1; length >= 0; length--) {
    const around = locate(path.slice(0, length), 'key') ?? locate(path.slice(0, length), 'value');
    if (around) return around;
  }
  return START;
}

export function newFindings(locate: Locate): Findings {
  const problems: Problem[] = [];
  const warnings: Warning[] = [];
  const say = (path: Path, { message, hint, at = 'value' }: Remark): Warning => {
    const said = { path: printPath(path), ...placeOf(locate, path, at), message };
    return hint === undefined ? said : { ...said, hint };
  };
  return {
    problems,
    warnings,
    problem: (path, remark) => {
      const { code = 'config-invalid', found = '', expected = '' } = remark;
      const made = { code, ...say(path, remark), found, expected };
      // One shared default is read by many services: the same remark at the same place is one problem.
      if (!problems.some((other) => same(other, made))) problems.push(made);
    },
    warning: (path, remark) => {
      const made = say(path, remark);
      if (!warnings.some((other) => same(other, made))) warnings.push(made);
    },
  };
}

function same(one: Warning, other: Warning): boolean {
  return one.line === other.line && one.column === other.column && one.message === other.message;
}

export function inOrder<T extends Warning>(list: readonly T[]): readonly T[] {
  return [...list].sort((a, b) => a.line - b.line || a.column - b.column);
}

/** `code  file:line:column  message`, then the source line with a caret under what is meant. */
export function printProblem(problem: Warning & { readonly code?: string }, file: string, text: string): string {
  const place = `${file}:${problem.line}:${problem.column}`;
  const head = `${problem.code ?? 'warning'}  ${place}  ${sentences(problem)}`;
  const source = text.split(/\r\n|\n|\r/)[problem.line - 1];
  if (source === undefined || source.trim() === '') return head;
  // Tabs stay tabs in the caret's line, so that it stands under the right place however wide they are.
  const pad = source.slice(0, problem.column - 1).replace(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, problem.endColumn - problem.column));
  return `${head}\n    ${source}\n    ${pad}${carets}`;
}

/** What is wrong and what helps, without the place. */
export function sentences({ message, hint }: Pick<Warning, 'message' | 'hint'>): string {
  if (hint === undefined) return message;
  return `${message}${/[.:?]$/.test(message) ? '' : '.'} ${hint.charAt(0).toUpperCase()}${hint.slice(1)}`;
}
