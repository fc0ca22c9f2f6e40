import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished, type TestContext } from 'vitest';
import { webhookChannel } from '../../src/adapters/channel-webhook/webhook.ts';
import { systemClock } from '../../src/adapters/clock-system/clock.ts';
import { serviceProbe } from '../../src/adapters/probe/probe.ts';
import { processRunner } from '../../src/adapters/runner-process/runner.ts';
import { temporaryFolder } from '../support/folder.ts';
import { run } from '../support/process.ts';

/** A server over TLS whose certificate nobody vouches for, and how often it was asked. */
async function impostor(context: TestContext): Promise<{ url: string; asked: () => number }> {
  const folder = await temporaryFolder();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -keyout ${key} -out ${cert}`;
  const made = await run('openssl', words.split(' ')).catch(() => undefined);
  if (made?.code !== 0) context.skip('openssl is not installed');
  let asked = 0;
  const server = createServer({ key: await readFile(key), cert: await readFile(cert) }, (_, response) => {
    asked += 1;
    response.setHeader('x-deployment-version', '1.4.0').end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `https://localhost:${(server.address() as AddressInfo).port}`, asked: () => asked };
}

it('R-803 nothing is sent to, and nothing believed of, a server whose certificate does not hold', async (context) => {
  const { url, asked } = await impostor(context);
  const { signal } = new AbortController();
  const probe = serviceProbe({ runner: processRunner(process.env) });
  const check = { name: 'home', url, timeout: 5_000, env: [], allowFailure: false };
  expect(await probe.run(check, { variables: {}, signal })).toMatchObject({
    ok: false,
    detail: expect.stringMatching(/certificate/),
  });
  expect(await probe.liveVersion({ url, header: 'x-deployment-version', timeout: 5_000, signal })).toEqual({
    problem: expect.stringMatching(/certificate/),
  });
  const channel = webhookChannel({ name: 'hook', url, clock: systemClock(), pauses: [] });
  const notice = {
    event: 'started',
    severity: 'low',
    subject: 'web/production',
    title: 'web',
    report: { blocks: [] },
    marker: 'm',
    commit: 'c',
    at: 0,
  } as const;
  await expect(channel.send([notice], signal)).rejects.toThrow(/certificate/);
  expect(asked()).toBe(0);
});
