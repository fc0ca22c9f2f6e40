import type { BenchRow } from './row.ts';

/** The rows as a Markdown table. */
export function benchTable(rows: readonly BenchRow[]): string {
  const lines = rows.map(
    ({ name, figure, against, ratio, target, ok }) =>
      `| ${name} | ${figure} | ${against} | ${ratio.toFixed(2)} | ${target} | ${ok ? 'yes' : '**no**'} |`,
  );
  return ['| what | figure | against | ratio | target | met |', '|---|---|---|---|---|---|', ...lines].join('\n');
}
