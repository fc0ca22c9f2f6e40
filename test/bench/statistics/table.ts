import type { Finish } from './race.ts';
import { wilson } from './race.ts';

/** One scenario with what became of it. */
export interface Row {
  readonly scenario: string;
  readonly finishes: readonly Finish[];
}

/** A Markdown table: a column a judge, a row a scenario. */
export function tableOf(rows: readonly Row[], cell: (finish: Finish) => string): string {
  const names = rows[0]?.finishes.map(({ name }) => name) ?? [];
  return [
    `| | ${names.join(' | ')} |`,
    `|:--|${names.map(() => '--:').join('|')}|`,
    ...rows.map(({ scenario, finishes }) => `| ${scenario} | ${finishes.map(cell).join(' | ')} |`),
  ].join('\n');
}

/** `1.9% (1.6 to 2.2)`: the share of canaries with an alarm, with the interval that the simulation leaves open. */
export function printShare({ alarms, canaries }: Finish): string {
  const [low, high] = wilson(alarms.length, canaries);
  return `${percent(alarms.length / canaries)}% (${percent(low)} to ${percent(high)})`;
}

/** `98% at look 14`: how many were found, and the median look of those. */
export function printFound({ alarms, canaries }: Finish): string {
  if (alarms.length === 0) return '0%';
  const sorted = alarms.toSorted((a, b) => a - b);
  return `${percent(alarms.length / canaries)}%, look ${String(sorted[Math.floor(sorted.length / 2)])}`;
}

function percent(share: number): string {
  return share === 0 || share === 1 ? String(share * 100) : (share * 100).toFixed(1);
}
