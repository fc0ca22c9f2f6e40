/** Calls to GitHub per piece of work, against the least possible (docs/performance.md). */
import { costOf, WORKS } from './github-calls.ts';
import type { BenchRow } from './row.ts';

export async function run(): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const work of WORKS) {
    const { calls, free } = await costOf(work);
    rows.push({
      name: `GitHub calls: ${work.name}`,
      figure: free === 0 ? String(calls) : `${calls}, ${free} of them free (304)`,
      against: `the least possible, ${work.target}`,
      ratio: calls / work.target,
      target: `<= ${work.target}`,
      ok: calls <= work.target,
    });
  }
  return rows;
}
