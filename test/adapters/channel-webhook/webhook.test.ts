import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sign, webhookChannel, type WebhookOptions } from '../../../src/adapters/channel-webhook/webhook.ts';
import { systemClock } from '../../../src/adapters/clock-system/clock.ts';
import type { Notice } from '../../../src/ports/channel.ts';

const { signal } = new AbortController();

const notice = (event: string): Notice => ({
  event,
  severity: 'high',
  subject: 'web/production',
  title: `web ${event}`,
  report: { blocks: [{ type: 'text', text: 'errors 6.1%' }] },
  marker: 'r-7f3a',
  commit: 'a'.repeat(40),
  at: 1_000,
});

/** Someone who takes notices and answers with these statuses in turn (0: not at all), then 200. */
async function receiver(...statuses: number[]) {
  const got: { body: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      got.push({ body, headers: request.headers });
      const status = statuses.shift() ?? 200;
      if (status !== 0) response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const channel = (more: Partial<WebhookOptions> = {}) =>
    webhookChannel({ name: 'ops', url, clock: systemClock(), pauses: [1, 1], ...more });
  return { got, channel };
}

describe('a webhook', () => {
  it('R-312 gets each notice as JSON, signed over the raw body', async () => {
    const { got, channel } = await receiver();
    await channel({ secret: 's3cret', headers: { 'x-team': 'sre' } }).send(
      [notice('failed'), notice('rolled-back')],
      signal,
    );
    expect(got.map(({ body }) => JSON.parse(body))).toMatchObject([
      { schemaVersion: 1, event: 'failed', title: 'web failed', report: { blocks: [{ text: 'errors 6.1%' }] } },
      { event: 'rolled-back' },
    ]);
    const [first] = got;
    expect(first?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-team': 'sre',
      'x-sluice-event': 'failed',
    });
    expect(first?.headers['x-sluice-signature-256']).toBe(sign(first?.body ?? '', 's3cret'));
    // The vector in GitHub's documentation, whose scheme it is.
    const vector = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    expect(sign('Hello, World!', "It's a Secret to Everybody")).toBe(`sha256=${vector}`);
  });

  it('R-312 is tried three times, with the same delivery id', async () => {
    const { got, channel } = await receiver(503, 429);
    await channel().send([notice('failed')], signal);
    expect(got).toHaveLength(3);
    expect(new Set(got.map(({ headers }) => headers['x-sluice-delivery'])).size).toBe(1);
  });

  it('R-312 that fails for one notice still gets the next, and is told as failed', async () => {
    const { got, channel } = await receiver(500, 500, 500);
    const sending = channel().send([notice('failed'), notice('completed')], signal);
    await expect(sending).rejects.toThrow('webhook ops: failed web/production: answered 500');
    expect(got.map(({ headers }) => headers['x-sluice-event'])).toEqual(['failed', 'failed', 'failed', 'completed']);
  });

  it.each([400, 404, 302])('is not tried again after %i: it would answer the same', async (status) => {
    const { got, channel } = await receiver(status);
    await expect(channel().send([notice('failed')], signal)).rejects.toThrow(`answered ${status}`);
    expect(got).toHaveLength(1);
  });

  it('is given up at its time-out', async () => {
    const { channel } = await receiver(0, 0, 0);
    await expect(channel({ timeout: 50 }).send([notice('failed')], signal)).rejects.toThrow('no answer within 50 ms');
  });

  it('is ended when the caller gives up', async () => {
    const { channel } = await receiver(0);
    const stop = new AbortController();
    const sending = channel({ pauses: [600_000] }).send([notice('failed')], stop.signal);
    stop.abort();
    await expect(sending).rejects.toThrow(/webhook ops/);
  });

  it.each(['ftp://example.com/x', 'file:///etc/passwd', 'hooks.example.com', ''])('is refused at %j', (url) => {
    expect(() => webhookChannel({ name: 'ops', url, clock: systemClock() })).toThrow(
      'expected an http or https address',
    );
  });
});
