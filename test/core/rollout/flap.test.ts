import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../src/core/model/time.ts';
import { configOf } from '../../support/world/config.ts';
import { healthy, MORNING, only, type Runner, tickOn, type World, world } from '../../support/world/world.ts';

const STAGES = ['{ name: canary, weight: 5%, bake: 50m }', '{ name: all, weight: 100%, bake: 5m }'];
/** Four windows of 10 s with numbers, four without. */
const flapping: World['series'] = (version, at) =>
  Math.floor((at - MORNING) / (40 * SECOND)) % 2 === 0 ? healthy(version, at) : null;
const silence: World['series'] = () => null;
const TICKS = { every: 10 * SECOND, until: 40 * MINUTE };

/** A canary whose source has been flapping for forty minutes. */
async function flapped(): Promise<{ readonly w: World; readonly runner: Runner }> {
  const w = world({ config: configOf({ stages: STAGES }), series: flapping });
  const runner = w.runner('one');
  await w.live('1.3.2');
  await w.run('deploy web@1.4.0');
  await runner.tick();
  await tickOn(w, runner, TICKS);
  expect(only(w)).toMatchObject({ phase: 'exposing', step: 'baking' });
  return { w, runner };
}

describe('a source that falls silent and answers again', () => {
  it('is committed four times in an hour, then only what holds', async () => {
    const { w } = await flapped();
    const said = w.commits().filter(({ title }) => / says (no-data|undecided)/.test(title));
    expect(said.length).toBeGreaterThanOrEqual(4);
    expect(said.length).toBeLessThanOrEqual(8);
    expect(Object.values(only(w).flips ?? {}).flat()).toHaveLength(said.length);
  });

  it('is committed all the same when the silence lasts', async () => {
    const { w, runner } = await flapped();
    w.series = silence;
    await tickOn(w, runner, { every: 10 * SECOND, until: 4 * MINUTE });
    expect(only(w).verdicts.map(({ verdict }) => verdict)).toEqual(['no-data']);
  });

  it('never delays a failure', async () => {
    const { w, runner } = await flapped();
    w.series = (version) => ({ kind: 'proportion', bad: version === '1.3.2' ? 0 : 90, total: 100 });
    expect(await tickOn(w, runner, { every: 10 * SECOND, until: 3 * MINUTE })).toBe(true);
    expect(w.ended()[0]).toMatchObject({ phase: 'rolled-back' });
  });

  it('is forgotten with the stage', async () => {
    const { w, runner } = await flapped();
    expect(only(w).flips).toBeDefined();
    w.series = healthy;
    await w.run('promote');
    await tickOn(w, runner, { every: MINUTE, until: MINUTE });
    expect(only(w).stage).toBe(1);
    expect(only(w).flips).toBeUndefined();
  });
});
