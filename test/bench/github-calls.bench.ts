/** Calls to GitHub per piece of work, against the least possible (docs/performance.md). */
import { costOf, countedOf, WORKS } from './github-calls.ts';
import type { BenchRow } from './row.ts';

export async function run(): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const work of WORKS) {
    const cost = await costOf(work);
    const { calls, free } = cost;
    const counted = countedOf(work, cost);
    rows.push({
      name: `GitHub calls: ${work.name}`,
      figure: free === 0 ? String(calls) : `${calls}, ${free} of them free (304)`,
      against: `the least possible, ${work.target}`,
      ratio: counted / work.target,
      target: `<= ${work.target}`,
      ok: counted <= work.target,
    });
  }
  return rows;
}
