import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Rollout } from '../../src/core/model/rollout.ts';
import { waitUntil } from '../support/wait.ts';
import { PROGRAM } from './given.ts';
import { commandShop } from './shop.ts';

it('Ctrl-C in a terminal, which reaches every process of the group, ends a deploy with exit 3 and takes nothing back', async () => {
  const shop = await commandShop();
  await writeFile(join(shop.folder, 'hang-1.0.0'), '');
  const child = spawn(process.execPath, [PROGRAM, 'deploy', 'web@1.0.0'], {
    cwd: shop.folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('not started');
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (said += String(part)));
  await waitUntil('the deploy begins', async () => ((await shop.lines('calls')).length > 0 ? true : undefined));

  process.kill(-pid, 'SIGINT');
  const [code] = (await once(child, 'close')) as [number | null];

  expect(said).toContain('interrupted');
  expect(code).toBe(3);
  const [path = ''] = (await shop.paths()).filter((one) => one.startsWith('rollouts/'));
  const rollout = (await shop.state(path)) as Rollout;
  expect(rollout).toMatchObject({ phase: 'deploying', operations: [{ kind: 'deploy', state: 'running' }] });
  expect(rollout.goingBack).toBeUndefined();
});
