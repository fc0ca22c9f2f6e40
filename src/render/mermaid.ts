/** A chart as Mermaid's `xychart-beta`, which GitHub draws. */
import { sampled, scaleOf, spanOf } from '../core/report/chart.ts';
import type { Block } from '../core/report/report.ts';
import { oneLine } from '../core/report/text.ts';

/** Values per line: enough to see a stage, few enough to read the source. */
const POINTS = 25;

type Chart = Extract<Block, { type: 'chart' }>;

/** The diagram's source without its fence; values are taken at equal distances of time. Empty without points. */
export function mermaidChart({ title, unit, series }: Chart): string {
  const span = spanOf(series);
  if (!span) return '';
  const length = Math.max(1, span[1] - span[0]);
  const { name, size } = scaleOf(length);
  const lines = series.map((one) => sampled(one, span, POINTS)).filter((values) => values.length > 0);
  const highest = lines.flat().reduce((a, b) => Math.max(a, b), 0);
  const lowest = lines.flat().reduce((a, b) => Math.min(a, b), 0);
  return [
    'xychart-beta',
    `  title "${quoted(title)}"`,
    `  x-axis "${name}" 0 --> ${short(length / size)}`,
    `  y-axis "${quoted(unit)}" ${short(lowest)} --> ${short(highest === lowest ? lowest + 1 : highest)}`,
    ...lines.map((values) => `  line [${values.map(short).join(', ')}]`),
  ].join('\n');
}

function quoted(text: string): string {
  return oneLine(text).replace(/["\\`;#]/g, "'");
}

/** Four digits that mean something, never with an exponent, which the grammar does not know. */
function short(value: number): string {
  const text = String(Number(value.toPrecision(4)));
  return text.includes('e') ? value.toFixed(Math.abs(value) < 1 ? 6 : 0) : text;
}
