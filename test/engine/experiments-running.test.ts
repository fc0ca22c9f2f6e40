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

it('R-602 whom a target, a rule or an unmet requirement gives a variant is not drawn, and is assigned none', async () => {
  const w = await running();
  const users = Array.from({ length: 20 }, (_, index) => `user-${index}`);
  const split = { split: EXPERIMENT.variants, generation: 1 };
  const assigned = async (flag: object, more: Readonly<Record<string, object>> = {}) => {
    await w.put({ 'flags/checkout.json': flag, ...more });
    const { assign } = await runningExperiments(() => w.wiring)();
    return users.map((user) => assign(EXPERIMENT, user));
  };
  const free = await assigned(flagWith(split));
  const target = (variant: string) => ({ unit: 'user-3', variant });
  const rule = {
    id: 'staff',
    if: [{ attribute: 'targetingKey', operator: 'ends-with', values: ['7'] }],
    serve: { split: EXPERIMENT.variants },
  };
  for (const variant of ['control', 'treatment']) {
    const forced = { enabled: true, targets: [target(variant)], rules: [rule], serve: split };
    const flag = { ...flagWith(split), environments: { production: forced } };
    expect(await assigned(flag)).toEqual(free.map((drawn, index) => ([3, 7, 17].includes(index) ? undefined : drawn)));
  }
  const required = { ...flagWith(split), off: 'control', requires: [{ flag: 'parent', variant: 'treatment' }] };
  const parent = { ...flagWith('control'), key: 'parent' };
  expect(new Set(await assigned(required, { 'flags/parent.json': parent }))).toEqual(new Set([undefined]));
});
