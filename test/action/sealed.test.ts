import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openOidc } from '../support/github/oidc.ts';
import { type Job, jobInTest } from './job.ts';

const FILES = {
  '.github/sluice.yml': 'version: 1\nservices: {web: {deploy: ./deploy.sh}}\nenvironments: {production: {}}\n',
};

interface Received {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly key: string | undefined;
}

interface Endpoint {
  readonly url: string;
  readonly received: readonly Received[];
  /** What it answers, in order; the last for ever. */
  answers: readonly { readonly status: number; readonly body?: unknown }[];
}

const DONE = { schemaVersion: 1, ok: true, code: 'done', summary: 'x is on', details: null, commit: 'a'.repeat(40) };

/** An endpoint that believes whom GitHub's published keys prove. */
async function endpoint(issuer: string): Promise<Endpoint> {
  const received: Received[] = [];
  const held: Endpoint & { answers: Endpoint['answers'] } = {
    url: '',
    received,
    answers: [{ status: 200, body: DONE }],
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void claimsOf(issuer, (request.headers.authorization ?? '').replace('Bearer ', '')).then((claims) => {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as Received['body'];
        received.push({ claims, body, key: request.headers['idempotency-key'] as string | undefined });
        const answer = held.answers[Math.min(received.length, held.answers.length) - 1];
        response.writeHead(answer?.status ?? 500, { 'content-type': 'application/json' });
        response.end(JSON.stringify(answer?.body ?? {}));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return Object.assign(held, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

async function claimsOf(issuer: string, token: string): Promise<Readonly<Record<string, unknown>>> {
  const { keys } = (await (await fetch(`${issuer}/.well-known/jwks`)).json()) as { keys: readonly JsonWebKey[] };
  const [head = '', body = '', signature = ''] = token.split('.');
  const key = createPublicKey({ key: keys[0] ?? {}, format: 'jwk' });
  const isProven = verify('RSA-SHA256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'));
  return isProven ? (JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>) : {};
}

async function sealed(): Promise<{ readonly job: Job; readonly bot: Endpoint }> {
  const job = await jobInTest(FILES);
  const oidc = await openOidc(job.fake);
  onTestFinished(() => oidc.close());
  const run = await job.fake.beginRun({ workflow: 'deploy.yml' });
  // The toolkit reads the process's own variables.
  for (const [name, value] of Object.entries(oidc.env({ run }))) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  // It also tells the runner to mask the token.
  const said = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  onTestFinished(() => said.mockRestore());
  return { job, bot: await endpoint(oidc.issuer) };
}

const ids = (): Readonly<Record<string, string | undefined>> => ({
  ACTIONS_ID_TOKEN_REQUEST_URL: process.env['ACTIONS_ID_TOKEN_REQUEST_URL'],
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'],
});

it('sealed mode writes nothing here: the command goes to the endpoint, with a token that GitHub signed for it', async () => {
  const { job, bot } = await sealed();
  const inputs = { command: 'flag enable x 25% in production', endpoint: bot.url };
  const step = await job.step('root', { inputs, env: ids() });
  expect(step.result, step.log).toMatchObject({ ok: true, code: 'done', summary: 'x is on' });
  expect(bot.received).toHaveLength(1);
  expect(bot.received[0]?.claims).toMatchObject({ aud: `sluice:${new URL(bot.url).host}`, repository: 'acme/shop' });
  expect(bot.received[0]?.body).toMatchObject({
    schemaVersion: 1,
    command: 'flag enable x 25% --environment production',
  });
  expect(step.calls).toEqual([]);
  expect(await job.titles()).toEqual([]);
});

it('an endpoint that is down for a moment is asked again, under the same request', async () => {
  const { job, bot } = await sealed();
  bot.answers = [{ status: 503 }, { status: 502 }, { status: 200, body: DONE }];
  const step = await job.step('root', {
    inputs: { command: 'flag enable x in production', endpoint: bot.url },
    env: ids(),
  });
  expect(step.result.ok).toBe(true);
  expect(new Set(bot.received.map(({ key }) => key)).size).toBe(1);
  expect(bot.received).toHaveLength(3);
});

const AT_CANARY = { ...DONE, details: { rollout: 'web-1', phase: 'exposing', stage: 'canary', weight: '5%' } };

it('a sealed pipeline waits for its stage under one request, and its outputs are those of the open one', async () => {
  const { job, bot } = await sealed();
  const baking = { ...AT_CANARY, code: 'baking', summary: 'bakes' };
  bot.answers = [
    { status: 200, body: { ...AT_CANARY, code: 'started' } },
    { status: 200, body: baking },
    { status: 200, body: { ...baking, summary: 'bakes on' } },
    { status: 200, body: AT_CANARY },
  ];
  const inputs = { service: 'web', version: '1.4.0', until: 'canary', timeout: '25m', endpoint: bot.url };
  const step = await job.step('deploy', { inputs, env: ids() });
  expect(step.outputs, step.log).toMatchObject({
    code: 'done',
    proceed: 'true',
    rollout: 'web-1',
    stage: 'canary',
    weight: '5',
  });
  expect(new Set(bot.received.map(({ key }) => key)).size).toBe(1);
  expect(bot.received.map(({ body }) => body['watch'])).toEqual([
    undefined,
    { until: 'canary' },
    { until: 'canary' },
    { until: 'canary' },
  ]);
});

it.each([
  [
    'a rollout that went back',
    { ...AT_CANARY, ok: false, code: 'rolled-back', details: { rollout: 'web-1', phase: 'rolled-back' } },
  ],
  ['one that waits for a person', { ...AT_CANARY, code: 'waits-for-approval' }],
  ['one that bakes longer than the step may wait', { ...AT_CANARY, code: 'baking' }],
])('of %s the next job does not begin in sealed mode', async (_, body) => {
  const { job, bot } = await sealed();
  bot.answers = [
    { status: 200, body: { ...AT_CANARY, code: 'started' } },
    { status: 200, body },
  ];
  const inputs = { service: 'web', version: '1.4.0', timeout: '1m', endpoint: bot.url };
  const step = await job.step('deploy', { inputs, env: ids() });
  expect(step.outputs, step.log).toMatchObject({ code: body.code, proceed: 'false', rollout: 'web-1' });
});

it("a refusal of the endpoint is the step's own, and what is no outcome is none", async () => {
  const { job, bot } = await sealed();
  const inputs = { command: 'flag enable x in production', endpoint: bot.url };
  bot.answers = [{ status: 403, body: { ...DONE, ok: false, code: 'not-permitted', summary: 'no' } }];
  const refused = await job.step('root', { inputs, env: ids() });
  expect(refused.result.code).toBe('token-lacks-permission');
  bot.answers = [{ status: 200, body: { hello: 'world' } }];
  const strange = await job.step('root', { inputs, env: ids() });
  expect(strange.result.code).toBe('unreachable');
  expect(strange.status).toBe(1);
});

it('without `id-token: write` the step says which permission is missing, and nothing is sent', async () => {
  const { job, bot } = await sealed();
  const step = await job.step('root', { inputs: { command: 'flag enable x in production', endpoint: bot.url } });
  expect(step.result.code).toBe('token-lacks-permission');
  expect(step.result.summary).toContain('id-token: write');
  expect(bot.received).toEqual([]);
});

it.each(['http://sluice.example.com', 'ftp://127.0.0.1', 'https://user:secret@sluice.example.com', 'nonsense'])(
  'R-803 %s is no endpoint: https only, and nobody in its address',
  async (address) => {
    const job = await jobInTest(FILES);
    const step = await job.step('root', { inputs: { command: 'flag enable x in production', endpoint: address } });
    expect(step.result.code).toBe('value-invalid');
    expect(step.result.summary).not.toContain('secret');
  },
);
