import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../src/core/model/time.ts';
import { commandOf } from './wired.ts';
import { sweepLeftovers } from '../../src/engine/leftover.ts';
import { readMoving } from '../../src/engine/moving.ts';
import { inspect } from '../../src/engine/inspect.ts';
import { exactId } from '../../src/core/report/subject.ts';
import { configOf } from '../support/world/config.ts';
import { type Runner, tickOn, type World, world } from '../support/world/world.ts';

/** 1.3.2 has the users, and 1.1.0 runs beside it although no document names it. */
async function withLeftover(share: number, sole = true): Promise<{ readonly w: World; readonly runner: Runner }> {
  const w = world({ config: configOf() });
  if (sole) Object.assign(w.platform, { sole: true });
  await w.live('1.3.2');
  w.platform.running.set('1.1.0', share);
  return { w, runner: w.runner('one') };
}

const alerts = (w: World): string =>
  [...(w.branch.head?.files ?? [])]
    .filter(([path]) => path.startsWith('alerts/'))
    .map(([, { text }]) => text)
    .join();
const doctor = async ({ wiring }: Runner): Promise<string> =>
  JSON.stringify((await inspect(wiring, commandOf('doctor'))).outcome.details);

describe('a version that runs and that no document names', () => {
  it('R-406 is taken away by a tick where nobody but Sluice runs versions, and nothing else is', async () => {
    const { w, runner } = await withLeftover(0);
    await runner.tick();
    expect([...w.platform.running]).toEqual([['1.3.2', 100_000]]);
    expect(runner.lines.join()).toContain('1.1.0 ran without users');
    await w.run('deploy web@1.4.0');
    await tickOn(w, runner, { every: MINUTE, until: 10 * MINUTE });
    expect([...w.platform.running.keys()]).toEqual(['1.3.2', '1.4.0']);
  });

  it('R-406 stays where others may run versions, and doctor says what may be done', async () => {
    const { w, runner } = await withLeftover(0, false);
    await runner.tick();
    expect([...w.platform.running.keys()]).toEqual(['1.3.2', '1.1.0']);
    expect(await doctor(runner)).toContain('1.1.0 runs with 0% of the traffic, and no document names it');
    expect(await doctor(runner)).toContain('sluice adopt web 1.1.0 in production');
  });

  it('R-406 stays while it has users, opens an alert, and is named by doctor', async () => {
    const w = world({ config: configOf() });
    Object.assign(w.platform, { sole: true });
    const runner = w.runner('one');
    await w.run('lock web');
    w.platform.running.set('1.1.0', 100_000);
    await runner.tick();
    expect([...w.platform.running]).toEqual([['1.1.0', 100_000]]);
    expect(alerts(w)).toContain('1.1.0 100% has users, and no document names it');
    expect(await doctor(runner)).toContain(
      'sluice adopt web 1.1.0 in production if users shall have it, else deploy another version',
    );
    await w.run('adopt web 1.1.0');
    await runner.tick();
    expect(alerts(w)).toBe('');
  });

  it('R-805 stays where a document does not parse: it may be the one that names it', async () => {
    const { w, runner } = await withLeftover(0);
    const state = await readMoving(runner.wiring);
    const broken = [{ path: 'rollouts/r.json', code: 'document-invalid' as const, problem: 'line 1' }];
    const { signal } = new AbortController();
    expect(await sweepLeftovers(runner.wiring, { ...state, broken }, signal)).toEqual([]);
    expect([...w.platform.running.keys()]).toContain('1.1.0');
  });

  it('R-903 names a remedy that is not refused while a rollout has the pair, and status says what is measured', async () => {
    const w = world({ config: configOf() });
    Object.assign(w.platform, { sole: true });
    await w.live('1.3.2');
    const runner = w.runner('one');
    await w.run('deploy web@1.4.0');
    await tickOn(w, runner, { every: MINUTE, until: 8 * MINUTE });
    w.platform.failing.set('weights', 30);
    await w.run('rollback web');
    await w.run('deploy web@1.5.0 --emergency --reason x');
    await tickOn(w, runner, { every: MINUTE, until: 6 * MINUTE });
    const [failed] = w.rollouts();
    expect(failed?.phase).toBe('failed');
    const retry = `sluice retry ${exactId(failed?.id ?? '')}`;
    expect(alerts(w)).toContain('1.4.0 25% has users, and no document names it');
    const leftoverOf = async (): Promise<string> =>
      (JSON.parse(await doctor(runner)) as readonly { readonly what: string; readonly remedy: string }[]).find(
        ({ what }) => what.includes('1.4.0 runs with'),
      )?.remedy ?? '';
    expect(await leftoverOf()).toContain(`${retry}, or sluice deploy web@VERSION in production --emergency`);
    expect(await w.run('adopt web 1.4.0')).toMatchObject({ ok: false });
    const { outcome } = await inspect(runner.wiring, commandOf('status web'));
    expect(JSON.stringify(outcome.report)).toContain('web in production: measured 1.3.2 75%, 1.4.0 25%');
    w.platform.failing.set('weights', 0);
    expect(await w.run('retry web')).toMatchObject({ ok: true });
    await tickOn(w, runner, { every: MINUTE, until: 10 * MINUTE });
    expect(alerts(w)).not.toContain('no document names it');
    expect(w.place().active).toBeUndefined();
  });
});
