import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WHOLE } from '../../src/core/model/weight.ts';
import type { OperationStatus, Platform } from '../../src/ports/platform.ts';
import { waitUntil } from '../support/wait.ts';

/** What the suite needs of a platform under test. Label `bad` must fail to deploy. */
export interface PlatformBench {
  /** The platform as a process finds it; again: as the next process does, after `leave`. */
  open(): Promise<Platform>;
  /** The present process goes away and what runs goes on. */
  leave(platform: Platform): Promise<void>;
  /** How many deployments of a label the outside world has seen. */
  deployments(label: string): Promise<number>;
  close(): Promise<void>;
}

const PAIR = { service: 'web', environment: 'production' };
const signal = new AbortController().signal;

const deployment = (label: string, operation = `deploy-${label}`) => ({
  ...PAIR,
  operation,
  label,
  commit: 'a'.repeat(39) + (label.length % 10),
  signal,
});

async function settled(platform: Platform, operation: string, status: OperationStatus): Promise<OperationStatus> {
  if (status.state !== 'running') return status;
  const { ref } = status;
  return waitUntil(`the end of ${operation}`, async () => {
    const found = await platform.find({ ...PAIR, operation, ref });
    return found.state === 'done' || found.state === 'failed' ? found : undefined;
  });
}

async function deploy(platform: Platform, label: string, operation = `deploy-${label}`): Promise<OperationStatus> {
  return settled(platform, operation, await platform.deploy(deployment(label, operation)));
}

async function shares(platform: Platform): Promise<Record<string, number>> {
  const versions = (await platform.observe(PAIR)) ?? [];
  return Object.fromEntries(versions.map(({ label, weight }) => [label, weight]));
}

const setTo = (platform: Platform, weights: Record<string, number>, operation = 'weights-1') =>
  platform.weights({ ...PAIR, operation, weights, signal });

const remove = (platform: Platform, label: string) =>
  platform.remove({ ...PAIR, operation: `remove-${label}`, label, signal });

/** The rules of the Platform port, for a platform that can do everything; every such adapter passes them. */
export function platformContract(name: string, makeBench: () => Promise<PlatformBench>): void {
  describe(`${name} keeps the rules of the Platform port`, () => {
    let bench: PlatformBench;
    let platform: Platform;
    beforeEach(async () => {
      bench = await makeBench();
      platform = await bench.open();
    });
    afterEach(() => bench.close());

    it('R-118 deploys a version, at first without any traffic', async () => {
      expect(await deploy(platform, '1.0')).toMatchObject({ state: 'done' });
      expect(await platform.observe(PAIR)).toMatchObject([{ label: '1.0', weight: 0, healthy: true }]);
    });

    it('makes one deployment of an operation that is asked for twice', async () => {
      const first = await deploy(platform, '1.0');
      expect(await deploy(platform, '1.0')).toEqual(first);
      expect(await bench.deployments('1.0')).toBe(1);
    });

    it('makes one deployment of an operation that is asked for at the same time', async () => {
      const all = await Promise.all([1, 2, 3].map(() => deploy(platform, '1.0')));
      expect(all.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
      expect(await bench.deployments('1.0')).toBe(1);
    });

    it('deploys two versions at the same time', async () => {
      const [one, two] = await Promise.all([deploy(platform, '1.0'), deploy(platform, '2.0')]);
      expect([one.state, two.state]).toEqual(['done', 'done']);
      expect(await shares(platform)).toEqual({ '1.0': 0, '2.0': 0 });
    });

    it('reports a deploy that fails, with what it said', async () => {
      const status = await deploy(platform, 'bad');
      expect(status).toMatchObject({ state: 'failed', detail: expect.stringContaining('cannot find module paddle') });
      expect(await shares(platform)).toEqual({});
    });

    it('R-201 sets shares of traffic as a level: twice is as good as once', async () => {
      await deploy(platform, '1.0');
      await deploy(platform, '2.0');
      for (const weights of [
        { '1.0': 95_000, '2.0': 5_000 },
        { '1.0': 95_000, '2.0': 5_000 },
      ]) {
        expect(await setTo(platform, weights)).toMatchObject({ state: 'done' });
        expect(await shares(platform)).toEqual(weights);
      }
      await setTo(platform, { '1.0': 0, '2.0': WHOLE }, 'weights-2');
      expect(await shares(platform)).toEqual({ '1.0': 0, '2.0': WHOLE });
      await setTo(platform, { '1.0': WHOLE, '2.0': 0 }, 'weights-1');
      expect(await shares(platform), 'the same operation, other weights').toEqual({ '1.0': WHOLE, '2.0': 0 });
    });

    it.each([
      ['too little', { '1.0': 90_000 }],
      ['too much', { '1.0': WHOLE, '2.0': 1 }],
      ['below zero', { '1.0': 110_000, '2.0': -10_000 }],
      ['nothing', {}],
    ])('R-201 refuses bad weights (%s) and leaves the shares as they were', async (_, weights) => {
      await deploy(platform, '1.0');
      await deploy(platform, '2.0');
      await setTo(platform, { '1.0': WHOLE, '2.0': 0 });
      expect(await setTo(platform, weights as Record<string, number>, 'bad')).toMatchObject({ state: 'failed' });
      expect(await shares(platform)).toEqual({ '1.0': WHOLE, '2.0': 0 });
    });

    it('removes a version; one that is not there is done already', async () => {
      await deploy(platform, '1.0');
      await deploy(platform, '2.0');
      await setTo(platform, { '1.0': WHOLE });
      expect(await remove(platform, '2.0')).toMatchObject({ state: 'done' });
      expect(await remove(platform, '2.0')).toMatchObject({ state: 'done' });
      expect(await remove(platform, 'never')).toMatchObject({ state: 'done' });
      expect(await shares(platform)).toEqual({ '1.0': WHOLE });
    });

    it('knows what became of an operation, and which it never heard of', async () => {
      await deploy(platform, '1.0');
      await deploy(platform, 'bad');
      const ask = (operation: string) => platform.find({ ...PAIR, operation });
      expect(await ask('deploy-1.0')).toMatchObject({ state: 'done' });
      expect(await ask('deploy-bad')).toMatchObject({ state: 'failed' });
      expect(await ask('deploy-never')).toEqual({ state: 'unknown' });
    });

    it('knows it all after a restart: operations, versions, shares', async () => {
      await deploy(platform, '1.0');
      await deploy(platform, '2.0');
      await setTo(platform, { '1.0': 75_000, '2.0': 25_000 });
      await bench.leave(platform);
      const next = await bench.open();
      expect(await next.find({ ...PAIR, operation: 'deploy-1.0' })).toMatchObject({ state: 'done' });
      expect(await next.find({ ...PAIR, operation: 'deploy-never' })).toEqual({ state: 'unknown' });
      expect(await shares(next)).toEqual({ '1.0': 75_000, '2.0': 25_000 });
      expect(await bench.deployments('1.0')).toBe(1);
    });
  });
}
