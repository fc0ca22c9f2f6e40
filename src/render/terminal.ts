/** A report as text for a terminal or a log. */
import { type Draw, alignTable } from '../core/report/align.ts';
import { diffLines } from '../core/report/diff.ts';
import type { Block, Mood, Report } from '../core/report/report.ts';
import { clean, oneLine, wrap } from '../core/report/text.ts';
import { moodOf } from '../core/report/words.ts';
import { drawChart } from './graph.ts';

/** What a style is for; the caller decides what it looks like, and whether there are colours at all. */
export type Accent = Mood | 'title' | 'dim' | 'added' | 'removed';
/** May add escape sequences around a text, never width. */
export type Style = (accent: Accent, text: string) => string;

export interface TerminalOptions {
  /** Columns; 20 at the least. */
  readonly width?: number;
  readonly style?: Style;
}

interface Pen {
  readonly width: number;
  readonly style: Style;
}

const DEFAULT_WIDTH = 100;
const NARROWEST = 20;

/** The report in lines of at most `width` columns; texts of others cannot move the cursor or change colours. */
export function renderTerminal(report: Report, options: TerminalOptions = {}): string {
  const { width = DEFAULT_WIDTH, style = (_, text) => text } = options;
  // An empty text has no style: escape sequences alone would count as a line.
  const pen: Pen = {
    width: Math.max(NARROWEST, width),
    style: (accent, text) => (text === '' ? '' : style(accent, text)),
  };
  const parts = report.blocks.map((block) => drawBlock(block, pen).join('\n')).filter((part) => part !== '');
  return parts.length === 0 ? '' : `${parts.join('\n\n')}\n`;
}

/** As for a terminal, without colours: logs, mails, `git` bodies. */
export function renderPlain(report: Report, width: number = DEFAULT_WIDTH): string {
  return renderTerminal(report, { width });
}

const SIGNS: Readonly<Record<Mood, string>> = {
  good: 'ok  ',
  bad: '!!  ',
  waiting: '?   ',
  moving: '..  ',
  neutral: '',
};

function drawBlock(block: Block, pen: Pen): readonly string[] {
  switch (block.type) {
    case 'heading':
      return drawHeading(block, pen);
    case 'text':
      return wrap(clean(block.text), pen.width);
    case 'list':
      return block.items.flatMap((item) => hanging('- ', oneLine(item), pen.width));
    case 'table':
      return drawTable(block, pen);
    case 'diff':
      return drawDiff(block, pen);
    case 'code':
      return clean(block.text)
        .split('\n')
        .flatMap((line) => hanging('    ', line, pen.width));
    case 'chart':
      return drawChart(block, pen.width);
    case 'buttons':
      return drawButtons(block, pen);
  }
}

function drawHeading(
  { text, mood = 'neutral' }: Extract<Block, { type: 'heading' }>,
  { width, style }: Pen,
): readonly string[] {
  const sign = SIGNS[mood];
  return hanging(sign, oneLine(text), width).map((line, index) =>
    index === 0 && sign !== '' ? style(mood, sign) + style('title', line.slice(sign.length)) : style('title', line),
  );
}

/** The first line after a sign, the others under it. */
function hanging(sign: string, text: string, width: number): readonly string[] {
  const lines = wrap(text, width - sign.length);
  return lines.map((line, index) => ((index === 0 ? sign : ' '.repeat(sign.length)) + line).trimEnd());
}

function drawTable(block: Extract<Block, { type: 'table' }>, { width, style }: Pen): readonly string[] {
  const draw: Draw = (padded, { text, column, row }) => {
    if (row < 0) return style('dim', padded);
    const mood = block.columns[column]?.moods ? moodOf(text) : 'neutral';
    return mood === 'neutral' ? padded : style(mood, padded);
  };
  return alignTable(block, width, draw);
}

function drawDiff(
  { before, after, label }: Extract<Block, { type: 'diff' }>,
  { width, style }: Pen,
): readonly string[] {
  const lines = diffLines(before, after).flatMap(({ sign, text }) => {
    const accent = sign === '+' ? 'added' : sign === '-' ? 'removed' : 'dim';
    return hanging(`${sign} `, clean(text), width).map((line) => style(accent, line));
  });
  return label === undefined ? lines : [...wrap(oneLine(label), width), ...lines];
}

function drawButtons({ buttons }: Extract<Block, { type: 'buttons' }>, { width, style }: Pen): readonly string[] {
  if (buttons.length === 0) return [];
  const rows = buttons.map(({ text, command }) => [text, `sluice ${command}`]);
  return alignTable({ columns: [{ title: '' }, { title: '' }], rows }, width, (padded, { column }) =>
    column === 0 ? style('dim', padded) : padded,
  );
}
