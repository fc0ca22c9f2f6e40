/** One arm of a comparison in words: the number, and what it was made of. */
import type { JudgeSpec, Sample } from '../model/metric.ts';
import { readSample } from '../judge/read.ts';
import { nameReading, printReading, printSeen } from '../judge/wording.ts';
import { printCount } from './words.ts';

/** What was read of one arm, and the sums it was read from. */
export interface Arm {
  readonly seen: number | null;
  readonly sample: Sample | null;
}

/** The value that a verdict told, else what the sums say without their length of time. */
function valueOf({ seen, sample }: Arm, judge: JudgeSpec): number | null {
  return seen ?? readSample(sample, judge.read, 0);
}

/** `0.52% (63 of 12,110)`, `322 ms (4,020)`; empty where nothing was seen. */
export function printArm(arm: Arm, judge: JudgeSpec): string {
  const value = valueOf(arm, judge);
  if (value === null) return '';
  const text = printSeen(value, arm.sample, judge);
  const size = arm.sample && arm.sample.kind !== 'proportion' ? sizeOf(arm.sample) : null;
  return size === null ? text : `${text} (${printCount(size)})`;
}

/** As `printArm`, for a narrow line: `0.4% 16/4020`, `322ms`. */
export function printArmShort(arm: Arm, judge: JudgeSpec): string {
  const value = valueOf(arm, judge);
  if (value === null) return '-';
  const text = printReading(value, judge).replace(' ', '');
  return arm.sample?.kind === 'proportion' ? `${text} ${arm.sample.bad}/${arm.sample.total}` : text;
}

/** Observations in a sample; null where its kind does not count any. */
function sizeOf(sample: Sample): number | null {
  if (sample.kind === 'mean') return sample.n;
  return sample.kind === 'histogram' ? sample.counts.reduce((sum, count) => sum + count, 0) : null;
}

/** `errors`, `latency p95`: as the judges' sentences call it. */
export function readOf(judge: JudgeSpec): string {
  return nameReading(judge);
}

/** A share as percent with one digit: `33.3%`. */
export function printShare(part: number, whole: number): string {
  return whole === 0 ? '' : `${Math.round((part / whole) * 1000) / 10}%`;
}
