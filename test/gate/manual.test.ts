import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

/** What `npm run bench:statistics` prints into the manual. */
const TABLES = ['False rollbacks', 'Whole plans', 'Outside of what is assumed', 'Faulty canaries found'];

/** Title and rows of each table between the markers of a page; rows of numbers only. */
function tablesOf(page: string): ReadonlyMap<string, readonly string[]> {
  const [, rest = ''] = page.split('<!-- bench:statistics -->');
  const [inside = '', after] = rest.split('<!-- /bench:statistics -->');
  const parts = after === undefined ? [] : inside.split(/^\*\*(?=[A-Z])/m).slice(1);
  return new Map(
    parts.map((part) => [
      part.slice(0, part.indexOf('**')),
      part.split('\n').filter((line) => line.startsWith('|') && /\d%/.test(line.split('|')[2] ?? '')),
    ]),
  );
}

it('R-605 the manual holds the measured tables that its text speaks of, all four with rows', async () => {
  const tables = tablesOf(await readFile(new URL('../../docs/statistics.md', import.meta.url), 'utf8'));
  expect([...tables.keys()]).toEqual(TABLES);
  for (const [title, rows] of tables) expect(rows, title).not.toEqual([]);
  expect(tables.get('False rollbacks')?.length).toBeGreaterThanOrEqual(5);
});

it('a page whose tables were lost, or one of whose markers was, has none', () => {
  const [open, close] = ['<!-- bench:statistics -->', '<!-- /bench:statistics -->'];
  const table = '**Whole plans**, a quarter\n\n| a | Sluice |\n|:--|--:|\n| errors | 2% (1 to 3) |\n';
  expect(tablesOf(`${open}\n\n${close}`).size).toBe(0);
  expect(tablesOf(`${open}\n${table}`).size).toBe(0);
  expect(tablesOf(table).size).toBe(0);
  expect(tablesOf(`${open}\n${table}${close}`)).toEqual(new Map([['Whole plans', ['| errors | 2% (1 to 3) |']]]));
});
