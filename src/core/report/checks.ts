/** What checks came to, as a table (R-107). */
import { answer, type Decision } from '../decision.ts';
import type { Milliseconds } from '../model/time.ts';
import { plural, printSpan } from './words.ts';

export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  /** It may fail: shown, and not counted. */
  readonly allowed: boolean;
  readonly took: Milliseconds;
  /** Its time-out as it is written: `10m`. */
  readonly limit: string;
  readonly detail: string;
}

/** `place` says what was checked: `web in production`. Code `failed` when one fails that may not. */
export function checkTable(results: readonly CheckResult[], place: string): Decision {
  if (results.length === 0) return answer(`${place} has no checks: \`checks\` in the configuration names them`, []);
  const failed = results.filter(({ ok, allowed }) => !ok && !allowed).map(({ name }) => name);
  const decision = answer(
    `${plural(results.length, 'check')} of ${place}: ${failed.length === 0 ? 'all passed' : `failed: ${failed.join(', ')}`}`,
    results.map(({ name, ok, allowed, took, detail }) => ({ name, ok, allowed, took, detail })),
    {
      blocks: [
        {
          type: 'table',
          columns: [
            { title: 'check' },
            { title: 'result', moods: true },
            { title: 'took', align: 'right' },
            { title: 'at most', align: 'right' },
            { title: 'detail' },
          ],
          rows: results.map((one) => [one.name, resultOf(one), printTook(one.took), one.limit, one.detail]),
        },
      ],
    },
  );
  return failed.length === 0 ? decision : { ...decision, outcome: { ...decision.outcome, ok: false, code: 'failed' } };
}

function resultOf({ ok, allowed }: CheckResult): string {
  if (ok) return 'passed';
  return allowed ? 'failed, allowed' : 'failed';
}

function printTook(took: Milliseconds): string {
  return took < 1_000 ? `${took} ms` : printSpan(took);
}
