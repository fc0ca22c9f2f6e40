/** Series as a file would hold them, and policies to try them on. */
import type { Config } from '../../../src/core/model/config.ts';
import type { Sample } from '../../../src/core/model/metric.ts';
import { MINUTE, SECOND, toInstant } from '../../../src/core/model/time.ts';
import { printFault } from '../../../src/core/simulate/records.ts';
import { readSeries, type Series } from '../../../src/core/simulate/series.ts';
import { simulate, type SimulationOptions, type SimulationResult } from '../../../src/core/simulate/simulate.ts';
import { type Given, configOf } from '../../support/world/config.ts';

export const START: number = Date.UTC(2026, 10, 21, 10);

/** What an arm shows in the interval that begins so many ms after the start; null: nothing, absent: no line at all. */
export type Shows = (arm: 'candidate' | 'stable', after: number) => Sample | null | undefined;

export interface Lines {
  readonly shows: Shows;
  readonly length?: number;
  readonly step?: number;
  readonly metric?: string;
  readonly from?: number;
}

/** A CSV of proportions: `time,metric,arm,bad,total`. */
export function csvOf({
  shows,
  length = 45 * MINUTE,
  step = 10 * SECOND,
  metric = 'error-rate',
  from = START,
}: Lines): string {
  const lines = ['time,metric,arm,bad,total'];
  for (let after = 0; after < length; after += step)
    for (const arm of ['candidate', 'stable'] as const) {
      const sample = shows(arm, after);
      if (sample === undefined) continue;
      const cells = sample?.kind === 'proportion' ? `${sample.bad},${sample.total}` : ',';
      lines.push(`${toInstant(from + after)},${metric},${arm},${cells}`);
    }
  return `${lines.join('\n')}\n`;
}

export const rate = (bad: number, total: number): Sample => ({ kind: 'proportion', bad, total });

export function policy(given: Given = {}): Config {
  return configOf(given);
}

/** @throws Error with the first fault of the text */
export function seriesOf(text: string, config: Config, labels: Record<string, string> = {}): Series {
  const read = readSeries(text, { metrics: config.metrics, labels });
  if (!read.ok) throw new Error(printFault(read.fault, 'series'));
  return read.series;
}

/** @throws Error where the policy cannot be tried on the series */
export function tried(config: Config, text: string, more: Partial<SimulationOptions> = {}): SimulationResult {
  const simulated = simulate(config, seriesOf(text, config), { service: 'web', environment: 'production', ...more });
  if (!simulated.ok) throw new Error(`${simulated.code}: ${simulated.summary}`);
  return simulated.result;
}
