/** What a review of a pull request found, and where it stands in the file. */
import type { Code } from '../model/code.ts';

export interface Finding {
  /** As the pull request has it: any text, never trusted. */
  readonly path: string;
  /** One-based; 1 where the file is gone or cannot be read. */
  readonly line: number;
  readonly column?: number;
  /** A failure fails the check; warnings and notices are read by people. */
  readonly level: 'failure' | 'warning' | 'notice';
  readonly code?: Code;
  /** A few words: `flag not valid`. */
  readonly title: string;
  readonly message: string;
}

export type Place = Pick<Finding, 'line' | 'column'>;

/** Where a file begins: for what is about the whole of it. */
export const TOP: Place = { line: 1 };

const WEIGHT: Readonly<Record<Finding['level'], number>> = { failure: 0, warning: 1, notice: 2 };

/** The gravest first, each level by path and line. */
export function inOrderOfWeight(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted(
    (one, other) =>
      WEIGHT[one.level] - WEIGHT[other.level] ||
      (one.path < other.path ? -1 : one.path > other.path ? 1 : 0) ||
      one.line - other.line,
  );
}

export function countOf(findings: readonly Finding[], level: Finding['level']): number {
  return findings.filter((one) => one.level === level).length;
}
