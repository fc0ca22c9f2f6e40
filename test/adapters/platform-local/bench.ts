import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../../src/adapters/clock-system/clock.ts';
import { type LocalPlatform, localPlatform } from '../../../src/adapters/platform-local/platform.ts';
import { WHOLE } from '../../../src/core/model/weight.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { versionServer } from '../../support/version-server.ts';

export const PAIR = { service: 'web', environment: 'production' } as const;
export const signal: AbortSignal = new AbortController().signal;

export interface LocalBench {
  readonly folder: string;
  open(more?: Readonly<Record<string, unknown>>, clock?: Clock): Promise<LocalPlatform>;
  /** What the versions wrote down: `start 1.0 4711`, `left 1.0`. */
  notes(): Promise<readonly string[]>;
}

/** A folder with a service in it; platforms opened there are closed, and their versions ended, after the test. */
export async function localBench(env: Readonly<Record<string, string>> = {}): Promise<LocalBench> {
  const folder = await temporaryFolder();
  const run = await versionServer(folder);
  const notes = join(folder, 'notes');
  const all = { ...process.env, NOTES: notes, ...env };
  return {
    folder,
    async open(more = {}, clock = systemClock()) {
      const platform = await localPlatform({
        ...PAIR,
        options: { run, env: ['NOTES', 'BAD', 'CRASH'], 'stop-timeout': '2s', 'health-every': '50ms', ...more },
        env: all,
        runtimeFolder: join(folder, 'runtime'),
        clock,
      });
      onTestFinished(() => platform.close());
      return platform;
    },
    notes: async () => (await readFile(notes, 'utf8').catch(() => '')).split('\n').filter((line) => line !== ''),
  };
}

/** Deploys versions in this order and gives them these shares (percent). */
export async function release(platform: LocalPlatform, shares: Readonly<Record<string, number>>): Promise<void> {
  for (const label of Object.keys(shares)) {
    const request = { ...PAIR, operation: `deploy-${label}`, label, commit: 'c'.repeat(40), signal };
    const status = await platform.deploy(request);
    if (status.state !== 'done') throw new Error(`${label}: ${JSON.stringify(status)}`);
  }
  const weights = Object.fromEntries(Object.entries(shares).map(([label, share]) => [label, (share * WHOLE) / 100]));
  const status = await platform.weights({ ...PAIR, operation: 'weights', weights, signal });
  if (status.state !== 'done') throw new Error(JSON.stringify(status));
}

/** How often each version answered `times` requests, one after another. */
export async function ask(
  address: string,
  times: number,
  headers: (index: number) => Record<string, string> = () => ({}),
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let index = 0; index < times; index++) {
    const answer = await fetch(address, { headers: headers(index) });
    const label = await answer.text();
    counts[label] = (counts[label] ?? 0) + 1;
  }
  return counts;
}
