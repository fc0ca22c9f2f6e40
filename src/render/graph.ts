/** Charts of block characters. */
import { sampled, spanOf } from '../core/report/chart.ts';
import type { Block, Series } from '../core/report/report.ts';
import { cut, oneLine, pad, widthOf } from '../core/report/text.ts';
import { printSpan } from '../core/report/words.ts';

const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const WIDEST = 60;

type Chart = Extract<Block, { type: 'chart' }>;

/** A line of blocks for each series, lowest to highest value of all of them, over the same span of time. */
export function drawChart({ title, unit, series }: Chart, width: number): readonly string[] {
  const span = spanOf(series);
  if (!span) return [];
  const values = series.flatMap((one) => one.points.map(([, value]) => value)).filter(Number.isFinite);
  const lowest = Math.min(
    0,
    values.reduce((a, b) => Math.min(a, b), 0),
  );
  const highest = values.reduce((a, b) => Math.max(a, b), lowest);
  const names = Math.min(Math.floor(width / 3), Math.max(...series.map((one) => widthOf(oneLine(one.name)))));
  const count = Math.max(1, Math.min(WIDEST, width - names - 2));
  const heading = `${oneLine(title)}, ${number(lowest)} to ${number(highest)}${unit === '%' ? '%' : ` ${oneLine(unit)}`}, ${printSpan(span[1] - span[0])}`;
  const line = (one: Series): string =>
    sampled(one, span, count)
      .map((value) => block(value, lowest, highest))
      .join('');
  return [
    cut(heading, width),
    ...series.map((one) => `${pad(cut(oneLine(one.name), names), names)}  ${line(one)}`.trimEnd()),
  ];
}

function block(value: number, lowest: number, highest: number): string {
  if (highest === lowest) return BLOCKS[0];
  const share = (value - lowest) / (highest - lowest);
  return BLOCKS[Math.max(0, Math.min(BLOCKS.length - 1, Math.round(share * (BLOCKS.length - 1))))] ?? BLOCKS[0];
}

function number(value: number): string {
  return String(Number(value.toPrecision(4)));
}
