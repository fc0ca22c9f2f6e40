/** Cells as numbers. A text must be a plain decimal number: no `0x10`, no `Infinity`, no empty text. */
import type { Cell } from './problem.ts';

const DECIMAL = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;

/** NaN: it is no number. */
export function numberIn(cell: Cell): number {
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : Number.NaN;
  if (typeof cell === 'boolean') return cell ? 1 : 0;
  if (typeof cell !== 'string') return Number.NaN;
  const text = cell.trim();
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : Number.NaN;
}

export function isEmpty(cell: Cell): boolean {
  return cell === undefined || cell === null || (typeof cell === 'string' && cell.trim() === '');
}

/** How a cell is quoted back to a person: short, and on one line. */
export function shown(cell: Cell): string {
  const text = typeof cell === 'string' ? cell : (JSON.stringify(cell) ?? 'nothing');
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
