import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/core/model/time.ts';
import { bob } from '../support/rollout.ts';
import { configOf, type Given } from '../support/world/config.ts';
import { only, type Runner, tickOn, type World, world } from '../support/world/world.ts';

type Can = Parameters<typeof world>[0]['capabilities'];

interface Started {
  readonly w: World;
  readonly runner: Runner;
}

async function live(given: Given = {}, capabilities?: Can): Promise<Started> {
  const w = world({ config: configOf(given), ...(capabilities && { capabilities }) });
  await w.live('1.3.2');
  return { w, runner: w.runner('one') };
}

async function inCanary(given: Given = {}, capabilities?: Can): Promise<Started> {
  const s = await live(given, capabilities);
  await s.w.run('deploy web@1.4.0');
  await s.runner.tick();
  return s;
}

const traffic = (w: World): Readonly<Record<string, number>> => Object.fromEntries(w.platform.running);
const candidateBad = (w: World): void => {
  w.series = (version) => ({ kind: 'proportion', bad: version === '1.3.2' ? 0 : 50, total: 100 });
};

/** The way back fails until a person is called. */
async function failed(): Promise<Started> {
  const s = await inCanary();
  s.w.platform.failing.set('weights', 3);
  await s.w.run('rollback web');
  await tickOn(s.w, s.runner, { every: MINUTE, until: 10 * MINUTE });
  expect(only(s.w)).toMatchObject({ phase: 'failed' });
  return s;
}

describe('going back', () => {
  it('R-308 reduce halves, holds, and below 1 % is a rollback; resume begins the stage again', async () => {
    const { w, runner } = await inCanary();
    await tickOn(w, runner, { every: MINUTE, until: 3 * MINUTE });
    expect(await w.run('reduce web')).toMatchObject({ ok: true });
    await runner.tick();
    expect(traffic(w)).toEqual({ '1.3.2': 97_500, '1.4.0': 2_500 });
    expect(only(w).hold?.kind).toBe('reduced');
    await tickOn(w, runner, { every: MINUTE, until: HOUR });
    expect(only(w).stage).toBe(0);
    await w.run('pause web --reason thinking');
    await w.run('resume web');
    await runner.tick();
    expect(traffic(w)).toEqual({ '1.3.2': 95_000, '1.4.0': 5_000 });
    expect(only(w).stages.map(({ stage, how }) => [stage, how])).toEqual([
      ['canary', 'reduced'],
      ['canary', undefined],
    ]);
    for (let times = 0; times < 3; times++) await w.run('reduce web');
    expect(only(w).goingBack?.cause).toBe('reduce');
    expect(await tickOn(w, runner, { every: MINUTE, until: HOUR })).toBe(true);
    expect(traffic(w)).toEqual({ '1.3.2': 100_000 });
  });

  it('R-401 gradually gives half for two minutes and then the rest', async () => {
    const { w, runner } = await inCanary({ more: 'rollback: { gradual: [{ weight: 50%, bake: 2m }] }' });
    await w.run('promote web --full');
    await runner.tick();
    expect(traffic(w)).toEqual({ '1.3.2': 0, '1.4.0': 100_000 });
    await w.run('rollback web --gradual');
    await runner.tick();
    expect(traffic(w)).toEqual({ '1.3.2': 50_000, '1.4.0': 50_000 });
    w.pass(MINUTE);
    await runner.tick();
    expect(traffic(w)).toEqual({ '1.3.2': 50_000, '1.4.0': 50_000 });
    w.pass(MINUTE);
    await runner.tick();
    expect(traffic(w)).toEqual({ '1.3.2': 100_000 });
  });

  it('R-401 R-405 takes a finished one back to the last good version or the one named, and says what it cannot', async () => {
    const { w, runner } = await inCanary();
    await tickOn(w, runner, { every: MINUTE, until: 2 * HOUR });
    expect(await w.run('rollback web --to 9.9.9')).toMatchObject({ ok: false, code: 'version-unknown' });
    expect(await w.run('rollback web --to 1.4.0')).toMatchObject({ ok: false, code: 'refused' });
    expect(await w.run('rollback web --to 1.3.2 --reason slow')).toMatchObject({ ok: true, code: 'started' });
    await tickOn(w, runner, { every: MINUTE, until: HOUR });
    expect(w.place().live?.label).toBe('1.3.2');
    expect(w.ended().find(({ kind }) => kind === 'rollback')).toMatchObject({ phase: 'completed', reason: 'slow' });
  });

  it('R-405 says what to do where no earlier version is known to be good', async () => {
    const { w } = await live();
    expect(await w.run('rollback web')).toMatchObject({ ok: false, code: 'no-known-good' });
  });

  it('R-310 is left to a person while automatic rollback is switched off', async () => {
    for (const off of [
      async (w: World) => void (await w.run('auto off web --reason incident')),
      async (w: World, runner: Runner) => void Object.assign(runner.wiring, { automaticOff: w !== undefined }),
    ]) {
      const { w, runner } = await inCanary();
      await off(w, runner);
      candidateBad(w);
      await tickOn(w, runner, { every: MINUTE, until: 20 * MINUTE });
      expect(only(w)).toMatchObject({ phase: 'exposing', hold: { kind: 'paused' } });
      expect(await w.run('rollback web')).toMatchObject({ ok: true });
    }
  });

  it('gives a stable that is itself unhealthy no traffic back, and calls a person', async () => {
    const { w, runner } = await inCanary();
    candidateBad(w);
    w.platform.unhealthy.add('1.3.2');
    await tickOn(w, runner, { every: MINUTE, until: 10 * MINUTE });
    expect(only(w)).toMatchObject({ phase: 'failed' });
    expect(only(w).outcome).toContain('1.3.2 is itself unhealthy');
    expect(traffic(w)).toEqual({ '1.3.2': 95_000, '1.4.0': 5_000 });
    expect(await w.run('rollback web', bob)).toMatchObject({ ok: true });
    await tickOn(w, runner, { every: MINUTE, until: 10 * MINUTE });
    expect(traffic(w)).toEqual({ '1.3.2': 100_000 });
  });

  it('R-406 has one automatic attempt, tries a step three times, and then waits for a person', async () => {
    const { w } = await failed();
    expect(w.platform.calls.filter(({ kind }) => kind === 'weights')).toHaveLength(1 + 3);
    expect(w.place().active).toBe(only(w).id);
  });

  it('R-903 out of failed lead rollback, retry, resolve and an emergency deploy only', async () => {
    const { w } = await failed();
    for (const text of ['promote web', 'pause web', 'resume web', 'approve web', 'reduce web'])
      expect(await w.run(text, bob), text).toMatchObject({ ok: false, code: 'needs-a-person' });
    expect(await w.run('deploy web@1.5.0')).toMatchObject({ code: 'queued' });
    const retried = await failed();
    await retried.w.run(`retry ${only(retried.w).id}`);
    expect(await tickOn(retried.w, retried.runner, { every: MINUTE, until: 10 * MINUTE })).toBe(true);
    expect(traffic(retried.w)).toEqual({ '1.3.2': 100_000 });
  });

  it('R-903 resolve records what a person says, weights too', async () => {
    for (const [as, label] of [
      ['completed', '1.4.0'],
      ['rolled-back', '1.3.2'],
    ] as const) {
      const { w } = await failed();
      const id = only(w).id;
      expect(await w.run(`resolve ${id} --as ${as}`, bob)).toMatchObject({ ok: false, code: 'reason-needed' });
      expect(await w.run(`resolve ${id} --as ${as} --reason byhand`, bob)).toMatchObject({ ok: true });
      expect(w.place()).toMatchObject({ live: { label }, weights: { [label]: 100_000 } });
      expect(w.place().active).toBeUndefined();
    }
  });

  it('R-113 an emergency deploy takes the place of a failed rollout, and of no other', async () => {
    const { w, runner } = await failed();
    expect(await w.run('deploy web@1.5.0 --emergency')).toMatchObject({ ok: false, code: 'reason-needed' });
    expect(await w.run('deploy web@1.5.0 --emergency --reason outage')).toMatchObject({ ok: true, code: 'started' });
    expect(w.ended()).toMatchObject([{ phase: 'rolled-back' }]);
    await tickOn(w, runner, { every: 5_000, until: MINUTE });
    expect(w.platform.running.get('1.5.0')).toBe(100_000);
    const moving = await inCanary();
    expect(await moving.w.run('deploy web@1.5.0 --emergency --reason outage')).toMatchObject({
      code: 'rollout-active',
    });
  });
});

describe('a deploy that goes wrong', () => {
  it('R-103 takes away what it made', async () => {
    const { w, runner } = await live();
    w.platform.failing.set('deploy', 1);
    await w.run('deploy web@1.4.0');
    expect(await tickOn(w, runner, { every: MINUTE, until: HOUR })).toBe(true);
    expect(w.ended()[0]).toMatchObject({ phase: 'rolled-back', outcome: 'deploy went wrong' });
    expect(traffic(w)).toEqual({ '1.3.2': 100_000 });
  });

  it('R-107 a check that fails before it cancels it: nothing was changed', async () => {
    const { w, runner } = await live({ service: 'checks: [{ name: lint, run: ./lint }]' });
    w.badChecks.add('lint');
    await w.run('deploy web@1.4.0');
    expect(await tickOn(w, runner, { every: MINUTE, until: HOUR })).toBe(true);
    expect(w.ended()[0]?.phase).toBe('cancelled');
    expect(w.platform.calls.filter(({ kind }) => kind === 'deploy')).toEqual([]);
  });

  it('R-109 a smoke test that fails sends it back before anybody has it', async () => {
    const { w, runner } = await live({ service: 'smoke: [{ name: cart, get: /cart }]' });
    w.badChecks.add('cart');
    await w.run('deploy web@1.4.0');
    expect(await tickOn(w, runner, { every: MINUTE, until: HOUR })).toBe(true);
    expect(w.ended()[0]?.phase).toBe('rolled-back');
    expect(w.platform.calls.filter(({ kind }) => kind === 'weights')).toEqual([]);
    expect(traffic(w)).toEqual({ '1.3.2': 100_000 });
  });

  it('R-108 a deploy that takes longer than its deadline goes back, and what lands late is removed', async () => {
    const { w, runner } = await live({ strategy: 'deadline: 2h' });
    w.platform.takes = 3 * HOUR;
    await w.run('deploy web@1.4.0');
    await tickOn(w, runner, { every: 10 * MINUTE, until: 150 * MINUTE });
    expect(only(w)).toMatchObject({ phase: 'rolling-back', goingBack: { cause: 'deadline' } });
    expect(await tickOn(w, runner, { every: 10 * MINUTE, until: DAY })).toBe(true);
    expect(traffic(w)).toEqual({ '1.3.2': 100_000 });
  });
});

describe('platforms without weights', () => {
  const none: Can = { weights: 'none', preview: false, keepsOld: false, instantBack: false };
  const whole = { stages: ['{ name: all, weight: 100%, bake: 5m }'] };

  it('R-118 the deploy takes everything, and going back is a deploy of the old version', async () => {
    const { w, runner } = await inCanary(whole, none);
    expect(traffic(w)).toEqual({ '1.4.0': 100_000 });
    candidateBad(w);
    expect(await tickOn(w, runner, { every: MINUTE, until: HOUR })).toBe(true);
    expect(traffic(w)).toEqual({ '1.3.2': 100_000 });
    expect(w.platform.calls.filter(({ kind }) => kind === 'weights')).toEqual([]);
  });

  it('reduce has nothing to halve there and is a rollback', async () => {
    const { w, runner } = await inCanary(whole, none);
    await w.run('reduce web');
    expect(await tickOn(w, runner, { every: MINUTE, until: HOUR })).toBe(true);
    expect(traffic(w)).toEqual({ '1.3.2': 100_000 });
  });
});

/** 1.3.2 is live; 1.4.0 and 1.5.0 were, and still run. */
async function three(): Promise<Started> {
  const w = world({ config: configOf() });
  for (const label of ['1.5.0', '1.4.0', '1.3.2']) await w.live(label);
  for (const label of ['1.5.0', '1.4.0']) w.platform.running.set(label, 0);
  return { w, runner: w.runner('one') };
}

describe('other ways to begin', () => {
  it('R-114 a dry run says the plan and changes nothing', async () => {
    const { w } = await live();
    const head = w.commits().length;
    expect(await w.run('deploy web@1.4.0 --dry-run')).toMatchObject({ ok: true, code: 'planned' });
    expect(w.commits()).toHaveLength(head);
  });

  it('a label once used for another commit is refused', async () => {
    const { w, runner } = await live();
    const { wiring } = runner;
    const other = { ...wiring, resolve: () => Promise.resolve({ label: '1.3.2', commit: 'f'.repeat(40) }) };
    expect(await w.run('deploy web@1.3.2', bob, { ...runner, wiring: other })).toMatchObject({ code: 'label-reused' });
  });

  it('R-201 R-203 sets weights over any number of versions and refuses bad sums and versions nobody knows', async () => {
    const { w, runner } = await three();
    expect(await w.run('traffic set web 1.3.2=60% 9.9.9=40%')).toMatchObject({ ok: false, code: 'version-unknown' });
    expect(() => w.run('traffic set web 1.3.2=80% 1.4.0=30%')).toThrow('shares sum to 100%');
    expect(await w.run('traffic set web 1.3.2=60% 1.4.0=30% 1.5.0=10%')).toMatchObject({ ok: true });
    await runner.tick();
    expect(traffic(w)).toEqual({ '1.3.2': 60_000, '1.4.0': 30_000, '1.5.0': 10_000 });
    expect(w.rollouts()).toEqual([]);
  });

  it('R-202 moves weights over a time, from what they were', async () => {
    const { w, runner } = await three();
    await w.run('traffic set web 1.3.2=50% 1.4.0=50%');
    await runner.tick();
    await w.run('traffic set web 1.4.0=100% --over 20m');
    const seen: number[] = [];
    for (let passed = 0; passed <= 20; passed += 5) {
      await runner.tick();
      seen.push(w.platform.running.get('1.4.0') ?? -1);
      w.pass(5 * MINUTE);
    }
    expect(seen).toEqual([50_000, 62_500, 75_000, 87_500, 100_000]);
    expect(w.rollouts()).toEqual([]);
  });

  it('R-903 adopt records what is live and deploys nothing', async () => {
    const { w } = await live();
    expect(await w.run('adopt web 1.3.2')).toMatchObject({ code: 'unchanged' });
    expect(w.platform.calls).toEqual([]);
    expect(w.place().good.map(({ label }) => label)).toEqual(['1.3.2']);
  });

  it('stops after the stage that --until names until a person promotes', async () => {
    const { w, runner } = await live();
    await w.run('deploy web@1.4.0 --until canary');
    await tickOn(w, runner, { every: MINUTE, until: HOUR });
    expect(only(w)).toMatchObject({ stage: 0, hold: { kind: 'paused' } });
    await w.run('promote web', bob);
    await tickOn(w, runner, { every: MINUTE, until: 20 * MINUTE });
    expect(only(w).stage).toBe(2);
  });

  it('R-804 a command on a rollout is for who may act where that rollout is, not in the usual environment', async () => {
    const config = configOf({
      environment: ' allow: { deploy: [user:alice] } }\n  staging: {',
      more: 'defaults: { environment: staging }',
    });
    const w = world({ config });
    const runner = w.runner('one');
    w.platform.running.set('1.3.2', 100_000);
    await w.run('adopt web 1.3.2 in production');
    await w.run('deploy web@1.4.0 in production');
    await runner.tick();
    for (const text of [
      'promote web',
      `promote ${only(w).id}`,
      'promote web/production',
      'promote web --override freeze --reason x',
    ])
      expect(await w.run(text, bob), text).toMatchObject({ ok: false, code: 'not-permitted' });
    expect(await w.run(`promote ${only(w).id}`)).toMatchObject({ ok: true });
  });
});
