import type { Block } from '../report/report.ts';

/** A page of help as plain text: headings at the margin, everything else indented, tables in columns. */
export function helpText(blocks: readonly Block[]): string {
  return `${blocks.map(blockText).join('\n')}\n`;
}

function blockText(block: Block): string {
  if (block.type === 'heading') return `\n${block.text}`;
  if (block.type === 'text') return `  ${block.text}`;
  if (block.type === 'code') return `    ${block.text}`;
  if (block.type === 'list') return block.items.map((item) => `    ${item}`).join('\n');
  return block.type === 'table' ? columns(block.rows) : '';
}

/** A left column wider than this pushes its neighbour to a line of its own. */
const WIDEST = 38;

function columns(rows: readonly (readonly string[])[]): string {
  const width = Math.min(WIDEST, Math.max(0, ...rows.map(([left]) => left?.length ?? 0)));
  return rows.map(([left = '', right = '']) => row(left, right, width)).join('\n');
}

function row(left: string, right: string, width: number): string {
  if (left.length <= width) return `  ${left.padEnd(width)}  ${right}`;
  return `  ${left}\n  ${' '.repeat(width)}  ${right}`;
}
