/** How a metric's values are worded: rates as percent, histograms as times unless another unit is told. */
import type { JudgeSpec, Sample } from '../model/metric.ts';
import { printCount } from './words.ts';

/** A fraction as percent with two digits that mean something: `0.52%`, `6.1%`, `24.9%`, `100%`. */
export function printRate(fraction: number): string {
  const percent = fraction * 100;
  if (percent === 0 || Number.isInteger(percent)) return `${percent}%`;
  return Math.abs(percent) < 1 ? `${plain(percent, 2)}%` : `${Math.round(percent * 10) / 10}%`;
}

/** A fraction as somebody wrote it in a bound: `1%`, `0.3%`. */
export function printBoundRate(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(6))}%`;
}

/** `toPrecision` without an exponent for anything a rate can be. */
function plain(value: number, digits: number): string {
  const text = value.toPrecision(digits);
  return text.includes('e') ? String(Number(text)) : text;
}

/** Seconds as people time a request: `310 ms`, `2 s`, `1.25 s`. */
export function printSeconds(seconds: number): string {
  if (Math.abs(seconds) < 1) return `${Number((seconds * 1000).toPrecision(3))} ms`;
  return `${Number(seconds.toPrecision(3))} s`;
}

/** What decides how a number is worded. `unit` is the metric's own (`s`, `ms`, `bytes`); histograms are in seconds without one. */
export interface Measure {
  readonly kind: JudgeSpec['kind'];
  readonly unit?: string;
}

/** A metric's value in words: `0.52%`, `322 ms`, `12.5`. */
export function printValue(value: number, { kind, unit }: Measure): string {
  if (kind === 'proportion') return printRate(value);
  if (unit === 's' || (unit === undefined && kind === 'histogram')) return printSeconds(value);
  if (unit === 'ms') return printSeconds(value / 1000);
  const number = printCount(Number(value.toPrecision(4)));
  return unit === undefined ? number : `${number} ${unit}`;
}

/** A judge's bound in words. */
export function printBound(value: number, measure: Measure): string {
  return measure.kind === 'proportion' ? printBoundRate(value) : printValue(value, measure);
}

/** Observations in a sample; null where its kind does not count any. */
export function sizeOf(sample: Sample): number | null {
  if (sample.kind === 'proportion') return sample.total;
  if (sample.kind === 'mean') return sample.n;
  return sample.kind === 'histogram' ? sample.counts.reduce((sum, count) => sum + count, 0) : null;
}

/** The value a sample says by itself: null where it must be read (a quantile) or there is nothing in it. */
function valueOf(sample: Sample): number | null {
  if (sample.kind === 'proportion') return sample.total > 0 ? sample.bad / sample.total : null;
  if (sample.kind === 'mean') return sample.n > 0 ? sample.sum / sample.n : null;
  if (sample.kind === 'count') return sample.count;
  return sample.kind === 'value' ? sample.value : null;
}

/** One arm of a comparison: what was read, and what it was read from. */
export interface Arm {
  readonly seen: number | null;
  readonly sample: Sample | null;
}

/** `0.52% (63 of 12,110)`, `322 ms (4,020)`; empty where nothing was seen. */
export function printArm({ seen, sample }: Arm, measure: Measure): string {
  const value = seen ?? (sample ? valueOf(sample) : null);
  if (value === null) return '';
  const text = printValue(value, measure);
  if (sample?.kind === 'proportion') return `${text} (${printCount(sample.bad)} of ${printCount(sample.total)})`;
  const size = sample ? sizeOf(sample) : null;
  return size === null ? text : `${text} (${printCount(size)})`;
}

/** As `printArm`, for a narrow line: `0.40% 16/4020`, `322 ms`. */
export function printArmShort({ seen, sample }: Arm, measure: Measure): string {
  const value = seen ?? (sample ? valueOf(sample) : null);
  if (value === null) return '-';
  const text = printValue(value, measure).replace(' ', '');
  return sample?.kind === 'proportion' ? `${text} ${sample.bad}/${sample.total}` : text;
}
