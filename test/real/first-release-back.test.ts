import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runLoop } from '../../src/cli/loop.ts';
import { compose } from '../../src/compose.ts';
import type { Outcome } from '../../src/core/decision.ts';
import { execute } from '../../src/engine/execute.ts';
import { repository } from '../support/repository.ts';
import { alice } from '../support/rollout.ts';
import { versionServer } from '../support/version-server.ts';
import { waitUntil } from '../support/wait.ts';
import { commandOf, configOf } from '../engine/wired.ts';

interface Shop {
  readonly run: (text: string) => Promise<Outcome>;
  /** Status of what users are answered. */
  readonly asked: () => Promise<number>;
  readonly running: () => Promise<readonly string[]>;
}

async function shop(): Promise<Shop> {
  const { folder, git } = await repository();
  const run = await versionServer(folder);
  await writeFile(join(folder, '.gitignore'), '*\n');
  for (const version of ['1.0.0', '1.0.1']) {
    await git('commit', '--quiet', '--allow-empty', '--message', version);
    await git('tag', `v${version}`);
  }
  const config = configOf(`
version: 1
services:
  web:
    platform: { type: local, run: ${JSON.stringify(run)}, port: 0 }
    strategy: quick
strategies:
  quick: { keep-old: 60s, stages: [{ name: all, weight: 100%, bake: 1s, analysis: none }] }
environments:
  production: {}
analysis: { interval: 500ms }
`);
  const composed = await compose({ folder, config, env: process.env, serves: true, log: () => {} });
  const { wiring, addresses } = composed;
  const stop = new AbortController();
  const loop = runLoop({ wiring: () => wiring, period: 200, signal: stop.signal });
  onTestFinished(async () => {
    stop.abort();
    await loop;
    await composed.close();
  });
  const address = addresses.get('web/production')?.service ?? '';
  let requests = 0;
  return {
    run: (text) => {
      requests += 1;
      const request = { command: commandOf(text), actor: alice, id: `request-${requests}` };
      return execute(wiring, { ...request, rights: { role: 'admin', teams: [] } });
    },
    asked: async () => (await fetch(address)).status,
    running: async () => {
      const pair = { service: 'web', environment: 'production' };
      return ((await wiring.platforms.get('web/production')?.platform.observe(pair)) ?? []).map(({ label }) => label);
    },
  };
}

it(
  'R-403 a first release that goes back is gone from its users and from the machine, and the next one is served',
  { timeout: 60_000 },
  async () => {
    const { run, asked, running } = await shop();
    expect(await run('deploy web@1.0.0')).toMatchObject({ ok: true });
    await waitUntil('1.0.0', async () => (await asked()) === 200, 20_000);
    expect(await run('rollback web --reason sick')).toMatchObject({ ok: true });
    await waitUntil('nobody', async () => (await running()).length === 0 && (await asked()) === 503, 20_000);
    await waitUntil('the end', async () => (await run('explain web')).summary.endsWith('sick'), 20_000);
    expect(JSON.stringify((await run('explain web')).report)).toContain('web 1.0.0 is gone');
    expect(await run('adopt web 1.0.0')).toMatchObject({ ok: false, code: 'version-unknown' });
    expect(await run('deploy web@1.0.1')).toMatchObject({ ok: true });
    await waitUntil('1.0.1', async () => (await asked()) === 200, 20_000);
    expect(await running()).toEqual(['1.0.1']);
  },
);
