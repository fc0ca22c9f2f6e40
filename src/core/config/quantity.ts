import type { MetricConfig } from '../model/metric.ts';
import { parseDuration } from '../model/time.ts';

/** A bound as it was written. `percent` counts in percent, `time` in ms, `plain` in whatever the metric counts. */
export interface Quantity {
  readonly written: string;
  readonly unit: 'percent' | 'time' | 'plain' | 'other';
  readonly number: number;
  /** The unit as written, where it is none of ours: `req/s`. */
  readonly suffix?: string;
}

/** `1%`, `2s`, `500`, `500/s`; undefined for anything else. */
export function parseQuantity(written: string): Quantity | undefined {
  const match = /^(-?\d+(?:\.\d+)?) ?([%A-Za-z/][A-Za-z0-9/%]*)?$/.exec(written);
  if (!match) return undefined;
  const number = Number(match[1]);
  const suffix = match[2];
  if (suffix === undefined) return { written, unit: 'plain', number };
  if (suffix === '%') return { written, unit: 'percent', number };
  const length = parseDuration(written.replace(' ', ''));
  return length === undefined
    ? { written, unit: 'other', number, suffix }
    : { written, unit: 'time', number: number * unitLength(suffix) };
}

function unitLength(suffix: string): number {
  return { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[suffix] ?? 1;
}

export type InUnit = { readonly value: number } | { readonly expected: string; readonly hint?: string };

/**
 * A bound in the metric's own unit: a rate as a fraction of one, seconds or milliseconds as the metric says,
 * everything else as it counts. Counts and samples (`read: 'count'`) have no unit.
 */
export function inUnitOf(metric: Pick<MetricConfig, 'kind' | 'unit'>, bound: Quantity): InUnit {
  if (metric.kind === 'proportion' || metric.unit === 'ratio') return asFraction(bound);
  if (metric.unit === '%') return asPercent(bound);
  if (metric.unit === 's' || metric.unit === 'ms') return asTime(bound, metric.unit);
  return asCount(bound, metric.unit);
}

function round(value: number): number {
  return Number(value.toPrecision(12));
}

function asFraction(bound: Quantity): InUnit {
  if (bound.unit === 'percent') return { value: round(bound.number / 100) };
  return wantsPercent(bound, bound.number < 1);
}

function asPercent(bound: Quantity): InUnit {
  return bound.unit === 'percent' ? { value: bound.number } : wantsPercent(bound, false);
}

function wantsPercent(bound: Quantity, fraction: boolean): InUnit {
  const expected = 'a share in percent, such as `1%`';
  if (bound.unit !== 'plain') return { expected };
  return { expected, hint: `did you mean \`${round(fraction ? bound.number * 100 : bound.number)}%\`?` };
}

function asTime(bound: Quantity, unit: 's' | 'ms'): InUnit {
  if (bound.unit === 'time') return { value: round(unit === 's' ? bound.number / 1_000 : bound.number) };
  const expected = 'a length of time, such as `2s` or `50ms`';
  return bound.unit === 'plain' ? { expected, hint: `did you mean \`${bound.number}${unit}\`?` } : { expected };
}

function asCount(bound: Quantity, unit: string | undefined): InUnit {
  if (bound.unit === 'plain' || (bound.suffix !== undefined && bound.suffix === unit)) return { value: bound.number };
  const expected = unit === undefined ? 'a plain number: the metric has no unit' : `a number in \`${unit}\``;
  return { expected, hint: `did you mean \`${bound.number}${unit ?? ''}\`?` };
}
