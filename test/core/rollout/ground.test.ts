import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../../src/core/model/time.ts';
import { configOf } from '../../support/world/config.ts';
import { type Runner, tickOn, type World, world } from '../../support/world/world.ts';

const KEEP = 2 * HOUR;

/** 1.0.0 is kept, 1.1.0 is live and still watched, 1.2.0 is a canary over it. */
async function twoOnOnePair(): Promise<{ readonly w: World; readonly runner: Runner; readonly older: string }> {
  const w = world({ config: configOf({ keepOld: '2h' }) });
  const runner = w.runner('one');
  await w.live('1.0.0');
  await w.run('deploy web@1.1.0');
  await tickOn(w, runner, { every: MINUTE, until: 40 * MINUTE });
  const [older] = w.rollouts();
  if (older?.phase !== 'provisional') throw new Error(String(older?.phase));
  await w.run('deploy web@1.2.0');
  await runner.tick();
  return { w, runner, older: older.id };
}

const traffic = (w: World): Readonly<Record<string, number>> => Object.fromEntries(w.platform.running);

describe('a canary that must go back while what it stands on is itself unhealthy', () => {
  const goneBad = ({ w }: { readonly w: World }, ...unhealthy: readonly string[]): void => {
    for (const label of unhealthy) w.platform.unhealthy.add(label);
    w.series = (version) => ({ kind: 'proportion', bad: version === '1.2.0' ? 90 : 0, total: 100 });
  };

  it('R-405 goes back to the last good version where that still runs and is healthy', async () => {
    const both = await twoOnOnePair();
    const { w, runner } = both;
    goneBad(both, '1.1.0');
    expect(await tickOn(w, runner, { every: MINUTE, until: KEEP + HOUR })).toBe(true);
    expect(traffic(w)['1.0.0']).toBe(100_000);
    expect(w.place()).toMatchObject({ live: { label: '1.0.0' }, weights: { '1.0.0': 100_000 } });
    const back = w.ended().find(({ phase }) => phase === 'rolled-back')?.goingBack;
    expect(back).toMatchObject({ to: '1.0.0', insteadOf: '1.1.0' });
    expect(w.platform.calls.filter(({ kind, label }) => kind === 'deploy' && label === '1.0.0')).toEqual([]);
  });

  it('R-406 calls a person where nobody is healthy', async () => {
    const both = await twoOnOnePair();
    const { w, runner, older } = both;
    goneBad(both, '1.1.0', '1.0.0');
    await tickOn(w, runner, { every: MINUTE, until: 10 * MINUTE });
    expect(w.rollouts().find(({ id }) => id !== older)?.phase).toBe('failed');
  });
});

describe('a rollout whose ground goes back', () => {
  it('never goes up again, by itself or by hand: traffic is where the older one went back to', async () => {
    const { w, runner, older } = await twoOnOnePair();
    const newer = w.rollouts().find(({ id }) => id !== older)?.id ?? '';
    expect(traffic(w)).toEqual({ '1.0.0': 0, '1.1.0': 95_000, '1.2.0': 5_000 });
    expect(await w.run(`rollback ${older}`)).toMatchObject({ ok: true });
    for (const words of [`promote ${newer}`, `promote ${newer} --full`])
      expect(await w.run(words)).toMatchObject({ ok: false, code: 'phase-wrong' });
    expect(await tickOn(w, runner, { every: MINUTE, until: KEEP + HOUR })).toBe(true);
    expect(traffic(w)).toEqual({ '1.0.0': 100_000 });
    expect(w.place()).toMatchObject({ live: { label: '1.0.0' }, weights: { '1.0.0': 100_000 } });
    expect(w.platform.calls.some(({ weights }) => weights?.['1.2.0'] === 100_000)).toBe(false);
  });

  it('a failed one says nothing of the pair when a person resolves it', async () => {
    const { w, runner, older } = await twoOnOnePair();
    const newer = w.rollouts().find(({ id }) => id !== older)?.id ?? '';
    w.platform.failing.set('weights', 3);
    await w.run(`rollback ${newer}`);
    await tickOn(w, runner, { every: MINUTE, until: 5 * MINUTE });
    expect(w.rollouts().find(({ id }) => id === newer)?.phase).toBe('failed');
    await w.run(`rollback ${older}`);
    await w.run(`resolve ${newer} --as rolled-back --reason looked`);
    expect(w.place().weights).toEqual({ '1.0.0': 100_000 });
    expect(await tickOn(w, runner, { every: MINUTE, until: HOUR })).toBe(true);
    expect(w.place()).toMatchObject({ live: { label: '1.0.0' }, weights: { '1.0.0': 100_000 } });
    expect(traffic(w)['1.0.0']).toBe(100_000);
  });
});
