import { Agent, get } from 'node:http';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock-system/clock.ts';
import { localPlatform } from '../../src/adapters/platform-local/platform.ts';
import { folderWith } from '../support/folder.ts';

const SERVER = `import { createServer } from 'node:http';
const server = createServer((_, response) => setTimeout(() => {
  response.writeHead(200, { 'x-deployment-version': process.env.SLUICE_VERSION }).end('shop');
}, Math.random() * 15));
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;
const CHANGES = 6;

it('R-201 R-112 no request is lost while versions come, weights change and old versions go', async () => {
  const folder = await folderWith({ 'server.mjs': SERVER });
  const shop = await localPlatform({
    service: 'shop',
    environment: 'production',
    options: { run: [process.execPath, `${folder}/server.mjs`], port: 0, 'stop-timeout': '2s' },
    env: process.env,
    runtimeFolder: `${folder}/run`,
    clock: systemClock(),
  });
  const pair = { service: 'shop', environment: 'production', signal: new AbortController().signal };
  const deploy = (n: number): Promise<unknown> =>
    shop.deploy({ ...pair, operation: `deploy-${n}`, label: `1.${n}.0`, commit: `c${n}` });
  const weigh = (operation: string, weights: Readonly<Record<string, number>>): Promise<unknown> =>
    shop.weights({ ...pair, operation, weights });
  await deploy(0);
  await weigh('first', { '1.0.0': 100_000 });

  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const lost: string[] = [];
  const versions = new Set<string>();
  let stopped = false;
  const users = Array.from({ length: 8 }, async () => {
    while (!stopped) {
      const seen = await ask(shop.address, agent);
      if (seen.startsWith('1.')) versions.add(seen);
      else lost.push(seen);
    }
  });
  for (let n = 1; n <= CHANGES; n++) {
    await deploy(n);
    await weigh(`half-${n}`, { [`1.${n - 1}.0`]: 50_000, [`1.${n}.0`]: 50_000 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await weigh(`all-${n}`, { [`1.${n}.0`]: 100_000 });
    await shop.remove({ ...pair, operation: `remove-${n}`, label: `1.${n - 1}.0` });
  }
  stopped = true;
  await Promise.all(users);
  agent.destroy();
  await shop.close();

  expect(lost).toEqual([]);
  expect(versions.size).toBe(CHANGES + 1);
});

/** The version that answered, or what went wrong. */
function ask(address: string, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const request = get(address, { agent, timeout: 10_000 }, (response) => {
      const version = String(response.headers['x-deployment-version'] ?? `status ${response.statusCode}`);
      response
        .resume()
        .once('end', () => resolve(version))
        .once('error', (error) => resolve(error.message));
    });
    request.once('timeout', () => request.destroy(new Error('no answer')));
    request.once('error', (error) => resolve(error.message));
  });
}
