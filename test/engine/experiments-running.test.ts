import { expect, it } from 'vitest';
import type { Experiment } from '../../src/core/model/experiment.ts';
import { runningExperiments } from '../../src/engine/experiment/running.ts';
import { CONVERSION, experimentWith } from '../core/experiment/numbers/experiment.ts';
import { type Wired, wired } from './wired.ts';

const EXPERIMENT = experimentWith([CONVERSION]);

function flagWith(serve: unknown): object {
  return {
    schemaVersion: 1,
    key: 'checkout',
    kind: 'experiment',
    tags: [],
    services: [],
    variants: { control: false, treatment: true, other: true },
    off: 'other',
    requires: [],
    archived: false,
    environments: { production: { enabled: true, targets: [], rules: [], serve } },
  };
}

async function running(experiment: Experiment = EXPERIMENT): Promise<Wired> {
  const w = wired({ now: Date.parse('2026-11-05T00:00:00.000Z') });
  await w.put({
    'experiments/checkout.json': experiment,
    'flags/checkout.json': flagWith({ split: experiment.variants, generation: 1 }),
  });
  return w;
}

it('R-602 a user without a variant is assigned what flag check says, again and again', async () => {
  const w = await running();
  const { assign } = await runningExperiments(() => w.wiring)();
  const users = Array.from({ length: 40 }, (_, index) => `user-${index}`);
  const variants = users.map((user) => assign(EXPERIMENT, user));
  expect(new Set(variants)).toEqual(new Set(['control', 'treatment']));
  expect(users.map((user) => assign(EXPERIMENT, user))).toEqual(variants);
  for (const [index, user] of users.slice(0, 5).entries())
    expect((await w.run(`flag check checkout ${user} in production`)).details).toMatchObject({
      variant: variants[index],
    });
});

it('nobody is assigned a variant that is none of the experiment', async () => {
  const w = await running();
  await w.put({ 'flags/checkout.json': flagWith('other') });
  const { assign } = await runningExperiments(() => w.wiring)();
  expect(assign(EXPERIMENT, 'user-1')).toBeUndefined();
});

it('the branch is read at most every two seconds, and its flags only where it moved', async () => {
  const w = await running();
  let reads: (readonly string[])[] = [];
  const store = {
    ...w.store,
    read: (needs: readonly string[], revision?: string) => {
      reads.push(needs);
      return w.store.read(needs, revision);
    },
  };
  const ask = runningExperiments(() => ({ ...w.wiring, store }));
  expect((await ask()).experiments.has('checkout')).toBe(true);
  reads = [];
  await Promise.all([ask(), ask(), ask()]);
  expect(reads).toEqual([]);
  w.pass(2_000);
  await Promise.all([ask(), ask()]);
  expect(reads).toEqual([[]]);
  await w.put({
    'experiments/checkout.json': { ...EXPERIMENT, state: 'stopped', stopped: '2026-11-04T00:00:00.000Z' },
  });
  w.pass(2_000);
  expect((await ask()).experiments.has('checkout')).toBe(false);
});
