import { rm, writeFile } from 'node:fs/promises';
import { createServer, get, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { listen } from '../../../src/adapters/platform-local/router/listen.ts';
import { TrafficRecord } from '../../../src/adapters/platform-local/router/record.ts';
import { createRouter, type Router } from '../../../src/adapters/platform-local/router/router.ts';
import { waitUntil } from '../../support/wait.ts';
import { ask as askOften, localBench, PAIR, release } from './bench.ts';

/** A router without processes: its versions are servers of the test. */
async function bareRouter(): Promise<{ router: Router; address: string; record: TrafficRecord }> {
  const record = new TrafficRecord(0, () => {});
  const router = createRouter({
    pair: PAIR,
    algorithm: 'weighted',
    trusted: false,
    timeout: 5_000,
    record,
    now: () => 0,
  });
  const door = await listen(router.server, 0);
  onTestFinished(() => door.close(0));
  return { router, record, address: `http://127.0.0.1:${door.port}` };
}

describe('the router spreads traffic', () => {
  it('R-201 gives each of three versions exactly its share of 1000 requests', async () => {
    const platform = await (await localBench()).open();
    await release(platform, { '1.0': 70, '2.0': 25, '3.0': 5 });
    expect(await askOften(platform.address, 1_000)).toEqual({ '1.0': 700, '2.0': 250, '3.0': 50 });
  });

  it('R-205 keeps the shares on an idle router that counts connections', async () => {
    const platform = await (await localBench()).open({ algorithm: 'least-connections' });
    await release(platform, { '1.0': 90, '2.0': 10 });
    expect(await askOften(platform.address, 200)).toEqual({ '1.0': 180, '2.0': 20 });
  });

  it('R-205 sends a request to the version with the fewest under way for its weight', async () => {
    const platform = await (await localBench()).open({ algorithm: 'least-connections' });
    await release(platform, { '1.0': 50, '2.0': 50 });
    const stop = new AbortController();
    const slow = fetch(`${platform.address}/slow/60000`, { signal: stop.signal }).catch(() => 'stopped');
    await waitUntil('the slow request to be under way', () =>
      platform.statistics(60).some(({ active }) => active === 1),
    );
    const busy = platform.statistics(60).find(({ active }) => active === 1)?.label;
    const counts = await askOften(platform.address, 50);
    expect(Object.keys(counts)).toEqual([busy === '1.0' ? '2.0' : '1.0']);
    stop.abort();
    expect(await slow).toBe('stopped');
  });

  it('R-205 keeps a user with a version by a header, and moves users only to the version that grows', async () => {
    const platform = await (await localBench()).open({ sticky: { header: 'X-User' } });
    await release(platform, { '1.0': 80, '2.0': 20 });
    const versionsOf = async () => {
      const found: string[] = [];
      for (let user = 0; user < 200; user++)
        found.push(await (await fetch(platform.address, { headers: { 'x-user': `u${user}` } })).text());
      return found;
    };
    const before = await versionsOf();
    expect(await versionsOf()).toEqual(before);
    await release(platform, { '1.0': 50, '2.0': 50 });
    const after = await versionsOf();
    const moved = before.filter((label, user) => label !== after[user]);
    expect(new Set(moved)).toEqual(new Set(['1.0']));
    expect(after.filter((label) => label === '2.0').length).toBeGreaterThan(70);
  });

  it('R-205 gives a user without a cookie one that keeps the version', async () => {
    const platform = await (await localBench()).open({ sticky: { cookie: 'who' } });
    await release(platform, { '1.0': 50, '2.0': 50 });
    for (let user = 0; user < 10; user++) {
      const first = await fetch(platform.address);
      const cookie = first.headers.get('set-cookie') ?? '';
      expect(cookie).toMatch(/^who=[\w-]{36}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
      const label = await first.text();
      const headers = { cookie: `other=1; ${cookie.split(';')[0]}` };
      const again = await fetch(platform.address, { headers });
      expect(await again.text()).toBe(label);
      expect(again.headers.get('set-cookie')).toBeNull();
    }
  });

  it('R-206 sends nothing to a version that is unwell, and its share to it again when it is well', async () => {
    const bench = await localBench();
    const sick = join(bench.folder, 'sick');
    const platform = await bench.open({ ready: `/sick${sick}` });
    await release(platform, { '1.0': 50, '2.0': 50 });
    const healthy = async () => (await platform.observe(PAIR))?.filter((version) => version.healthy).length;
    await writeFile(sick, '2.0');
    await waitUntil('the illness to be noticed', async () => (await healthy()) === 1);
    expect(await askOften(platform.address, 20)).toEqual({ '1.0': 20 });
    await rm(sick);
    await waitUntil('the recovery to be noticed', async () => (await healthy()) === 2);
    expect(await askOften(platform.address, 20)).toEqual({ '1.0': 10, '2.0': 10 });
  });

  it('R-206 sends nothing to a version that died', async () => {
    const bench = await localBench();
    const platform = await bench.open({ 'health-every': '30s' });
    await release(platform, { '1.0': 50, '2.0': 50 });
    await fetch(`${(await platform.observe(PAIR))?.find(({ label }) => label === '2.0')?.url}/die`);
    await waitUntil('the death to be noticed', async () =>
      (await platform.observe(PAIR))?.some(({ healthy }) => !healthy),
    );
    expect(await askOften(platform.address, 20)).toEqual({ '1.0': 20 });
  });

  it('R-206 never gives traffic to nobody: with all unwell one stays, never one without a share', async () => {
    const bench = await localBench();
    const sick = join(bench.folder, 'sick');
    const platform = await bench.open({ ready: `/sick${sick}` });
    await release(platform, { '1.0': 60, '2.0': 40, '3.0': 0 });
    await writeFile(sick, '1.0 2.0');
    const healthy = async () => (await platform.observe(PAIR))?.filter((version) => version.healthy).length;
    await waitUntil('the illness to be noticed', async () => (await healthy()) === 1);
    const counts = await askOften(platform.address, 20);
    expect((counts['1.0'] ?? 0) + (counts['2.0'] ?? 0)).toBe(20);
  });

  it('R-206 starts a version again that died', async () => {
    const bench = await localBench();
    const platform = await bench.open();
    await release(platform, { '1.0': 100 });
    await fetch(`${platform.address}/die`);
    await waitUntil('the version to be started again', async () => (await bench.notes()).length === 2);
    const answer = await waitUntil('an answer', async () => {
      const found = await fetch(platform.address);
      return found.ok ? found : undefined;
    });
    expect(await answer.text()).toBe('1.0');
  });

  it('answers 503 and says why while no version has traffic', async () => {
    const platform = await (await localBench()).open();
    const answer = await fetch(platform.address);
    expect([answer.status, await answer.text()]).toEqual([503, 'no version of web in production has traffic\n']);
  });

  it('repeats an idempotent request elsewhere when a version refuses the connection, and no other request', async () => {
    const { router, address, record } = await bareRouter();
    const alive = createServer((_, response) => response.end('alive'));
    const port = await new Promise<number>((resolve) =>
      alive.listen(0, '127.0.0.1', () => resolve((alive.address() as AddressInfo).port)),
    );
    onTestFinished(() => void alive.close());
    router.put({ label: 'alive', sequence: 1, port }).weight = 50_000;
    const dead = router.put({ label: 'dead', sequence: 2, port: 1 });
    dead.weight = 50_000;
    const statuses = async (method: string, body?: string) => {
      Object.assign(dead, { healthy: true, failures: 0 });
      const init = body === undefined ? { method } : { method, body };
      const answers = [await fetch(address, init), await fetch(address, init)];
      return answers.map(({ status }) => status).toSorted((one, other) => one - other);
    };
    expect(await statuses('GET')).toEqual([200, 200]);
    expect(await statuses('POST', 'pay')).toEqual([200, 502]);
    expect(record.totals.get('dead')).toMatchObject({ requests: 2, errors: 2 });
    expect(record.totals.get('alive')).toMatchObject({ requests: 3, errors: 0 });
  });
});

describe('the router passes on what it gets', () => {
  it('streams an answer as it comes, and tells the version when the client leaves', async () => {
    const bench = await localBench();
    const platform = await bench.open();
    await release(platform, { '1.0': 100 });
    const first = await new Promise<string>((resolve, reject) => {
      const outgoing = get(`${platform.address}/stream`, (answer) => {
        answer.once('data', (chunk: Buffer) => {
          resolve(chunk.toString());
          outgoing.destroy();
        });
      }).on('error', reject);
    });
    expect(first).toMatch(/^chunk 0/);
    await waitUntil('the version to notice', async () => (await bench.notes()).includes('left 1.0'));
    expect(platform.statistics(60)[0]?.active).toBe(0);
  });

  it('streams a large upload, with and without a length', async () => {
    const platform = await (await localBench()).open();
    await release(platform, { '1.0': 100 });
    const body = Buffer.alloc(3_000_000, 'x');
    const whole = await fetch(`${platform.address}/echo`, { method: 'POST', body });
    expect(await whole.json()).toMatchObject({ method: 'POST', size: 3_000_000 });
    const chunked = await new Promise<string>((resolve, reject) => {
      const outgoing = ask(`${platform.address}/echo`, { method: 'PUT', headers: { 'transfer-encoding': 'chunked' } });
      outgoing.on('response', async (answer) => resolve((await answer.setEncoding('utf8').toArray()).join('')));
      outgoing.on('error', reject);
      for (let part = 0; part < 30; part++) outgoing.write(body.subarray(0, 10_000));
      outgoing.end();
    });
    expect(JSON.parse(chunked)).toMatchObject({ method: 'PUT', size: 300_000 });
  });

  it('drops the headers of one hop, keeps the rest, and says itself who asked', async () => {
    const platform = await (await localBench()).open();
    await release(platform, { '1.0': 100 });
    const answer = await new Promise<string>((resolve, reject) => {
      const headers = {
        Connection: 'X-Hop',
        'X-Hop': 'secret',
        'X-Kept': ['a', 'b'],
        'X-Forwarded-For': '6.6.6.6',
        TE: 'gzip',
        Host: 'shop.example',
      };
      get(`${platform.address}/echo?a=1&b=%20`, { headers }, async (incoming) =>
        resolve((await incoming.setEncoding('utf8').toArray()).join('')),
      ).on('error', reject);
    });
    const seen = JSON.parse(answer) as { url: string; headers: Record<string, string>; raw: string[] };
    expect(seen.url).toBe('/echo?a=1&b=%20');
    expect(seen.headers).toMatchObject({
      host: 'shop.example',
      'x-forwarded-host': 'shop.example',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
    });
    expect(seen.headers).not.toHaveProperty('x-hop');
    expect(seen.headers).not.toHaveProperty('te');
    expect(seen.raw.filter((name) => name === 'X-Kept')).toHaveLength(2);
  });

  it('breaks off its answer where the version breaks off its own, and counts an error', async () => {
    const platform = await (await localBench()).open();
    await release(platform, { '1.0': 100 });
    const answer = await fetch(`${platform.address}/break`);
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow('terminated');
    const text = await waitUntil('the count', async () => {
      const metrics = await (await fetch(`${platform.adminAddress}/metrics`)).text();
      return metrics.includes('sluice_router_errors_total{service="web",environment="production",version="1.0"} 1');
    });
    expect(text).toBe(true);
  });

  it('answers 504 where a version does not begin its answer in time', async () => {
    const platform = await (await localBench()).open({ 'request-timeout': '50ms' });
    await release(platform, { '1.0': 100 });
    const answer = await fetch(`${platform.address}/slow/5000`);
    expect([answer.status, await answer.text()]).toEqual([504, '1.0: no answer within 50 ms\n']);
  });

  it('passes WebSockets through, both ways, and their end', async () => {
    const server = createServer();
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) => socket.on('message', (message) => socket.send(`got ${String(message)}`)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { router, address, record } = await bareRouter();
    router.put({ label: 'ws', sequence: 1, port: (server.address() as AddressInfo).port }).weight = 100_000;
    const client = new WebSocket(`${address.replace('http', 'ws')}/chat`);
    await new Promise((resolve) => client.once('open', resolve));
    const answer = new Promise((resolve) => client.once('message', (message) => resolve(String(message))));
    client.send('hello');
    expect(await answer).toBe('got hello');
    expect(router.upstreams[0]?.active).toBe(1);
    const closed = new Promise((resolve) => client.once('close', resolve));
    for (const socket of sockets.clients) socket.close(1000);
    await closed;
    await waitUntil('the connection to be over', () => router.upstreams[0]?.active === 0);
    expect(record.totals.get('ws')).toMatchObject({ requests: 1, errors: 0 });
  });
});
