import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../../src/core/model/time.ts';
import { bob } from '../../support/rollout.ts';
import { configOf, type Given } from '../../support/world/config.ts';
import { only, type Runner, tickOn, type World, world } from '../../support/world/world.ts';

interface Started {
  readonly w: World;
  readonly runner: Runner;
}

/** 1.3.2 and 1.4.0 run and are known to be good; 1.4.0 is live with all traffic. */
async function twoGood(given: Given = {}): Promise<Started> {
  const w = world({ config: configOf(given) });
  const runner = w.runner('one');
  for (const label of ['1.3.2', '1.4.0']) await w.live(label);
  w.platform.running.set('1.3.2', 0);
  return { w, runner };
}

const traffic = (w: World): Readonly<Record<string, number>> => Object.fromEntries(w.platform.running);

describe('weights set by hand', () => {
  it('R-202 are for versions that are known there: another label is refused with the list', async () => {
    const { w } = await twoGood();
    const answer = await w.run('traffic set web 9.9.9=10% stable=90%');
    expect(answer).toMatchObject({ ok: false, code: 'version-unknown' });
    expect(answer.summary).toContain('9.9.9');
    expect(answer.summary).toMatch(/1\.4\.0.*1\.3\.2|1\.3\.2.*1\.4\.0/);
    expect(w.rollouts()).toEqual([]);
    expect(await w.run('traffic set web 1.3.2=10% stable=90%')).toMatchObject({ ok: true, code: 'started' });
  });

  it('R-804 wait for the approvals of the environment when more than before goes past what is live', async () => {
    const { w, runner } = await twoGood({
      environment: 'approvals: { before: [all], count: 1, from: ["user:bob"] }',
    });
    await w.run('traffic set web 1.3.2=30% stable=70%');
    await tickOn(w, runner, { every: MINUTE, until: 5 * MINUTE });
    expect(only(w).hold?.kind).toBe('approval');
    expect(traffic(w)).toEqual({ '1.3.2': 0, '1.4.0': 100_000 });
    await w.run('approve', bob);
    expect(await tickOn(w, runner, { every: MINUTE, until: 5 * MINUTE })).toBe(true);
    expect(traffic(w)).toEqual({ '1.3.2': 30_000, '1.4.0': 70_000 });
    await w.run('traffic set web 1.3.2=10% stable=90%');
    expect(await tickOn(w, runner, { every: MINUTE, until: 5 * MINUTE })).toBe(true);
    expect(traffic(w)).toEqual({ '1.3.2': 10_000, '1.4.0': 90_000 });
  });

  it('R-401 are taken back by `rollback` to all traffic for what is live, whatever is frozen', async () => {
    const { w, runner } = await twoGood();
    await w.run('traffic set web 1.3.2=30% stable=70%');
    await tickOn(w, runner, { every: MINUTE, until: HOUR });
    expect(traffic(w)).toEqual({ '1.3.2': 30_000, '1.4.0': 70_000 });
    await w.run('freeze --for 2h --reason audit');
    expect(await w.run('rollback web')).toMatchObject({ ok: true, code: 'started' });
    expect(await tickOn(w, runner, { every: MINUTE, until: HOUR })).toBe(true);
    expect(traffic(w)).toEqual({ '1.3.2': 0, '1.4.0': 100_000 });
    expect(w.place()).toMatchObject({ live: { label: '1.4.0' }, weights: { '1.4.0': 100_000 } });
  });

  it('make another version live and good when it has all of it, and `rollback` goes back from there', async () => {
    const { w, runner } = await twoGood();
    await w.run('traffic set web 1.3.2=100%');
    expect(await tickOn(w, runner, { every: MINUTE, until: HOUR })).toBe(true);
    expect(w.place().live?.label).toBe('1.3.2');
    expect(w.place().good[0]?.label).toBe('1.3.2');
    await w.run('rollback web');
    await tickOn(w, runner, { every: MINUTE, until: HOUR });
    expect(traffic(w)['1.4.0']).toBe(100_000);
  });

  it('R-202 are refused at once for a version that was good and does not run any more', async () => {
    const { w } = await twoGood();
    w.platform.running.delete('1.3.2');
    const answer = await w.run('traffic set web 1.3.2=10% stable=90%');
    expect(answer).toMatchObject({ ok: false, code: 'version-unknown' });
    expect(answer.summary).toMatch(/1\.3\.2 does not run .* there: 1\.4\.0 100%: deploy it first/);
    expect(w.rollouts()).toEqual([]);
    expect(await w.run('traffic set web 1.3.2=0% stable=100%')).toMatchObject({ ok: true });
  });

  it('R-406 say that a version which gets nothing is taken away, where nobody but Sluice runs versions', async () => {
    const { w, runner } = await twoGood();
    Object.assign(w.platform, { sole: true });
    await w.run('traffic set web 1.3.2=30% stable=70%');
    await tickOn(w, runner, { every: MINUTE, until: 5 * MINUTE });
    expect(traffic(w)).toEqual({ '1.3.2': 30_000, '1.4.0': 70_000 });
    const answer = await w.run('traffic set web 1.3.2=0% stable=100%');
    expect(answer.summary).toMatch(/1\.3\.2: nobody names it then, and the next tick takes it away$/);
    await tickOn(w, runner, { every: MINUTE, until: 5 * MINUTE });
    expect(traffic(w)).toEqual({ '1.4.0': 100_000 });
    expect((await w.run('traffic set web 1.3.2=10% stable=90%')).summary).toMatch(/deploy it first$/);
  });
});
