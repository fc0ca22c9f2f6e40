import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serviceProbe } from '../../../src/adapters/probe/probe.ts';
import { processRunner } from '../../../src/adapters/runner-process/runner.ts';
import type { CheckSpec } from '../../../src/core/model/rollout.ts';
import type { ProbeContext } from '../../../src/ports/probe.ts';

const probe = serviceProbe({ runner: processRunner(process.env) });

function ask(check: Partial<CheckSpec>, context: Partial<ProbeContext> = {}) {
  const spec: CheckSpec = { name: 'it', timeout: 5_000, env: [], allowFailure: false, ...check };
  return probe.run(spec, { variables: {}, signal: new AbortController().signal, ...context });
}

async function service(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a check over HTTP', () => {
  it('R-303 asks a path of the service, and takes 200 to 399 for well', async () => {
    const baseUrl = await service((request, response) => response.writeHead(Number(request.url?.slice(1))).end());
    expect(await ask({ get: '/204' }, { baseUrl })).toMatchObject({
      ok: true,
      detail: expect.stringMatching(/^204 in \d+ ms$/),
    });
    expect(await ask({ get: '/302' }, { baseUrl })).toMatchObject({ ok: true });
    expect(await ask({ get: '/404' }, { baseUrl })).toMatchObject({ ok: false, detail: '404, expected 200 to 399' });
    expect(await ask({ get: '/503', expect: '503' }, { baseUrl })).toMatchObject({ ok: true });
    expect(await ask({ get: '/503', expect: 'status 2xx' }, { baseUrl })).toMatchObject({ ok: false });
  });

  it('sends its headers, and looks for a text', async () => {
    const url = await service((request, response) => response.end(`{"who":"${request.headers['x-who']}"}`));
    const headers = { 'x-who': 'probe' };
    expect(await ask({ url, headers, expect: '"who":"probe"' })).toMatchObject({ ok: true });
    expect(await ask({ url, headers, expect: 'equals probe' })).toMatchObject({
      ok: false,
      detail: String.raw`answered "{\"who\":\"probe\"}", expected "probe"`,
    });
    const failing = await service((_, response) => response.writeHead(500).end('contains ok'));
    expect(await ask({ url: failing, expect: 'ok' }), 'a text does not excuse a 500').toMatchObject({
      ok: false,
      detail: '500',
    });
  });

  it('R-303 is ended at its time-out: no answer, or one that never ends', async () => {
    const silent = await service(() => {});
    expect(await ask({ url: silent, timeout: 100 })).toMatchObject({ ok: false, detail: 'no answer within 100ms' });
    const endless = await service((_, response) => void response.write('x'));
    expect(await ask({ url: endless, timeout: 100, expect: 'y' })).toMatchObject({
      ok: false,
      detail: 'no answer within 100ms',
    });
  });

  it('says in a few words what is wrong, and never rejects', async () => {
    expect(await ask({ url: 'http://127.0.0.1:1/' })).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/refused|bad port/),
    });
    expect(await ask({ url: 'file:///etc/passwd' })).toMatchObject({
      ok: false,
      detail: 'only http and https are asked, not file:',
    });
    expect(await ask({ url: 'nonsense' })).toMatchObject({ ok: false, detail: 'not a URL: nonsense' });
    expect(await ask({ get: '/' })).toMatchObject({ ok: false, detail: expect.stringContaining('no URL is known') });
    expect(await ask({ get: '//elsewhere.example/' }, { baseUrl: 'http://127.0.0.1' })).toMatchObject({
      ok: false,
      detail: expect.stringContaining('leaves http://127.0.0.1'),
    });
    expect(await ask({})).toMatchObject({ ok: false });
  });

  it('does not follow a redirect: the caller has allowed this host and no other', async () => {
    let asked = 0;
    const other = await service((_, response) => response.end(String(asked++)));
    const url = await service((_, response) => response.writeHead(302, { location: other }).end());
    expect(await ask({ url })).toMatchObject({ ok: true });
    expect(asked).toBe(0);
  });
});

describe('a check by command', () => {
  it('R-303 is well at exit 0, and tells the end of what it said otherwise', async () => {
    expect(await ask({ run: 'true' })).toMatchObject({ ok: true, detail: expect.stringMatching(/^exit 0 in /) });
    expect(await ask({ run: 'echo "lint: 3 errors" >&2; exit 1' })).toMatchObject({
      ok: false,
      detail: 'exit 1: lint: 3 errors',
    });
    expect(await ask({ run: 'kill -9 $$' })).toMatchObject({ ok: false, detail: 'ended by a signal' });
    expect(await ask({ run: ['no-such-program'] })).toMatchObject({
      ok: false,
      detail: expect.stringContaining('could not start'),
    });
  });

  it('must print what is expected, and not something that holds it', async () => {
    expect(await ask({ run: 'echo 0', expect: '0' })).toMatchObject({ ok: true });
    expect(await ask({ run: 'echo 10', expect: '0' })).toMatchObject({
      ok: false,
      detail: 'answered "10", expected "0"',
    });
    expect(await ask({ run: 'echo 10 rows', expect: 'contains rows' })).toMatchObject({ ok: true });
  });

  it('gets the values of the rollout and the URL of what is to be checked', async () => {
    const context = { baseUrl: 'http://127.0.0.1:9', variables: { SLUICE_VERSION: '1.0' } };
    expect(
      await ask({ run: 'echo "$SLUICE_VERSION $SLUICE_URL"', expect: '1.0 http://127.0.0.1:9' }, context),
    ).toMatchObject({ ok: true });
  });

  it('is ended at its time-out', async () => {
    expect(await ask({ run: 'sleep 600', timeout: 100 })).toMatchObject({
      ok: false,
      detail: 'still running after 100ms',
    });
  });
});
