/** A runner behind a proxy: the built action's calls go through it, and only those that are meant to. */
import { createServer, request } from 'node:http';
import { type AddressInfo, connect, type Server } from 'node:net';
import { createServer as createSecure } from 'node:https';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished, type TestContext } from 'vitest';
import { jobInTest } from '../action/job.ts';
import { temporaryFolder } from '../support/folder.ts';
import { dispatchEvent } from '../support/github/payload.ts';
import { type ActionEnd, runAction } from '../support/github/run-action.ts';
import type { FakeGithub } from '../support/github/types.ts';
import { run } from '../support/process.ts';

const CONFIG = `version: 1
services:
  web:
    deploy: ./deploy.sh
    strategy: all-at-once
environments:
  production: {}
`;
/** No machine has this name: who gets there got there through the proxy. */
const HOST = 'github.sluice-test.invalid';

interface Proxy {
  readonly url: string;
  /** What it was asked to connect to. */
  readonly asked: readonly string[];
}

/** A proxy by CONNECT that takes everything to one port of this machine. */
async function proxyTo(port: number): Promise<Proxy> {
  const asked: string[] = [];
  const server = createServer((_, response) => void response.writeHead(501).end());
  server.on('connect', ({ url = '' }, socket, head) => {
    asked.push(url);
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.write(head);
      socket.pipe(upstream).pipe(socket);
    });
    for (const one of [socket, upstream]) one.on('error', () => void (socket.destroy(), upstream.destroy()));
  });
  return { url: `http://127.0.0.1:${(await listening(server)).port}`, asked };
}

async function listening(server: Server): Promise<AddressInfo> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return server.address() as AddressInfo;
}

/** A certificate of its own for the host. */
async function certificate(context: TestContext): Promise<{ readonly key: string; readonly cert: string }> {
  const folder = await temporaryFolder();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${HOST} -addext subjectAltName=DNS:${HOST} -keyout ${key} -out ${cert}`;
  const made = await run('openssl', words.split(' ')).catch(() => undefined);
  if (made?.code !== 0) context.skip('openssl is not installed');
  return { key, cert };
}

/** The fake over TLS. */
async function secured(
  fake: FakeGithub,
  context: TestContext,
): Promise<{ readonly port: number; readonly cert: string }> {
  const { key, cert } = await certificate(context);
  const { hostname, port } = new URL(fake.apiUrl);
  const server = createSecure({ key: await readFile(key), cert: await readFile(cert) }, (asked, answer) => {
    const options = { hostname, port, path: asked.url, method: asked.method, headers: asked.headers };
    const on = request(options, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    on.on('error', () => answer.destroy());
    asked.pipe(on);
  });
  return { port: (await listening(server)).port, cert };
}

async function step(
  fake: FakeGithub,
  env: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
): Promise<ActionEnd> {
  const inputs = { command: 'flag create new-dashboard', ...more };
  const event = await dispatchEvent(fake, { actor: 'alice' });
  return runAction({ fake, inputs, event, env });
}

it('R-803 behind a proxy every call to GitHub goes through it, with the certificate checked by the end', async (context) => {
  const { fake } = await jobInTest({ '.github/sluice.yml': CONFIG });
  fake.setClock(() => Date.now());
  const { port, cert } = await secured(fake, context);
  const proxy = await proxyTo(port);
  const { pathname } = new URL(fake.apiUrl);
  const behind = { GITHUB_API_URL: `https://${HOST}${pathname === '/' ? '' : pathname}`, https_proxy: proxy.url };
  const refused = await step(fake, behind);
  expect(refused.exit).toBe(1);
  expect(refused.outputs['code']).toBe('unreachable');
  expect(refused.log).toMatch(/certificate/);
  const before = fake.calls.length;
  const done = await step(fake, { ...behind, NODE_EXTRA_CA_CERTS: cert });
  expect(done.outputs['code']).toBe('done');
  expect(done.exit).toBe(0);
  // The branch's first commit takes more than one write, each of them through the proxy: nobody else knows the host.
  expect(fake.calls.slice(before).map(({ route }) => route)[0]).toBe('POST /graphql repository');
  expect(fake.calls.length - before).toBeGreaterThan(1);
  expect(new Set(proxy.asked)).toEqual(new Set([`${HOST}:443`]));
  expect(fake.violations).toEqual([]);
});

it('no_proxy is kept: what it names is asked directly, and is not there', async () => {
  const { fake } = await jobInTest({ '.github/sluice.yml': CONFIG });
  fake.setClock(() => Date.now());
  const proxy = await proxyTo(1);
  const env = { GITHUB_API_URL: `https://${HOST}`, https_proxy: proxy.url, no_proxy: HOST };
  const ended = await step(fake, env);
  expect(ended.outputs['code']).toBe('unreachable');
  expect(proxy.asked).toEqual([]);
});

it('the endpoint of sealed mode is asked through the proxy too, and its certificate checked', async (context) => {
  const { fake } = await jobInTest({ '.github/sluice.yml': CONFIG });
  fake.setClock(() => Date.now());
  const heard: string[] = [];
  const { key, cert } = await certificate(context);
  const bot = createSecure({ key: await readFile(key), cert: await readFile(cert) }, (asked, answer) => {
    heard.push(`${asked.method ?? ''} ${asked.url ?? ''}`);
    const outcome = { schemaVersion: 1, ok: true, code: 'done', summary: 'it was done', details: null };
    asked.resume().on('end', () => answer.end(JSON.stringify(outcome)));
  });
  const { port } = await listening(bot);
  const proxy = await proxyTo(port);
  const tokens = createServer((_, answer) => void answer.end(JSON.stringify({ value: 'a.b.c' })));
  const at = await listening(tokens);
  const env = {
    https_proxy: proxy.url,
    NODE_EXTRA_CA_CERTS: cert,
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${at.port}/token?x=1`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'asks',
  };
  const ended = await step(fake, env, { endpoint: `https://${HOST}` });
  expect(ended.outputs['code'], ended.log).toBe('done');
  expect(heard).toEqual(['POST /api/commands']);
  expect(proxy.asked).toEqual([`${HOST}:443`]);
  expect(fake.calls).toEqual([]);
});
