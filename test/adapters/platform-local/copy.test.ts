import { describe, expect, it } from 'vitest';
import type { LocalPlatform } from '../../../src/adapters/platform-local/platform.ts';
import { waitUntil } from '../../support/wait.ts';
import { ask, localBench, PAIR, release, signal } from './bench.ts';

const COPY = '1.0+baseline';

async function copied(platform: LocalPlatform): Promise<void> {
  const status = await platform.deploy({
    ...PAIR,
    operation: 'deploy-copy',
    label: COPY,
    copyOf: '1.0',
    commit: 'c'.repeat(40),
    signal,
  });
  expect(status).toMatchObject({ state: 'done' });
}

const split = (platform: LocalPlatform, weights: Readonly<Record<string, number>>) =>
  platform.weights({ ...PAIR, operation: `weights-${JSON.stringify(weights)}`, weights, signal });

describe('a copy of a version', () => {
  it('runs as that version, in a process of its own, and knows the label it is measured under', async () => {
    const bench = await localBench();
    const platform = await bench.open();
    await release(platform, { '1.0': 100 });
    await copied(platform);
    await split(platform, { [COPY]: 100_000 });
    const seen = (await (await fetch(`${platform.address}/env`)).json()) as Record<string, string>;
    expect(seen).toMatchObject({ SLUICE_VERSION: '1.0', SLUICE_LABEL: COPY, SLUICE_SHA: 'c'.repeat(40) });
    const starts = (await bench.notes()).filter((line) => line.startsWith('start 1.0 '));
    expect(new Set(starts).size).toBe(2);
  });

  it('has exactly the share of the candidate, and numbers of its own', async () => {
    const bench = await localBench();
    const platform = await bench.open();
    await release(platform, { '1.0': 100, '2.0': 0 });
    await copied(platform);
    await split(platform, { '1.0': 80_000, [COPY]: 10_000, '2.0': 10_000 });
    expect(await ask(platform.address, 100)).toEqual({ '1.0': 90, '2.0': 10 });
    // The second that still runs is counted when it is over.
    const counted = await waitUntil('all requests to be counted', () => {
      const counts = platform.statistics(60).map(({ label, requests }) => [label, requests] as const);
      return counts.reduce((sum, [, requests]) => sum + requests, 0) === 100 ? Object.fromEntries(counts) : undefined;
    });
    expect(counted).toEqual({ '1.0': 80, [COPY]: 10, '2.0': 10 });
  });

  it('takes no user from the candidate and shows nobody another version, when it comes, grows and goes', async () => {
    const bench = await localBench();
    const platform = await bench.open({ sticky: { header: 'x-user' } });
    await release(platform, { '1.0': 100, '2.0': 0 });
    await copied(platform);
    const users = Array.from({ length: 60 }, (_, index) => `user-${String(index)}`);
    const versions = async (weights: Readonly<Record<string, number>>): Promise<readonly string[]> => {
      await split(platform, weights);
      return Promise.all(
        users.map(async (user) => (await fetch(platform.address, { headers: { 'x-user': user } })).text()),
      );
    };
    const small = await versions({ '1.0': 80_000, [COPY]: 10_000, '2.0': 10_000 });
    const large = await versions({ '1.0': 20_000, [COPY]: 40_000, '2.0': 40_000 });
    const gone = await versions({ '1.0': 40_000, '2.0': 60_000 });
    const stays = (before: readonly string[], after: readonly string[]): boolean =>
      before.every((version, index) => version === '1.0' || after[index] === version);
    expect(small).toContain('2.0');
    expect(stays(small, large)).toBe(true);
    expect(stays(large, gone)).toBe(true);
  });

  it('is the same copy for the next owner, and leaves nothing when it is removed', async () => {
    const bench = await localBench();
    const first = await bench.open();
    await release(first, { '1.0': 100 });
    await copied(first);
    await first.close();
    const platform = await bench.open();
    await split(platform, { [COPY]: 100_000 });
    expect(await ask(platform.address, 3)).toEqual({ '1.0': 3 });
    await split(platform, { '1.0': 100_000 });
    expect(await platform.remove({ ...PAIR, operation: 'remove-copy', label: COPY, signal })).toEqual({
      state: 'done',
    });
    expect((await platform.observe(PAIR))?.map(({ label }) => label)).toEqual(['1.0']);
  });
});
