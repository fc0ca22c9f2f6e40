import type { Code } from '../model/code.ts';
import type { Fault } from './fault.ts';

/** Why a text is no command. `position` and `length` are UTF-16 units of the text as it was read. */
export interface SyntaxProblem {
  readonly code: Code;
  /** One line: what, and what to do. */
  readonly message: string;
  readonly position: number;
  readonly length: number;
  /** The text, and below it carets under what is meant. */
  readonly caret: string;
  readonly suggestion?: string;
}

/** Columns of text shown around the carets; longer texts are cut. */
const WIDTH = 100;
const LONGEST = 500;

/** Puts a fault and its text together. */
export function syntaxError(text: string, { code, message, at, suggestion }: Fault): SyntaxProblem {
  const length = Math.max(1, at.end - at.start);
  const caret = caretBelow(text, at.start, length);
  const problem = { code, message: oneLine(message), position: at.start, length, caret };
  return suggestion === undefined ? problem : { ...problem, suggestion };
}

/** A message quotes what was typed, which may be anything. */
function oneLine(message: string): string {
  const line = message.replace(/[\p{Cc}\u2028\u2029]/gu, '\u00b7');
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** Control characters become blanks, so that the carets stand where they should. */
function caretBelow(text: string, start: number, length: number): string {
  const from = start + length > WIDTH ? Math.max(0, start - WIDTH / 2) : 0;
  const before = from > 0 ? '…' : '';
  const shown = text.slice(from, from + WIDTH).replace(/[\p{Cc}\u2028\u2029]/gu, ' ');
  const after = text.length > from + WIDTH ? '…' : '';
  const room = Math.max(1, shown.length + 1 - (start - from));
  const indent = ' '.repeat(before.length + start - from);
  return `${before}${shown}${after}\n${indent}${'^'.repeat(Math.min(length, room))}`;
}
