import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Composed, compose } from '../../src/compose.ts';
import { runLoop } from '../../src/cli/loop.ts';
import type { Rollout } from '../../src/core/model/rollout.ts';
import { execute } from '../../src/engine/execute.ts';
import { alice } from '../support/rollout.ts';
import { repository } from '../support/repository.ts';
import { waitUntil } from '../support/wait.ts';
import { commandOf, configOf } from '../engine/wired.ts';

/** Cold at first: the first 200 requests of each process fail, whatever the version; some of them before anybody judges. 1.2.0 never gets better. */
const SERVER = `
import { createServer } from 'node:http';
let served = 0;
createServer((request, response) => {
  if (request.url === '/ready') return response.end('ready');
  const isWell = ++served > 200 && process.env.SLUICE_VERSION !== '1.2.0';
  response.writeHead(isWell ? 200 : 500).end(process.env.SLUICE_VERSION);
}).listen(Number(process.env.PORT), '127.0.0.1');
`;

const configText = (arm: 'baseline' | 'stable'): string => `
version: 1
services:
  web:
    platform: { type: local, run: [${JSON.stringify(process.execPath)}, server.mjs], ready: /ready, port: 0 }
    strategy: quick
strategies:
  quick:
    keep-old: 0s
    stages:
      - { name: canary, weight: 20%, bake: 3s }
      - { name: all, weight: 100%, bake: 1s, analysis: none }
environments:
  production: {}
analysis:
  interval: 500ms
  judges: [{ metric: error-rate, compare: ${arm}, method: regression, ratio: 2, min-samples: 400 }]
  undecided: { extend: 60s, then: pause }
`;

interface Shop {
  readonly address: string;
  /** Deploys a version and lets users come until its rollout has ended. */
  readonly ends: (version: string) => Promise<Rollout>;
  /** Labels that run. */
  readonly running: () => Promise<readonly string[] | undefined>;
}

async function shop(arm: 'baseline' | 'stable'): Promise<Shop> {
  const { folder, git } = await repository();
  await writeFile(join(folder, 'server.mjs'), SERVER);
  for (const version of ['1.0.0', '1.1.0', '1.2.0']) {
    await git('commit', '--quiet', '--allow-empty', '--message', version);
    await git('tag', `v${version}`);
  }
  const log: string[] = [];
  const config = configOf(configText(arm));
  const engine: Composed = await compose({
    folder,
    config,
    env: process.env,
    serves: true,
    log: (line) => void log.push(line),
  });
  const { wiring, addresses } = engine;
  const stop = new AbortController();
  const loop = runLoop({ wiring: () => wiring, period: 500, signal: stop.signal });
  const address = addresses.get('web/production')?.service ?? '';
  const users = Promise.all([1, 2, 3].map(() => visit(address, stop.signal)));
  onTestFinished(async () => {
    stop.abort();
    await Promise.all([loop, users]);
    await engine.close();
  });
  return {
    address,
    ends: async (version) => {
      const request = { command: commandOf(`deploy web@${version}`), actor: alice, id: version };
      const outcome = await execute(wiring, { ...request, rights: { role: 'admin', teams: [] } });
      expect(outcome).toMatchObject({ ok: true });
      const { rollout: id } = outcome.details as { readonly rollout: string };
      return waitUntil(`the end of ${version}: ${log.join('\n')}`, () => ended(wiring.store, id), 90_000);
    },
    running: async () =>
      (
        await wiring.platforms.get('web/production')?.platform.observe({ service: 'web', environment: 'production' })
      )?.map(({ label }) => label),
  };
}

async function ended(store: Composed['wiring']['store'], id: string): Promise<Rollout | undefined> {
  const { files } = await store.read(['history/']);
  const [text] = [...files].flatMap(([path, file]) => (path.includes(id) ? [file.text] : []));
  return text === undefined ? undefined : (JSON.parse(text) as Rollout);
}

/** Users one after another, until nobody asks any more. */
async function visit(address: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await fetch(address, { signal })
      .then((answer) => answer.text())
      .catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}

it(
  'R-121 a candidate as cold as any fresh process passes beside a copy of the same age; a worse one goes back; no copy stays',
  { timeout: 200_000 },
  async () => {
    const { ends, running } = await shop('baseline');
    await ends('1.0.0');
    const good = await ends('1.1.0');
    expect(good).toMatchObject({ phase: 'completed' });
    expect(good.operations.flatMap(({ weights }) => (weights === undefined ? [] : [weights]))[0]).toEqual({
      '1.0.0': 60_000,
      '1.0.0+baseline': 20_000,
      '1.1.0': 20_000,
    });
    // Both arms were cold, and both are seen to have been.
    expect(good.stages[0]?.verdicts[0]).toMatchObject({ verdict: 'pass' });
    expect(good.stages[0]?.verdicts[0]?.baseline).toBeGreaterThan(0);
    expect(await running()).toEqual(['1.1.0']);

    const bad = await ends('1.2.0');
    expect(bad).toMatchObject({ phase: 'rolled-back', goingBack: { cause: 'error-rate compare baseline' } });
    expect(await running()).toEqual(['1.1.0']);
  },
);

it(
  'the same candidate goes back where it is compared with a stable version that has long been warm',
  { timeout: 200_000 },
  async () => {
    const { ends, address } = await shop('stable');
    await ends('1.0.0');
    await waitUntil('a warm 1.0.0', async () => (await fetch(address)).ok || undefined, 60_000);
    expect(await ends('1.1.0')).toMatchObject({
      phase: 'rolled-back',
      goingBack: { cause: 'error-rate compare stable' },
    });
  },
);
