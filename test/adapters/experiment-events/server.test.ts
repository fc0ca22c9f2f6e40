import { appendFile, mkdir, open, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { intake, type Running } from '../../../src/adapters/experiment-events/intake.ts';
import {
  createEventServer,
  type EventServer,
  listenForEvents,
} from '../../../src/adapters/experiment-events/server.ts';
import { spoolSource } from '../../../src/adapters/experiment-events/source.ts';
import { eventSpool, spoolPath } from '../../../src/adapters/experiment-events/spool.ts';
import type { Outcome } from '../../../src/core/decision.ts';
import { CONVERSION, experimentWith, REVENUE } from '../../core/experiment/numbers/experiment.ts';
import { temporaryFolder } from '../../support/folder.ts';

const NOW = Date.parse('2026-11-05T00:00:00.000Z');
const EXPERIMENT = experimentWith([CONVERSION, REVENUE]);
const RUNNING: Running = {
  experiments: new Map([['checkout', EXPERIMENT]]),
  others: new Map([
    ['next', 'draft'],
    ['last', 'stopped'],
  ]),
  assign: (_, user) => (user.startsWith('nobody') ? undefined : 'treatment'),
};
const { signal } = new AbortController();

interface Served {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  readonly post: (
    body: string | object,
    headers?: Record<string, string>,
  ) => Promise<{ status: number; body: Record<string, unknown> }>;
  readonly users: () => Promise<Record<string, number> | undefined>;
}

async function served(options: Partial<EventServer> & { readonly most?: number } = {}): Promise<Served> {
  const folder = await temporaryFolder();
  const spool = eventSpool(folder, options.most);
  const server = createEventServer({
    intake: intake(spool, () => Promise.resolve(RUNNING)),
    results: (key): Promise<Outcome> =>
      Promise.resolve(
        key === 'checkout'
          ? { schemaVersion: 1, ok: true, code: 'done', summary: 'collecting', details: { users: 3 } }
          : { schemaVersion: 1, ok: false, code: 'experiment-unknown', summary: 'no such', details: null },
      ),
    origins: [],
    now: () => NOW,
    ...options,
  });
  const listening = await listenForEvents(server, 0);
  onTestFinished(async () => {
    await listening.close();
    await spool.close();
  });
  const url = `http://127.0.0.1:${listening.port}/api/experiments`;
  return {
    url,
    folder,
    port: listening.port,
    async post(body, headers = {}) {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const answer = await fetch(`${url}/events`, { method: 'POST', body: text, headers });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    },
    async users() {
      const data = await spoolSource(folder, () => NOW).read(EXPERIMENT, signal);
      return data && Object.fromEntries(Object.entries(data.variants).map(([name, { users }]) => [name, users]));
    },
  };
}

const exposed = (user: string, rest: object = {}): object => ({
  experiment: 'checkout',
  user,
  metric: 'exposure',
  ...rest,
});

describe('POST /api/experiments/events', () => {
  it('R-706 takes a JSON list and JSON lines, and what was taken is read back as numbers', async () => {
    const { post, users, folder } = await served();
    expect(
      await post([exposed('a', { variant: 'control' }), { experiment: 'checkout', user: 'a', metric: 'conversion' }]),
    ).toEqual({
      status: 200,
      body: { accepted: 2, duplicates: 0 },
    });
    const lines = [
      exposed('b', { variant: 'treatment' }),
      { experiment: 'checkout', user: 'b', metric: 'revenue', value: 9.5 },
    ];
    expect(await post(lines.map((line) => JSON.stringify(line)).join('\n'))).toMatchObject({ status: 200 });
    expect(await users()).toEqual({ control: 1, treatment: 1 });
    const data = await spoolSource(folder, () => NOW).read(EXPERIMENT, signal);
    expect(data).toMatchObject({ from: 'events', until: '2026-11-05T00:00:00.000Z', crossed: 0 });
    expect(data?.variants['control']?.metrics['conversion']).toEqual({ kind: 'proportion', n: 1, successes: 1 });
    expect(data?.variants['treatment']?.metrics['revenue']).toEqual({
      kind: 'mean',
      n: 1,
      sum: 9.5,
      sumSquares: 90.25,
    });
  });

  it('assigns an exposure without a variant by the flag, and refuses users it assigns none', async () => {
    const { post, users } = await served();
    await post([exposed('a')]);
    expect(await users()).toEqual({ control: 0, treatment: 1 });
    expect(await post([exposed('nobody')])).toMatchObject({
      status: 400,
      body: {
        code: 'value-invalid',
        wrong: [
          {
            event: 0,
            message: 'variant: the flag checkout assigns none to nobody: send what the application was told',
          },
        ],
      },
    });
  });

  it.each([
    ['', 'event 0: no event: a JSON list, or one object a line'],
    ['[1', 'event 0: no JSON: '],
    ['{"experiment":"checkout"}', 'event 0: user: Invalid input: expected string, received undefined'],
    ['[{"experiment":"checkout","user":"a","metric":"exposure","x":1}]', 'event 0: Unrecognized key: "x"'],
    ['[{"experiment":"other","user":"a","metric":"exposure"}]', 'event 0: experiment: there is no experiment other'],
    [
      '[{"experiment":"next","user":"a","metric":"exposure"}]',
      'event 0: experiment: next is a draft: experiment start next',
    ],
    [
      '[{"experiment":"last","user":"a","metric":"exposure"}]',
      'event 0: experiment: last is stopped: it takes no events',
    ],
    [
      '[{"experiment":"checkout","user":"a","metric":"exposure","at":"2026-11-05T10:00:00"}]',
      'event 0: at: no time like 2026-11-05T10:00:00Z or 2026-11-05T12:00:00+02:00 (ISO 8601, with its offset)',
    ],
    [
      '[{"experiment":"checkout","user":"a","metric":"sales"}]',
      'event 0: metric: sales is none of exposure, conversion, revenue',
    ],
    [
      '[{"experiment":"checkout","user":"a","metric":"revenue","value":"9"}]',
      'event 0: value: Invalid input: expected number, received string',
    ],
    ['[{"experiment":"checkout","user":"a","metric":"conversion","at":"2026-11-31T00:00:00Z"}]', 'event 0: at: '],
    [
      '[{"experiment":"checkout","user":"a","metric":"revenue","value":1e300}]',
      'event 0: value: 1e+300 is larger than 1000000000000000, the most that a value may be',
    ],
    [
      `{"experiment":"checkout","user":"a","metric":"exposure"}\n{"experiment":"checkout","user":"${'x'.repeat(300)}","metric":"exposure"}`,
      'event 1: user: ',
    ],
  ])('R-801 refuses %s as a whole and says why', async (body, why) => {
    const { post, users } = await served();
    const { status, body: said } = await post(body);
    expect(status).toBe(400);
    expect(said['summary']).toContain(`nothing was taken: ${why}`);
    expect(await users()).toBeUndefined();
  });

  it('takes nothing of a request of which one event is wrong', async () => {
    const { post, users } = await served();
    expect(await post([exposed('a'), exposed('b', { variant: 'x' })])).toMatchObject({
      status: 400,
      body: { wrong: [{ event: 1 }] },
    });
    expect(await users()).toBeUndefined();
  });

  it('counts an event with an id once, in one request, in the next and after a restart', async () => {
    const { post, users, folder } = await served();
    const event = exposed('a', { id: 'e1' });
    expect(await post([event, event])).toMatchObject({ body: { accepted: 1, duplicates: 1 } });
    expect(await post([event])).toMatchObject({ body: { accepted: 0, duplicates: 1 } });
    const path = spoolPath(folder, 'checkout');
    const text = await readFile(path, 'utf8');
    expect(text.split('\n')).toHaveLength(2);
    await appendFile(path, text);
    expect(await users()).toEqual({ control: 0, treatment: 1 });
  });

  it('asks for the token, and says nothing to who has another', async () => {
    const { post, url, users } = await served({ token: 's3cret' });
    expect((await post([exposed('a')])).status).toBe(401);
    expect((await post([exposed('a')], { authorization: 'Bearer s3cre' })).status).toBe(401);
    expect((await fetch(`${url}/checkout/results`)).status).toBe(401);
    expect(await users()).toBeUndefined();
    expect((await post([exposed('a')], { authorization: 'Bearer s3cret' })).status).toBe(200);
  });

  it('takes events of pages only from the origins that were named', async () => {
    const { post, url } = await served({ origins: ['https://shop.example'] });
    expect((await post([exposed('a')], { origin: 'https://other.example' })).status).toBe(403);
    const asked = await fetch(`${url}/events`, { method: 'OPTIONS', headers: { origin: 'https://shop.example' } });
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect((await post([exposed('a')], { origin: 'https://shop.example' })).status).toBe(200);
  });

  it('refuses a request that is too long or has too many events', async () => {
    const { post } = await served();
    expect((await post(`[${' '.repeat(1_024 * 1_024)}]`)).status).toBe(413);
    const many = Array.from({ length: 5_001 }, (_, index) => exposed(`u${index}`));
    const long = many.map((event) => JSON.stringify(event)).join('\n');
    expect(await post(long)).toMatchObject({
      status: 400,
      body: { wrong: [{ message: 'more than 5000 events: send them in several requests' }] },
    });
  });

  it('tells a flood to come again, and takes what comes after it', async () => {
    const { post, port } = await served({ mostHeld: 2_000 });
    const slow = connect(port, '127.0.0.1');
    onTestFinished(() => void slow.destroy());
    await new Promise<void>((resolve) => slow.once('connect', () => resolve()));
    slow.write('POST /api/experiments/events HTTP/1.1\r\nhost: x\r\ncontent-length: 1990\r\n\r\n[');
    await expect.poll(async () => (await post([exposed('a')])).status).toBe(429);
    slow.destroy();
    await expect.poll(async () => (await post([exposed('a')])).status).toBe(200);
  });

  it('answers 507 where the spool has no room, and keeps nothing of the request', async () => {
    const { post, users } = await served({ most: 100 });
    expect(await post([exposed('a'), exposed('b')])).toMatchObject({ status: 507, body: { code: 'disk-full' } });
    expect(await users()).toBeUndefined();
  });

  it('keeps every event of many senders at once', async () => {
    const { post, users } = await served();
    const sent = Array.from({ length: 60 }, (_, sender) => post([exposed(`a${sender}`), exposed(`b${sender}`)]));
    expect((await Promise.all(sent)).every(({ status }) => status === 200)).toBe(true);
    expect(await users()).toEqual({ control: 0, treatment: 120 });
  });
});

describe('GET /api/experiments/KEY/results', () => {
  it('R-706 answers with the analysis, and 404 for an experiment that is not there', async () => {
    const { url } = await served();
    const answer = await fetch(`${url}/checkout/results`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ ok: true, details: { users: 3 } });
    expect((await fetch(`${url}/other/results`)).status).toBe(404);
    expect((await fetch(`${url}/..%2fx/results`)).status).toBe(400);
    expect((await fetch(`${url}/checkout/results`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${url}/elsewhere`)).status).toBe(404);
  });

  it('works out no more results at once than it says, and tells the others to come again', async () => {
    const waiting: (() => void)[] = [];
    const outcome: Outcome = { schemaVersion: 1, ok: true, code: 'done', summary: 'collecting', details: null };
    const { url } = await served({ results: () => new Promise((resolve) => waiting.push(() => resolve(outcome))) });
    const asked = Array.from({ length: 32 }, () => fetch(`${url}/checkout/results`));
    await expect.poll(() => waiting.length).toBe(32);
    expect((await fetch(`${url}/checkout/results`)).status).toBe(429);
    for (const go of waiting) go();
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(asked.map(() => 200));
  });

  it('R-801 says that an address is none, and does not ask to try again', async () => {
    const { port } = await served();
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.end('GET http://[ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('the spool', () => {
  it('goes on behind a line that a crash tore off, and nothing but that line is lost', async () => {
    const folder = await temporaryFolder();
    const event = (user: string) => ({
      user,
      metric: 'exposure',
      value: 1,
      variant: 'control',
      at: '2026-11-04T00:00:00.000Z',
      generation: 1,
    });
    const first = eventSpool(folder);
    await first.append('checkout', [event('a'), event('b')]);
    await first.close();
    const path = spoolPath(folder, 'checkout');
    const { length } = await readFile(path);
    await truncate(path, length - 20);
    const source = spoolSource(folder, () => NOW);
    expect(await source.read(EXPERIMENT, signal)).toMatchObject({
      from: 'events',
      variants: { control: { users: 1 } },
    });
    const second = eventSpool(folder);
    await second.append('checkout', [event('c')]);
    await second.close();
    expect(await source.read(EXPERIMENT, signal)).toMatchObject({
      from: 'events (1 torn line left out)',
      variants: { control: { users: 2 } },
    });
  });

  const exposure = (user: string, id?: string) => ({
    user,
    metric: 'exposure',
    value: 1,
    variant: 'control',
    at: '2026-11-04T00:00:00.000Z',
    generation: 1,
    ...(id === undefined ? {} : { id }),
  });
  const spooled = async (most?: number) => {
    const folder = await temporaryFolder();
    const spool = eventSpool(folder, most);
    onTestFinished(() => spool.close());
    const source = spoolSource(folder, () => NOW);
    const users = async () => (await source.read(EXPERIMENT, signal))?.variants['control']?.users;
    return { spool, path: spoolPath(folder, 'checkout'), users };
  };

  it.each([
    ['deleted', (path: string) => rm(path)],
    ['moved away', (path: string) => rename(path, `${path}.old`)],
    ['another', async (path: string) => (await rm(path), writeFile(path, '{"torn'))],
    ['emptied', (path: string) => truncate(path, 0)],
  ])('keeps what comes after the file was %s, in the file of that name', async (_, take) => {
    const { spool, path, users } = await spooled();
    await spool.append('checkout', [exposure('a'), exposure('b')]);
    expect(await users()).toBe(2);
    await take(path);
    await spool.append('checkout', [exposure('c')]);
    expect(await readFile(path, 'utf8')).toContain('"user":"c"');
    expect(await users()).toBe(1);
  });

  it('goes on in a new file when a full one was moved away, as its message says', async () => {
    const { spool, path } = await spooled(300);
    await spool.append('checkout', [exposure('a'), exposure('b')]);
    await expect(spool.append('checkout', [exposure('c')])).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining('move the file away'),
    });
    await rename(path, `${path}.old`);
    await spool.append('checkout', [exposure('c')]);
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(2);
  });

  it('an id whose event was lost with the file is taken again', async () => {
    const { spool, path } = await spooled();
    const taking = intake(spool, () => Promise.resolve(RUNNING));
    const sent = { experiment: 'checkout', user: 'a', metric: 'exposure', id: 'e1' };
    expect(await taking.take([sent], NOW)).toEqual({ accepted: 1, duplicates: 0 });
    expect(await taking.take([sent], NOW)).toEqual({ accepted: 0, duplicates: 1 });
    await rm(path);
    expect(await taking.take([sent], NOW)).toEqual({ accepted: 1, duplicates: 0 });
    expect(await taking.take([sent], NOW)).toEqual({ accepted: 0, duplicates: 1 });
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(2);
  });

  it('who asks again reads only what is new, and gets what a first look at all of it gives', async () => {
    const { spool, path, users } = await spooled();
    await spool.append('checkout', [exposure('a', '1'), exposure('\u{1f600}', '2')]);
    expect(await users()).toBe(2);
    // Of a line that is written just now only its beginning is there, in the middle of a character.
    const line = Buffer.from(`${JSON.stringify(exposure('\u{1f601}', '3'))}\n`);
    const cut = line.indexOf(0xf0) + 2;
    await appendFile(path, line.subarray(0, cut));
    expect(await users()).toBe(2);
    await appendFile(path, line.subarray(cut));
    expect(await users()).toBe(3);
    await spool.append('checkout', [exposure('a', '4'), exposure('b', '3'), exposure('c', '5')]);
    expect(await users()).toBe(4);
    // The old bytes are not read again: what is changed in them is not seen.
    const written = await readFile(path, 'utf8');
    const file = await open(path, 'r+');
    await file.write(Buffer.from(' '.repeat(written.indexOf('\n'))), 0, undefined, 0);
    await file.close();
    expect(await users()).toBe(4);
  });

  it('R-602 says how it was when each day ended, without reading what it has read', async () => {
    const { spool, path } = await spooled();
    const source = spoolSource(dirname(path), () => NOW);
    expect(await source.days?.(EXPERIMENT, signal)).toEqual([]);
    await spool.append('checkout', [exposure('a'), { ...exposure('b'), at: '2026-11-05T00:00:00.000Z' }]);
    expect(await source.days?.(EXPERIMENT, signal)).toMatchObject([
      { until: '2026-11-05T00:00:00.000Z', variants: { control: { users: 1 } } },
    ]);
    expect(await source.read(EXPERIMENT, signal)).toMatchObject({ variants: { control: { users: 2 } } });
  });

  it('says where it cannot be read, and knows nothing where there is none', async () => {
    const folder = await temporaryFolder();
    const source = spoolSource(folder, () => NOW);
    expect(await source.read(EXPERIMENT, signal)).toBeUndefined();
    await mkdir(spoolPath(folder, 'checkout'));
    await expect(source.read(EXPERIMENT, signal)).rejects.toMatchObject({ code: 'file-unreadable' });
  });

  it('that cannot be written rejects, and is tried again', async () => {
    const folder = join(await temporaryFolder(), 'events');
    await writeFile(folder, 'in the way');
    const spool = eventSpool(folder);
    onTestFinished(() => spool.close());
    const event = { user: 'a', metric: 'exposure', value: 1, at: '2026-11-04T00:00:00.000Z', generation: 1 };
    await expect(spool.append('checkout', [event])).rejects.toMatchObject({ code: 'EEXIST' });
    await rm(folder);
    await spool.append('checkout', [event]);
    expect(await readFile(spoolPath(folder, 'checkout'), 'utf8')).toContain('"user":"a"');
  });
});
