import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../src/core/model/time.ts';
import { bob } from '../support/rollout.ts';
import { configOf } from '../support/world/config.ts';
import { crash, eventsOf, repeatedUnasked } from '../support/world/interleaved.ts';
import { storm } from '../support/world/storm.ts';
import { only, type Runner, tickOn, type World, world } from '../support/world/world.ts';

type Can = Parameters<typeof world>[0]['capabilities'];

/** A first release that has everybody, and is still watched. */
async function everybodyHasIt(capabilities?: Can): Promise<{ readonly w: World; readonly runner: Runner }> {
  const stages = capabilities ? ['{ name: all, weight: 100%, bake: 10m }'] : undefined;
  const w = world({ config: configOf(stages && { stages }), ...(capabilities && { capabilities }) });
  const runner = w.runner('one');
  await w.run('deploy web@1.0.0');
  await runner.tick();
  expect(only(w).phase).toBe('provisional');
  expect([...w.platform.running]).toEqual([['1.0.0', 100_000]]);
  return { w, runner };
}

const explained = async (w: World, target = 'web'): Promise<string> =>
  JSON.stringify((await w.run(`explain ${target}`)).report);

describe('the way back of a first release', () => {
  it('R-403 takes it from its users although nobody else can have them, and says so', async () => {
    const { w, runner } = await everybodyHasIt();
    await w.run('rollback web --reason sick', bob);
    expect(await tickOn(w, runner, { every: 5 * SECOND, until: MINUTE })).toBe(true);
    expect([...w.platform.running]).toEqual([]);
    expect(w.ended().at(-1)).toMatchObject({ phase: 'rolled-back', outcome: 'sick' });
    expect(await explained(w)).toContain('web 1.0.0 is gone');
    expect(w.place()).toMatchObject({ live: null, weights: {} });
  });

  it('R-406 that cannot take it from them calls a person, and says who has it and what can be done', async () => {
    const { w, runner } = await everybodyHasIt();
    w.platform.failing.set('remove', 1_000);
    await w.run('rollback web --reason sick', bob);
    await tickOn(w, runner, { every: 10 * SECOND, until: 2 * MINUTE });
    expect(only(w)).toMatchObject({ phase: 'failed', outcome: expect.stringContaining('1.0.0 could not be removed') });
    const { summary } = await w.run('status');
    expect(summary).not.toContain('gone');
    const words = await explained(w);
    expect(words).toContain('users have 1.0.0 100%');
    expect(words).not.toContain('is gone');
    expect(await w.run('deploy web@1.0.1 --emergency --reason mended')).toMatchObject({ code: 'started' });
  });

  it('R-406 gives a removal that fails a moment before it is tried again', async () => {
    const { w, runner } = await everybodyHasIt();
    w.platform.failing.set('remove', 2);
    await w.run('rollback web --reason sick', bob);
    await runner.tick();
    await runner.tick();
    const removals = (): number => w.platform.calls.filter(({ kind }) => kind === 'remove').length;
    expect(removals()).toBe(1);
    expect(await tickOn(w, runner, { every: 5 * SECOND, until: MINUTE })).toBe(true);
    expect(removals()).toBe(3);
    const [first = 0, second = 0, third = 0] = w.platform.calls
      .filter(({ kind }) => kind === 'remove')
      .map(({ at }) => at);
    expect([second - first, third - second]).toEqual([10 * SECOND, 20 * SECOND]);
    expect([...w.platform.running]).toEqual([]);
  });

  it('R-406 ends, where nobody ever had it, also when it cannot be removed', async () => {
    const w = world({ config: configOf({ service: 'smoke: [{ name: home, run: ./smoke }]' }) });
    const runner = w.runner('one');
    w.badChecks.add('home');
    w.platform.failing.set('remove', 1_000);
    await w.run('deploy web@1.0.0');
    expect(await tickOn(w, runner, { every: 10 * SECOND, until: HOUR })).toBe(true);
    expect(w.ended().at(-1)).toMatchObject({ phase: 'rolled-back' });
    const words = await explained(w);
    expect(words).toContain('nobody has web 1.0.0');
    expect(words).not.toContain('is gone');
  });

  it('R-406 calls a person where the platform has no way to take a version away', async () => {
    const { w, runner } = await everybodyHasIt({ weights: 'none', keepsOld: false, instantBack: false });
    w.platform.failing.set('remove', 1_000);
    await w.run('rollback web --reason sick', bob);
    await tickOn(w, runner, { every: 10 * SECOND, until: 2 * MINUTE });
    expect(only(w)).toMatchObject({ phase: 'failed' });
  });
});

describe('explain of a first release', () => {
  it('R-309 says why no judge watches it', async () => {
    const { w } = await everybodyHasIt();
    expect(await explained(w)).toContain('No judge watches a first release');
  });
});

const ONE = ['{ name: all, weight: 100%, bake: 1m }'];
const WEIGHTLESS = { weights: 'none', preview: false, keepsOld: false, instantBack: false } as const;

describe('a first release on two runners, in any order', () => {
  it('R-401 law 5 a rollback at any moment ends with nobody having it and nothing left of it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ first: eventsOf(120, crash), then: eventsOf(120, crash) }),
        fc.constantFrom(0, 20 * MINUTE),
        fc.boolean(),
        async ({ first, then }, takes, weighted) => {
          const config = configOf({ stages: ONE, strategy: 'deadline: 12h', keepOld: '1h' });
          const w = world({ config, ...(!weighted && { capabilities: WEIGHTLESS }) });
          w.platform.takes = takes;
          await w.run('deploy web@1.0.0');
          const s = storm(w);
          await s.play(first);
          if (w.rollouts().length === 0) return;
          await w.run('rollback web');
          await s.play(then);
          expect(await s.calm()).toBe(true);
          expect([...w.platform.running]).toEqual([]);
          expect(w.place()).toMatchObject({ live: null, weights: {} });
          expect(w.place().active).toBeUndefined();
          expect(repeatedUnasked(w.platform.calls)).toEqual([]);
        },
      ),
      { numRuns: 12 },
    );
  });
});
