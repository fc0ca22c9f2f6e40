import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../src/core/model/time.ts';
import { comparing, comparedFor, expectNothingLeft } from '../support/world/comparing.ts';
import { type Runner, tickOn, type World } from '../support/world/world.ts';

/** As the local platform does: what has traffic is not removed. */
function refusing(w: World): World {
  const remove = w.platform.remove.bind(w.platform);
  w.platform.remove = (request) =>
    (w.platform.running.get(request.label) ?? 0) > 0
      ? Promise.resolve({ state: 'failed', detail: `${request.label} has traffic` })
      : remove(request);
  return w;
}

/** 1.4.0 has all traffic and may still go back; 1.5.0 is compared with a copy of it. */
async function twoMoving(): Promise<{ readonly w: World; readonly runner: Runner; readonly older: string }> {
  const w = refusing(await comparing(0, comparedFor('10h')));
  const runner = w.runner('one');
  for (let round = 0; w.rollouts()[0]?.phase !== 'provisional' && round < 60; round++) {
    await runner.tick();
    w.pass(MINUTE);
  }
  const older = w.rollouts()[0]?.id ?? '';
  await w.run('deploy web@1.5.0');
  await runner.tick();
  expect(Object.fromEntries(w.platform.running)).toEqual({
    '1.3.2': 0,
    '1.4.0': 90_000,
    '1.4.0+baseline': 5_000,
    '1.5.0': 5_000,
  });
  return { w, runner, older };
}

describe('a rollout with a baseline arm over one that is still watched', () => {
  it('goes back with it, and both leave nothing behind', async () => {
    const { w, runner, older } = await twoMoving();
    expect(await w.run(`rollback ${older}`)).toMatchObject({ ok: true });
    expect(await tickOn(w, runner, { every: MINUTE, until: HOUR })).toBe(true);
    expectNothingLeft(w, '1.3.2');
    expect(w.ended().map(({ phase, outcome }) => [phase, outcome?.includes('could not')])).toEqual([
      ['rolled-back', false],
      ['rolled-back', false],
    ]);
  });

  it('goes up over it, and both leave nothing behind', async () => {
    const { w, runner } = await twoMoving();
    expect(await tickOn(w, runner, { every: 5 * MINUTE, until: 24 * HOUR })).toBe(true);
    expectNothingLeft(w, '1.5.0');
  });

  it('R-405 goes back to the last good version with the copy of the unhealthy one removed', async () => {
    const { w, runner, older } = await twoMoving();
    w.platform.unhealthy.add('1.4.0');
    w.series = (version) => ({ kind: 'proportion', bad: version === '1.5.0' ? 90 : 0, total: 100 });
    await tickOn(w, runner, { every: MINUTE, until: HOUR });
    expect(w.rollouts().map(({ id }) => id)).toEqual([older]);
    expect(w.platform.running.get('1.3.2')).toBe(100_000);
    expect([...w.platform.running.keys()]).not.toContain('1.4.0+baseline');
    expect([...w.platform.running.keys()]).not.toContain('1.5.0');
  });
});
