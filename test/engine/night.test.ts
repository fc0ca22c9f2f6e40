import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../src/core/model/time.ts';
import { bob } from '../support/rollout.ts';
import { configOf, type Given } from '../support/world/config.ts';
import { crash, eventsOf, expectLevel } from '../support/world/interleaved.ts';
import { storm } from '../support/world/storm.ts';
import { only, type Runner, tickOn, type World, world } from '../support/world/world.ts';

const COMPARING: Given = { judges: '[{ metric: error-rate, compare: stable }]' };

async function live(given: Given = {}): Promise<{ readonly w: World; readonly runner: Runner }> {
  const w = world({ config: configOf(given) });
  await w.live('1.3.2');
  return { w, runner: w.runner('one') };
}

async function stuck(): Promise<{ readonly w: World; readonly runner: Runner }> {
  const { w, runner } = await live({
    stages: ['{ name: canary, weight: 20%, bake: 5m }', '{ name: all, weight: 100%, bake: 10m }'],
  });
  await w.run('deploy web@1.4.0');
  await runner.tick();
  w.platform.failing.set('weights', 1_000);
  await w.run('rollback web --reason sick', bob);
  await runner.tick();
  expect(only(w).phase).toBe('rolling-back');
  return { w, runner };
}

const report = async (w: World, text: string): Promise<string> => JSON.stringify((await w.run(text)).report);

describe('an emergency deploy', () => {
  it('R-113 asks nobody to judge it: also where the only judges compare, which nothing can at once', async () => {
    const { w, runner } = await live(COMPARING);
    const ordinary = await w.run('deploy web@1.4.0 --strategy all-at-once');
    expect(ordinary).toMatchObject({ ok: false, code: 'nothing-applicable' });
    expect(ordinary.summary).toContain('deploy web@1.4.0 --emergency --reason');
    expect(await w.run('deploy web@1.4.0 --emergency --reason outage')).toMatchObject({ ok: true, code: 'started' });
    await tickOn(w, runner, { every: 5 * SECOND, until: MINUTE });
    expect(w.platform.running.get('1.4.0')).toBe(100_000);
  });

  it('R-113 takes the place of a way back that is stuck', async () => {
    const { w, runner } = await stuck();
    w.platform.failing.clear();
    expect(await w.run('deploy web@1.3.3 --emergency --reason outage')).toMatchObject({ ok: true, code: 'started' });
    await tickOn(w, runner, { every: 5 * SECOND, until: MINUTE });
    expect(w.platform.running.get('1.3.3')).toBe(100_000);
  });

  it('R-113 deploys what is recorded as live again: its processes may be gone', async () => {
    const { w, runner } = await live();
    w.platform.running.clear();
    expect(await w.run('deploy web@1.3.2')).toMatchObject({ code: 'unchanged' });
    expect(await w.run('deploy web@1.3.2 --emergency --reason gone')).toMatchObject({ code: 'started' });
    await tickOn(w, runner, { every: 5 * SECOND, until: 10 * MINUTE });
    expect([...w.platform.running]).toEqual([['1.3.2', 100_000]]);
    expect(w.place().live?.label).toBe('1.3.2');
  });
});

describe('a way back whose weights cannot be set', () => {
  it('R-404 shows what users have by the last weights that were set, what is wanted, and what went wrong', async () => {
    const { w } = await stuck();
    const said = 'wanted 0%, last set 20%: weights went wrong';
    expect(await report(w, 'explain web')).toContain(said);
    expect((await w.run('explain web')).summary).toContain(said);
    const status = await w.run('status');
    expect(status.details).toMatchObject({
      rollouts: [{ weight: '20%' }],
      pairs: [{ weights: { '1.3.2': '100%' }, users: { '1.3.2': '80%', '1.4.0': '20%' } }],
    });
    expect(JSON.stringify(status.report)).toContain('1.3.2 80%, 1.4.0 20% (wanted 1.3.2 100%)');
    expect(await w.run('rollback web', bob)).toMatchObject({
      code: 'unchanged',
      summary: expect.stringContaining(said),
    });
  });

  it('R-406 says in `failed` who has what, and every command that leads out', async () => {
    const { w, runner } = await stuck();
    await tickOn(w, runner, { every: 10 * SECOND, until: 2 * MINUTE });
    expect(only(w).phase).toBe('failed');
    expect(await report(w, 'explain web')).toContain('users have 1.3.2 80%, 1.4.0 20%');
    expect((await w.run('status')).details).toMatchObject({ rollouts: [{ weight: '20%' }] });
    for (const text of ['pause web', 'deploy web@1.5.0'])
      for (const way of ['--emergency', 'retry', 'resolve']) expect((await w.run(text)).summary).toContain(way);
  });
});

describe('adopt', () => {
  it('R-903 asks the platform, and refuses a version that does not run with what does', async () => {
    const w = world({ config: configOf() });
    w.platform.running.set('1.3.2', 100_000);
    const refused = await w.run('adopt web 9.9.9');
    expect(refused).toMatchObject({ ok: false, code: 'version-unknown' });
    expect(refused.summary).toContain('1.3.2 100%');
    expect(await w.run('adopt web 1.3.2')).toMatchObject({ ok: true });
  });

  it('R-903 refuses a version that runs for nobody while another has the users', async () => {
    const w = world({ config: configOf() });
    w.platform.running.set('1.3.2', 100_000).set('1.4.0', 0);
    expect(await w.run('adopt web 1.4.0')).toMatchObject({ ok: false, code: 'version-unknown' });
  });

  it('R-903 says how to begin where nothing runs at all', async () => {
    const w = world({ config: configOf() });
    const { summary } = await w.run('adopt web 1.0.0');
    expect(summary).toContain('deploy web@1.0.0 in production');
  });

  it('R-903 believes a person where the platform cannot be asked', async () => {
    const w = world({ config: configOf() });
    w.platform.observe = () => Promise.resolve(undefined);
    expect(await w.run('adopt web 1.0.0')).toMatchObject({ ok: true });
  });
});

describe('an emergency deploy on two runners, in any order', () => {
  it('R-113 law 3 whatever of the way back it replaces is still under way, users end with its version alone', async () => {
    const stages = ['{ name: canary, weight: 20%, bake: 1h }', '{ name: all, weight: 100%, bake: 1m }'];
    const config = configOf({ stages, strategy: 'deadline: 12h', keepOld: '1m' });
    const parts = fc.record({ first: eventsOf(60, crash), then: eventsOf(20, crash), last: eventsOf(60, crash) });
    await fc.assert(
      fc.asyncProperty(parts, fc.constantFrom(0, 2 * MINUTE), async ({ first, then, last }, takes) => {
        const w = world({ config });
        w.platform.takes = takes;
        await w.live('1.3.2');
        await w.run('deploy web@1.4.0');
        const s = storm(w);
        await s.play(first);
        await w.run('rollback web');
        await s.play(then);
        const { code } = await w.run('deploy web@1.5.0 --emergency --reason outage');
        if (code !== 'started') return;
        await s.play(last);
        expect(await s.calm()).toBe(true);
        expectLevel(w, { '1.5.0': 100_000 });
      }),
      { numRuns: 12 },
    );
  });
});
