import { setTimeout as pause } from 'node:timers/promises';
import { isAlive } from './identity.ts';
import { bound } from './log.ts';
import { askReady } from './readiness.ts';
import { noteFailure, noteSuccess, type Upstream } from './router/upstream.ts';
import { bringUp, logOf, type Place, type Version } from './version.ts';

const LONGEST_BACKOFF = 30_000;

/**
 * Asks a version at each `healthEvery` whether it is well, tells the router, and starts it again where it died:
 * at once, then after 1, 2, 4 ... 30 s while it keeps dying. Ends with `version.ending`.
 */
export async function watch(place: Place, version: Version, upstream: Upstream): Promise<void> {
  const { signal } = version.ending;
  let deaths = 0;
  while (!signal.aborted) {
    await rest(place.options.healthEvery, signal);
    if (signal.aborted) return;
    if (isRunning(version)) {
      const problem = await ask(place, version);
      if (problem === undefined) noteSuccess(upstream);
      else noteFailure(upstream);
      if (problem === undefined) deaths = Math.max(0, deaths - 0.1);
      await bound(logOf(place, version.record.label)).catch(() => {}); // a log that cannot be cut harms nobody
      continue;
    }
    markDead(upstream);
    if (deaths >= 1) await rest(Math.min(LONGEST_BACKOFF, 500 * 2 ** deaths), signal);
    deaths = Math.floor(deaths) + 1;
    if (!signal.aborted) await revive(place, version, upstream);
  }
}

function isRunning({ record }: Version): boolean {
  return record.process !== undefined && isAlive(record.process);
}

function ask(place: Place, version: Version): Promise<string | undefined> {
  const { ready, readyStrict } = place.options;
  return askReady({ port: version.record.port, path: ready, strict: readyStrict, timeout: 5_000 });
}

/** No request is sent to a process that is known to be dead. */
export function markDead(upstream: Upstream): void {
  upstream.healthy = false;
  upstream.failures = Math.max(upstream.failures, 1_000);
}

async function revive(place: Place, version: Version, upstream: Upstream): Promise<void> {
  const problem = await bringUp(place, version).catch((error: unknown) => String(error));
  upstream.port = version.record.port;
  if (problem === undefined) noteSuccess(upstream);
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal, ref: false }).catch(() => {}); // ended early by the signal
}
