/** Users for the demo: a bounded loop of requests on loopback. */
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Seen {
  readonly requests: number;
  readonly failed: number;
  /** Answers by the version that gave them. */
  readonly versions: Readonly<Record<string, number>>;
}

const EVERY = 5;

/** One request each few milliseconds until it is stopped, or the end, whichever comes first. */
export function beginTraffic(address: string, end: number): { stop(): Promise<Seen> } {
  if (new URL(address).hostname !== '127.0.0.1') throw new Error('traffic goes to this machine only');
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const versions: Record<string, number> = {};
  let requests = 0;
  let failed = 0;
  let stopped = false;
  const open = new Set<Promise<void>>();
  const loop = async (): Promise<void> => {
    while (!stopped && Date.now() < end) {
      requests += 1;
      const asked = ask(address, agent).then(({ version, ok }) => {
        versions[version] = (versions[version] ?? 0) + 1;
        if (!ok) failed += 1;
        open.delete(asked);
      });
      open.add(asked);
      await sleep(EVERY);
    }
  };
  const running = loop();
  return {
    async stop() {
      stopped = true;
      await running;
      await Promise.all(open); // each ends by its own time-out; cutting them off would count them as lost
      agent.destroy();
      return { requests, failed, versions };
    },
  };
}

function ask(address: string, agent: Agent): Promise<{ readonly version: string; readonly ok: boolean }> {
  return new Promise((resolve) => {
    const request = get(address, { agent, timeout: 5_000 }, (response) => {
      response.resume();
      const version = String(response.headers['x-deployment-version'] ?? 'none');
      response.once('end', () => resolve({ version, ok: (response.statusCode ?? 500) < 500 }));
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve({ version: 'none', ok: false }));
  });
}
