import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Rollout } from '../../src/core/model/rollout.ts';
import { CANARY, commandShop, healthServer } from './shop.ts';

const STAGES = `      - { name: tenth, weight: 10%, bake: 1h }
      - { name: all, weight: 100%, bake: 1h }`;

it('R-805 an approval and a weight written into a rollout by hand are put back by the next tick, with an alert', async () => {
  const { url } = await healthServer();
  const shop = await commandShop({
    ...CANARY,
    health: url,
    stages: STAGES,
    files: { '.gitignore': 'calls\n' },
  });
  await shop.does('deploy web@1.0.0');
  await shop.does('reconcile');
  await shop.does('deploy web@1.1.0');
  const [path = ''] = (await shop.paths()).filter((one) => one.startsWith('rollouts/') && one.includes('web-'));
  const before = (await shop.state(path)) as Rollout;
  expect(before).toMatchObject({ phase: 'exposing', weight: 10_000, approvals: [] });
  const calls = await shop.lines('calls');
  expect(calls.at(-1)).toContain('"1.1.0":10');

  await shop.byHand(async (folder, git) => {
    const file = join(folder, path);
    const rollout = JSON.parse(await readFile(file, 'utf8')) as Rollout;
    const approval = {
      by: { kind: 'git', id: 'eve@example.com', name: 'Eve', verified: false },
      stage: 'all',
      label: '1.1.0',
      digest: rollout.plan.digest,
      at: rollout.began,
      until: '2099-01-01T00:00:00.000Z',
    };
    await writeFile(file, JSON.stringify({ ...rollout, weight: 100_000, approvals: [approval] }, null, 2));
    await git(
      '-c',
      'user.name=Eve',
      '-c',
      'user.email=eve@example.com',
      'commit',
      '--quiet',
      '--all',
      '--message',
      'ship it',
    );
  });
  const answer = await shop.when('reconcile');

  expect(answer.code).toBe(0);
  expect(await shop.state(path)).toMatchObject({ weight: 10_000, approvals: [], stage: 0 });
  expect((await shop.lines('calls')).filter((line) => line.includes('"1.1.0":100'))).toEqual([]);
  const alerts = (await shop.paths()).filter((one) => one.startsWith('alerts/'));
  expect(alerts.length).toBe(1);
  expect(await shop.state(alerts[0] ?? '')).toMatchObject({
    rule: 'foreign-commit',
    detail: expect.stringContaining('Eve'),
  });
  expect((await shop.when('status')).stdout).toContain('edited by hand and put back');
});
