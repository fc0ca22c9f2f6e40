/** How judges and triggers word what they saw. */
import type { MetricKind, Sample } from '../model/metric.ts';
import { printCount } from '../report/words.ts';

/** What is read, and in which unit. */
export interface Reading {
  readonly metric: string;
  readonly kind: MetricKind;
  readonly read?: string;
  readonly unit?: string;
}

/** `errors`, `latency p95`, `cpu`: how a reading is called in a sentence. */
export function nameReading({ metric, kind, read }: Reading): string {
  if (read === 'success') return `${metric.replace(/[-.]?(error|success)s?-rate$/, '')} success`.trim();
  const plain = metric.replace(/^error-rate$/, 'errors').replaceAll('-', ' ');
  return read === undefined || (kind !== 'histogram' && read !== 'mean') ? plain : `${plain} ${read}`;
}

/** A number in its unit: `6.1%`, `1.24 s`, `820 ms`, `512/s`. */
export function printReading(value: number, { kind, read, unit }: Reading): string {
  if (kind === 'proportion') return `${short(value * 100, 1)}%`;
  if (kind === 'count' && read !== 'count') return `${short(value)}/s`;
  const usual = unit ?? (kind === 'histogram' ? 's' : '');
  if (usual === 's' && value !== 0 && Math.abs(value) < 1) return `${short(value * 1_000)} ms`;
  if (usual === '') return short(value);
  return usual === '%' ? `${short(value)}%` : `${short(value)} ${usual}`;
}

/** `6.1% (46 of 756)`: the number with what it is made of, where that says more. */
export function printSeen(value: number | null, sample: Sample | null, reading: Reading): string {
  if (value === null) return 'nothing';
  const printed = printReading(value, reading);
  if (sample?.kind !== 'proportion') return printed;
  const counted = reading.read === 'success' ? sample.total - sample.bad : sample.bad;
  return `${printed} (${printCount(counted)} of ${printCount(sample.total)})`;
}

/** A bound as it was configured, none of its digits lost. */
export function printBound(value: number, { kind, read, unit }: Reading): string {
  if (kind === 'proportion') return `${exact(value * 100)}%`;
  if (kind === 'count' && read !== 'count') return `${exact(value)}/s`;
  const usual = unit ?? (kind === 'histogram' ? 's' : '');
  return usual === '%' ? `${exact(value)}%` : `${exact(value)} ${usual}`.trim();
}

/** Without the noise of binary fractions: 0.01 * 100 is 1. */
function exact(value: number): string {
  const clean = Number(value.toPrecision(12));
  return Math.abs(clean) >= 1_000 ? printCount(clean) : String(clean);
}

/** `decimals` behind the point from 1 on, two digits that say something below it. */
function short(value: number, decimals = 2): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  const rounded = size < 1 ? Number(value.toPrecision(2)) : Number(value.toFixed(size < 10 ? decimals : 1));
  return size >= 1_000 ? printCount(Math.round(value)) : String(rounded);
}
