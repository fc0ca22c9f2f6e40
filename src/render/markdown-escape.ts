/**
 * Texts that others wrote, as GitHub Markdown that shows them and does nothing:
 * no mention, no reference to an issue, no link, no HTML, no table cell, no fence, no formatting.
 */
import { clean, oneLine } from '../core/report/text.ts';

/** A zero-width space breaks what GitHub finds after Markdown was read (mentions, references, bare links). */
const BREAK = '&#8203;';

/** Inline text on one line. */
export function escapeInline(text: string): string {
  return escapeMarks(oneLine(text));
}

function escapeMarks(text: string): string {
  return text
    .replace(/[\\`*_~[\]|$]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/#(?=\d)/g, `#${BREAK}`)
    .replace(/@/g, `@${BREAK}`)
    .replace(/\b(GH)-(?=\d)/gi, `$1-${BREAK}`)
    .replace(/:(?=\/\/)/g, `:${BREAK}`)
    .replace(/\b(www|mailto|xmpp)([.:])/gi, `$1${BREAK}$2`);
}

/** Text of several lines as paragraphs: no line can begin a heading, list, quote, rule, table or indented code. */
export function escapeText(text: string): string {
  const paragraphs = clean(text)
    .split(/\n\s*\n/)
    .map((paragraph) =>
      paragraph
        .trim()
        .split('\n')
        .map((line) => escapeStart(escapeMarks(line.trim())))
        .join('  \n'),
    );
  return paragraphs.filter((paragraph) => paragraph !== '').join('\n\n');
}

/** A backslash before what would begin a block. */
export function escapeStart(line: string): string {
  return line.replace(/^[-+=:]|^#(?=#{0,5}(?:\s|$))/, '\\$&').replace(/^(\d{1,9})([.)])/, '$1\\$2');
}

/** A code span whose text cannot end it. */
export function codeSpan(text: string): string {
  const line = oneLine(text);
  const fence = '`'.repeat(longestRun(line) + 1);
  const space = line.startsWith('`') || line.endsWith('`') || line === '' ? ' ' : '';
  return `${fence}${space}${line}${space}${fence}`;
}

/** A fenced block whose text cannot end it. `language` keeps to letters, digits and `-`. */
export function fenced(text: string, language: string = ''): string {
  const body = clean(text).replace(/\n+$/, '');
  const fence = '`'.repeat(Math.max(3, longestRun(body) + 1));
  return `${fence}${language.replace(/[^A-Za-z0-9-]/g, '')}\n${body}\n${fence}`;
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}
