import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/adapters/clock-system/clock.ts';
import { serviceProbe } from '../../../src/adapters/probe/probe.ts';
import { processRunner } from '../../../src/adapters/runner-process/runner.ts';
import { verifySwitch } from '../../../src/engine/verify.ts';

const probe = serviceProbe({ runner: processRunner(process.env) });
const { signal } = new AbortController();

async function service(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const ask = (url: string, how: { header?: string; path?: string; timeout?: number } = {}) =>
  probe.liveVersion({ url, timeout: 5_000, signal, ...how });

describe('which version answers', () => {
  it('R-110 reads the version from the header that is configured, of whatever status the answer is', async () => {
    const url = await service((_, response) =>
      response.writeHead(503, { 'x-deployment-version': '1.4.0' }).end('busy'),
    );
    expect(await ask(url, { header: 'x-deployment-version' })).toEqual({ version: '1.4.0' });
    expect(await ask(url, { header: 'x-version' })).toEqual({ problem: 'no header x-version' });
  });

  it('R-110 reads it from the text of a path, and takes no page and no emptiness for a version', async () => {
    const url = await service((request, response) => {
      if (request.url === '/version') response.end('1.4.0\n');
      else if (request.url === '/page') response.end('<html>'.repeat(50_000));
      else response.end();
    });
    expect(await ask(url, { path: '/version' })).toEqual({ version: '1.4.0' });
    expect(await ask(url, { path: '/page' })).toEqual({ problem: 'a page, no version, at /page' });
    expect(await ask(url)).toEqual({ problem: 'nothing at /' });
  });

  it('asks who answers first, and follows no redirect to somebody else', async () => {
    const other = await service((_, response) => response.setHeader('x-version', '1.4.0').end());
    const url = await service((_, response) =>
      response.writeHead(302, { location: other, 'x-version': '1.3.2' }).end(),
    );
    expect(await ask(url, { header: 'x-version' })).toEqual({ version: '1.3.2' });
  });

  it('says in words why there is no answer, and never rejects', async () => {
    const hanging = await service(() => undefined);
    expect(await ask(hanging, { timeout: 50 })).toEqual({ problem: 'no answer within 50ms' });
    expect(await ask('http://127.0.0.1:1')).toEqual({ problem: expect.stringMatching(/refused|bad port/) });
    expect(await ask('shop')).toEqual({ problem: expect.stringMatching(/URL/i) });
    expect(await probe.liveVersion({ url: hanging, timeout: 5_000, signal: AbortSignal.abort() })).toEqual({
      problem: 'stopped',
    });
  });
});

describe('the switch', () => {
  const header = 'x-deployment-version';
  const wiring = { probe, clock: { ...systemClock(), sleep: () => Promise.resolve() } };

  it('R-110 is verified as soon as the live answer names a version that shall have traffic', async () => {
    let asked = 0;
    const url = await service((_, response) => {
      asked += 1;
      response.setHeader(header, asked < 4 ? '1.3.2' : '1.4.0').end();
    });
    const seen = await verifySwitch({
      wiring,
      verify: { url, header },
      weights: { '1.3.2': 0, '1.4.0': 100_000 },
      signal,
    });
    expect(seen).toEqual({ ok: true, detail: '1.4.0 seen live' });
    expect(asked).toBe(4);
  });

  it('R-110 is a failure when the old version goes on answering, and says which', async () => {
    const url = await service((_, response) => response.setHeader(header, '1.3.2').end());
    const seen = await verifySwitch({
      wiring,
      verify: { url, header },
      weights: { '1.3.2': 0, '1.4.0': 100_000 },
      signal,
    });
    expect(seen).toEqual({ ok: false, detail: 'the live answer names 1.3.2, expected 1.4.0' });
  });

  it('R-110 is a failure when nothing answers', async () => {
    const verify = { url: 'http://127.0.0.1:1', header };
    const seen = await verifySwitch({ wiring, verify, weights: { '1.4.0': 100_000 }, signal });
    expect(seen.ok).toBe(false);
    expect(seen.detail).toMatch(/^the live answer names no version \(.+\), expected 1\.4\.0$/);
  });
});
