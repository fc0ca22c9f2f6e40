/** A report as GitHub Markdown: comments, check runs, job summaries. */
import { diffLines } from '../core/report/diff.ts';
import type { Block, Mood, Report } from '../core/report/report.ts';
import { oneLine } from '../core/report/text.ts';
import { moodOf } from '../core/report/words.ts';
import { codeSpan, escapeInline, escapeStart, escapeText, fenced } from './markdown-escape.ts';
import { type Limited, limit } from './markdown-limit.ts';
import { mermaidChart } from './mermaid.ts';

export interface MarkdownOptions {
  /** What comes before a command that people type (`/sluice`, the default), and which commands need nothing but `/`. */
  readonly prefix?: string;
  readonly bare?: readonly string[];
  /** Users and teams to call (`alice`, `acme/web-leads`): the only mentions that notify. Others than such names are left out. */
  readonly mentions?: readonly string[];
  /** An invisible comment at the begin by which the message is found again. */
  readonly marker?: string;
  /** Blocks after the first so many lie in `<details>`. */
  readonly foldAfter?: number;
  /** Characters; default 65,536, what GitHub takes for a comment. */
  readonly limit?: number;
}

const GITHUB_LIMIT = 65_536;
/** Code and diffs of more lines are folded. */
const FOLD_LINES = 20;

const SIGNS: Readonly<Record<Mood, string>> = { good: '✅ ', bad: '🔴 ', waiting: '✋ ', moving: '⏳ ', neutral: '' };
const CELL_SIGNS: Readonly<Record<Mood, string>> = { ...SIGNS, bad: '❌ ' };

/** The report as Markdown of at most `limit` characters: the middle is left out first, fences and folds stay whole. */
export function renderMarkdown(report: Report, options: MarkdownOptions = {}): string {
  const { limit: most = GITHUB_LIMIT, marker, foldAfter } = options;
  const head = marker === undefined ? [] : [`<!-- ${oneLine(marker).replace(/-{2,}|[<>]/g, '-')} -->`];
  const called = (options.mentions ?? []).filter((name) => /^[A-Za-z0-9-]{1,39}(\/[A-Za-z0-9._-]{1,100})?$/.test(name));
  if (called.length > 0) head.push(called.map((name) => `@${name}`).join(' '));
  const drawn: readonly Limited[] = report.blocks.map((block) => ({
    text: drawBlock(block, options),
    shorter: (room) => drawBlock(shortened(block, room), options),
  }));
  const cutAt = foldAfter === undefined || foldAfter >= drawn.length ? drawn.length : Math.max(0, foldAfter);
  const frame = cutAt < drawn.length ? ['<details><summary>Details</summary>', '</details>'] : [];
  const room = most - [...head, ...frame].reduce((sum, text) => sum + text.length + 2, 0) - 1;
  const parts = limit(drawn, room, cutAt);
  const shown = parts.before.filter((part) => part !== '');
  const folded = parts.after.filter((part) => part !== '');
  const rest = folded.length > 0 ? [frame[0] ?? '', ...folded, frame[1] ?? ''] : [];
  return `${[...head, ...shown, ...rest].join('\n\n')}\n`;
}

function drawBlock(block: Block, options: MarkdownOptions): string {
  switch (block.type) {
    case 'heading':
      return `### ${SIGNS[block.mood ?? 'neutral']}${escapeInline(block.text)}`;
    case 'text':
      return escapeText(block.text);
    case 'list':
      return block.items.map((item) => `- ${escapeStart(escapeInline(item))}`).join('\n');
    case 'table':
      return drawTable(block);
    case 'diff':
      return foldLong(fenced(diffText(block), 'diff'), block.label);
    case 'code':
      return foldLong(fenced(block.text, block.language), undefined);
    case 'chart':
      return drawChart(block);
    case 'buttons':
      return block.buttons.map(({ command }) => codeSpan(typed(command, options))).join(' · ');
  }
}

/** The command as a person types it in a comment. */
function typed(
  command: string,
  { prefix = '/sluice', bare = ['deploy', 'rollback', 'status'] }: MarkdownOptions,
): string {
  const [verb = ''] = command.split(' ');
  return bare.includes(verb) ? `/${command}` : `${prefix} ${command}`;
}

function drawTable({ columns, rows }: Extract<Block, { type: 'table' }>): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const marks = columns.map((column) => (column.align === 'right' ? '--:' : ':--'));
  const body = rows.map((row) =>
    line(
      columns.map(
        (column, index) =>
          (column.moods ? CELL_SIGNS[moodOf(oneLine(row[index] ?? ''))] : '') + escapeInline(row[index] ?? ''),
      ),
    ),
  );
  return [line(columns.map((column) => escapeInline(column.title))), `|${marks.join('|')}|`, ...body].join('\n');
}

function diffText({ before, after }: Extract<Block, { type: 'diff' }>): string {
  return diffLines(before, after)
    .map(({ sign, text }) => `${sign}${text}`)
    .join('\n');
}

function foldLong(text: string, label: string | undefined): string {
  const lines = text.split('\n').length - 2;
  if (lines <= FOLD_LINES) return label === undefined ? text : `${escapeText(label)}\n\n${text}`;
  const summary = label === undefined ? `${lines} lines` : `${escapeHtml(label)} (${lines} lines)`;
  return `<details><summary>${summary}</summary>\n\n${text}\n\n</details>`;
}

/** Inside an HTML block Markdown is not read: only HTML and what GitHub finds later matter. */
function escapeHtml(text: string): string {
  return oneLine(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[@#:]/g, '$&&#8203;');
}

function drawChart(block: Extract<Block, { type: 'chart' }>): string {
  const source = mermaidChart(block);
  return source === '' ? '' : fenced(source, 'mermaid');
}

/** A block of which about `room` characters are left: of code the end, of all else the begin. */
function shortened(block: Block, room: number): Block {
  switch (block.type) {
    case 'code':
      return { ...block, text: tail(block.text, room) };
    case 'diff':
      return { type: 'code', text: tail(diffText(block), room), language: 'diff' };
    case 'text':
      return { ...block, text: begin(block.text, room) };
    case 'list':
      return {
        ...block,
        items: fitting(block.items, room, { sizeOf: (item) => item.length + 3, more: (left) => `… ${left} more` }),
      };
    case 'table':
      return {
        ...block,
        rows: fitting(block.rows, room, {
          sizeOf: (row) => row.join(' | ').length + 5,
          more: (left) => [`… ${left} more`],
        }),
      };
    case 'heading':
      return { ...block, text: begin(block.text, Math.max(room, 80)) };
    default:
      return { type: 'text', text: 'left out: too long' };
  }
}

/** Escaping makes texts longer, up to seven times for some characters. */
const GROWTH = 8;

function tail(text: string, room: number): string {
  if (text.length <= room) return text;
  const kept = text.slice(text.length - Math.max(0, room)).replace(/^[\udc00-\udfff]/, '');
  return `… ${text.length - kept.length} characters left out\n${kept}`;
}

function begin(text: string, room: number): string {
  return text.length * GROWTH <= room
    ? text
    : `${text.slice(0, Math.max(0, Math.floor(room / GROWTH))).replace(/[\ud800-\udbff]$/, '')}…`;
}

interface Fitting<T> {
  readonly sizeOf: (one: T) => number;
  readonly more: (left: number) => T;
}

function fitting<T>(all: readonly T[], room: number, { sizeOf, more }: Fitting<T>): readonly T[] {
  let used = 0;
  const count = all.findIndex((one) => {
    used += sizeOf(one) * GROWTH;
    return used > room;
  });
  return count < 0 ? all : [...all.slice(0, count), more(all.length - count)];
}
