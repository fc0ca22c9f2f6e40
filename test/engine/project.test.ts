import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { webhookChannel } from '../../src/adapters/channel-webhook/webhook.ts';
import { systemClock } from '../../src/adapters/clock-system/clock.ts';
import { MINUTE } from '../../src/core/model/time.ts';
import type { Channel } from '../../src/ports/channel.ts';
import { at } from '../support/rollout.ts';
import { waitUntil } from '../support/wait.ts';
import { wired, type Wired } from './wired.ts';

interface Receiver {
  readonly channel: Channel;
  /** Events in the order in which they were taken. */
  readonly events: () => readonly string[];
  readonly deliveries: () => readonly string[];
  /** `hang`: takes the request and never answers. */
  is: 'well' | 'failing' | 'hang';
  asked: number;
}

/** A webhook's receiver over real HTTP, with the channel that posts to it. */
async function receiver(name: string): Promise<Receiver> {
  const taken: { event: string; delivery: string }[] = [];
  const server = createServer(async (request, response) => {
    const body: Buffer[] = [];
    for await (const chunk of request) body.push(chunk as Buffer);
    self.asked += 1;
    if (self.is === 'hang') return;
    if (self.is === 'well') {
      const { event } = JSON.parse(Buffer.concat(body).toString()) as { event: string };
      taken.push({ event, delivery: String(request.headers['x-sluice-delivery']) });
    }
    response.writeHead(self.is === 'well' ? 204 : 503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const self: Receiver = {
    channel: webhookChannel({ name, url, clock: systemClock(), pauses: [] }),
    events: () => taken.map(({ event }) => event),
    deliveries: () => taken.map(({ delivery }) => delivery),
    is: 'well',
    asked: 0,
  };
  return self;
}

async function ticks(one: Wired, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    one.pass(MINUTE);
    await one.tick();
  }
}

async function begin(one: Wired): Promise<void> {
  await one.run('flag create dash');
  const begun = await one.run('flag rollout dash 100% --strategy short in production');
  expect(begun).toMatchObject({ ok: true });
}

describe('notices to a webhook', () => {
  it('R-312 are told exactly once each over many ticks: started, passed, completed', async () => {
    const hook = await receiver('webhook-1');
    const one = wired({ channels: [hook.channel] });
    await begin(one);
    await ticks(one, 10);
    expect(hook.events()).toEqual(['started', 'passed', 'completed']);
    expect(new Set(hook.deliveries()).size).toBe(3);
    await ticks(one, 3);
    expect(hook.events(), 'nothing new, nothing said').toHaveLength(3);
  });

  it('R-312 R-404 tell that a rollout went back', async () => {
    const hook = await receiver('webhook-1');
    const one = wired({ channels: [hook.channel] });
    await begin(one);
    await ticks(one, 1);
    expect(await one.run('rollback flag/dash -m "too slow" in production')).toMatchObject({ ok: true });
    await ticks(one, 5);
    expect(hook.events()).toEqual(['started', 'rolled-back']);
  });

  it('R-312 go on after a receiver that failed, with nothing lost and nothing twice', async () => {
    const hook = await receiver('webhook-1');
    hook.is = 'failing';
    const one = wired({ channels: [hook.channel] });
    await begin(one);
    await ticks(one, 3);
    expect(hook.asked).toBeGreaterThan(0);
    expect(hook.events()).toEqual([]);
    hook.is = 'well';
    await ticks(one, 8);
    expect(hook.events()).toEqual(['started', 'passed', 'completed']);
    expect(one.lines.filter((line) => line.startsWith('channel webhook-1: '))[0]).toMatch(/503.*next tick tries again/);
  });

  it('R-312 one channel that hangs delays neither the other channel nor the rollout', async () => {
    const [bad, good] = [await receiver('webhook-1'), await receiver('webhook-2')];
    bad.is = 'hang';
    const one = wired({ channels: [bad.channel, good.channel] });
    await begin(one);
    for (let i = 0; i < 10; i++) {
      one.pass(MINUTE);
      // Nobody's patience is needed: the hanging request stays open all the while.
      await one.tick(20);
    }
    await waitUntil('the good channel', async () => {
      await one.tick(20);
      return good.events().includes('completed');
    });
    expect(good.events()).toEqual(['started', 'passed', 'completed']);
    expect(bad.asked, 'one request at a time').toBe(1);
    expect((await one.store.read(['rollouts/'])).files.size).toBe(0);
  });

  it('R-304 R-312 tell when an alert is opened and when it is resolved', async () => {
    const hook = await receiver('webhook-1');
    const one = wired({ channels: [hook.channel] });
    await one.run('flag create dash');
    const alert = {
      schemaVersion: 1,
      id: 'a-1',
      severity: 'high',
      subject: 'web/production',
      rule: 'drift',
      title: 'drift',
      detail: 'x',
      opened: at('10:00:00'),
    };
    await one.put({ 'alerts/a-1.json': alert });
    await one.tick();
    expect(await one.run('alert resolve a-1')).toMatchObject({ ok: true });
    await one.tick();
    expect(hook.events()).toEqual(['alert', 'alert-resolved']);
  });

  it('a channel that is new on an old branch hears of the last hour, and of no more', async () => {
    const hook = await receiver('webhook-1');
    const one = wired();
    await begin(one);
    await ticks(one, 8);
    one.pass(120 * MINUTE);
    await one.run('flag create other');
    await one.run('flag rollout other 100% --strategy short in production');
    const { project } = await import('../../src/engine/project.ts');
    await project({ ...one.wiring, channels: [hook.channel] });
    expect(hook.events()).toEqual(['started']);
  });
});
