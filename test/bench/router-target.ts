/** A process of the router's bench: the router and a proxy with a fixed target, or what stands behind them. */
import { createServer } from 'node:http';
import { listen } from '../../src/adapters/platform-local/router/listen.ts';
import { attempt } from '../../src/adapters/platform-local/router/proxy.ts';
import { TrafficRecord } from '../../src/adapters/platform-local/router/record.ts';
import { createRouter } from '../../src/adapters/platform-local/router/router.ts';

const pair = { service: 'web', environment: 'production' };

/** The same forwarding to one target: no choice, no measuring. */
async function fixedProxy(port: number): Promise<number> {
  const router = createRouter({
    pair,
    algorithm: 'weighted',
    trusted: false,
    timeout: 10_000,
    record: new TrafficRecord(0, () => {}),
    now: () => 0,
  });
  router.put({ label: 'only', sequence: 1, port });
  const [upstream] = router.upstreams;
  if (!upstream) throw new Error('no upstream');
  const server = createServer((request, response) =>
    attempt({ request, response, upstream, trusted: false, timeout: 10_000 }, ({ how, status }) => {
      if (how === 'failed') response.writeHead(status).end();
    }),
  );
  return (await listen(server, 0)).port;
}

async function weightedRouter(port: number): Promise<number> {
  const record = new TrafficRecord(Date.now(), () => {});
  const router = createRouter({
    pair,
    algorithm: 'weighted',
    trusted: false,
    timeout: 10_000,
    record,
    now: () => Date.now(),
  });
  router.put({ label: 'stable', sequence: 1, port }).weight = 95_000;
  router.put({ label: 'candidate', sequence: 2, port }).weight = 5_000;
  return (await listen(router.server, 0)).port;
}

const [, , role = '', port = '0'] = process.argv;
if (role === 'service') {
  const body = 'x'.repeat(200);
  const server = createServer((_, response) => response.end(body));
  process.stdout.write(`${JSON.stringify({ service: (await listen(server, 0)).port })}\n`);
} else {
  const ports = { ours: await weightedRouter(Number(port)), fixed: await fixedProxy(Number(port)) };
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.((user + system) / 1_000);
  });
  process.stdout.write(`${JSON.stringify(ports)}\n`);
}
