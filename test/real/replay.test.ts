/** A day told with the built program and real git; each of its commits decided again by the program, from what the commits alone say. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CANARY, commandShop, healthServer } from '../e2e/shop.ts';
import type { Scene } from '../e2e/given.ts';

const STAGES = `      - { name: tenth, weight: 10%, bake: 2s }
      - { name: all, weight: 100%, bake: 2s }`;

/** Ids of the state branch's commits, oldest first. */
async function commits({ git }: Scene): Promise<readonly string[]> {
  return (await git('log', '--reverse', '--format=%H', 'sluice-state')).split('\n');
}

/** Ticks until nothing moves. */
async function settled(shop: Scene): Promise<void> {
  for (let tick = 0; tick < 40; tick++) {
    await shop.when('reconcile');
    if (!(await shop.paths()).some((path) => path.startsWith('rollouts/'))) return;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  throw new Error('it goes on and on');
}

async function day(): Promise<Scene> {
  const { url, sick } = await healthServer();
  const shop = await commandShop({ ...CANARY, health: url, stages: STAGES });
  await shop.does('deploy web@1.0.0');
  await settled(shop);
  await shop.does('deploy web@1.1.0');
  await settled(shop);
  await shop.does('deploy web@1.2.0');
  sick(true);
  await settled(shop);
  sick(false);
  await shop.does('flag create dash "New  dashboard"');
  await shop.does('flag enable dash 25% in production');
  await shop.does('lock web --for 1h --reason "I am on it"');
  await shop.does('unlock web');
  return shop;
}

describe('a day’s commits', () => {
  it('R-403 are all decided again bit for bit, and nothing is written by it', async () => {
    const shop = await day();
    const before = await shop.git('rev-parse', 'sluice-state');
    const all = await commits(shop);
    expect(all.length).toBeGreaterThan(12);
    for (const commit of all) {
      const { ok, code, summary } = (await shop.when(`replay ${commit} --json`)).json();
      expect({ ok, code }, summary).toEqual({ ok: true, code: 'done' });
      expect(summary).toContain('same decision, bit for bit: ');
    }
    expect(await shop.git('rev-parse', 'sluice-state')).toBe(before);
  });

  it('are decided under the configuration of then, found in the history of the default branch by its digest', async () => {
    const shop = await commandShop({});
    await shop.does('deploy web@1.0.0');
    const [first = ''] = await commits(shop);
    const path = join(shop.folder, '.github', 'sluice.yml');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('bake: 1m', 'bake: 7m'));
    await shop.git('commit', '--all', '--quiet', '--message', 'a longer bake');
    const answer = (await shop.when(`replay ${first} --json`)).json();
    expect(answer).toMatchObject({ ok: true, details: { policy: { by: 'digest' } } });
  });

  it('that were amended after Sluice wrote them are caught, with what differs', async () => {
    const shop = await commandShop({});
    await shop.does('flag create dash');
    await shop.does('flag enable dash 25% in production');
    await shop.byHand(async (folder, git) => {
      const file = join(folder, 'flags', 'dash.json');
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replaceAll('25000', '95000').replaceAll('75000', '5000'));
      await git('commit', '--all', '--amend', '--no-edit', '--quiet');
    });
    const answer = await shop.when('replay sluice-state'.replace('sluice-state', (await commits(shop)).at(-1) ?? ''));
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('replay-differs');
    expect(answer.stderr).toContain('its seal does not match: it was changed after Sluice wrote it');
    expect(answer.stdout).toMatch(/95000/);
  });
});
