import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { costTables, monthCost, releaseCost, TEAMS } from './costs.ts';

const page = readFileSync('docs/costs.md', 'utf8');

/** Without the spaces that a formatter aligns columns with. */
const plain = (text: string): string =>
  text
    .trim()
    .replaceAll(/ *\| */g, '|')
    .replaceAll(/-{2,}/g, '--');

it.each(Object.entries(costTables()))(
  'R-908 the table of %s in docs/costs.md is what the formula gives',
  (name, table) => {
    const shown = new RegExp(`<!-- ${name} -->\\n([\\s\\S]*?)<!-- /${name} -->`).exec(page)?.[1] ?? '';
    expect(plain(shown), `docs/costs.md should have:\n${table}`).toBe(plain(table));
  },
);

it('R-908 waiting in jobs costs the bakes’ minutes, ticks a minute for each five', () => {
  expect(releaseCost({ stages: [5, 15, 30], waits: 'in jobs' }).minutes).toBe(56);
  expect(releaseCost({ stages: [60], waits: 'by ticks' })).toMatchObject({ minutes: 15, calls: 148 });
  for (const team of TEAMS) expect(monthCost(team).minutes).toBeGreaterThan(team.releases);
});

it('R-908 what the README says of a release is what the formula gives', () => {
  const { minutes, calls } = releaseCost({ stages: [5, 15, 30], waits: 'in jobs' });
  expect(readFileSync('README.md', 'utf8')).toContain(`about ${minutes} minutes and ${calls} requests a release`);
});
