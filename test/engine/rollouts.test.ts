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

async function started(given: Given = {}, capabilities?: Can): Promise<Started> {
  const w = world({ config: configOf(given), ...(capabilities && { capabilities }) });
  return { w, runner: w.runner('one') };
}

/** 1.3.2 is live, 1.4.0 in its first stage. */
async function inCanary(given: Given = {}, capabilities?: Can): Promise<Started> {
  const s = await started(given, capabilities);
  await s.w.live('1.3.2');
  await s.w.run('deploy web@1.4.0');
  await s.runner.tick();
  return s;
}

const traffic = (w: World): Readonly<Record<string, number>> => Object.fromEntries(w.platform.running);
const candidateBad = (w: World): void => {
  w.series = (version) => ({ kind: 'proportion', bad: version === '1.3.2' ? 0 : 50, total: 100 });
};

describe('the way up', () => {
  it('R-101 R-103 takes 5, 25 and 100 %, keeps the old version for a while, then removes it and calls the new one good', async () => {
    const { w, runner } = await inCanary();
    expect(traffic(w)).toEqual({ '1.3.2': 95_000, '1.4.0': 5_000 });
    await tickOn(w, runner, { every: MINUTE, until: 7 * MINUTE });
    expect(traffic(w)).toEqual({ '1.3.2': 75_000, '1.4.0': 25_000 });
    await tickOn(w, runner, { every: MINUTE, until: 30 * MINUTE });
    expect(only(w).phase).toBe('provisional');
    expect(w.place()).toMatchObject({ live: { label: '1.4.0' }, settling: only(w).id });
    expect(w.place().active).toBeUndefined();
    expect(await tickOn(w, runner, { every: MINUTE, until: HOUR })).toBe(true);
    expect(traffic(w)).toEqual({ '1.4.0': 100_000 });
    expect(w.place().good.map(({ label }) => label)).toEqual(['1.4.0', '1.3.2']);
  });

  it('R-103 goes back by itself in any stage when a judge fails, and says why', async () => {
    for (const minutes of [0, 10, 25]) {
      const { w, runner } = await inCanary();
      await tickOn(w, runner, { every: MINUTE, until: minutes * MINUTE });
      candidateBad(w);
      expect(await tickOn(w, runner, { every: MINUTE, until: HOUR })).toBe(true);
      expect(traffic(w)).toEqual({ '1.3.2': 100_000 });
      expect(w.ended()[0]).toMatchObject({ phase: 'rolled-back', goingBack: { cause: 'error-rate below 0.01' } });
      expect(w.place().cooldownUntil).toBeDefined();
    }
  });

  it('a first release takes all traffic once it is validated, and going back just removes it', async () => {
    const { w, runner } = await started();
    await w.run('deploy web@1.0.0');
    await tickOn(w, runner, { every: MINUTE, until: MINUTE });
    expect(only(w)).toMatchObject({ phase: 'provisional', stable: null });
    expect(traffic(w)).toEqual({ '1.0.0': 100_000 });
    await w.run('rollback web');
    expect(await tickOn(w, runner, { every: MINUTE, until: HOUR })).toBe(true);
    expect(traffic(w)).toEqual({});
    expect(w.place()).toMatchObject({ live: null, weights: {} });
  });

  it('R-506 R-507 a flag takes the stages of its strategy by percentage and goes back to what it served', async () => {
    const { w, runner } = await started();
    await w.run('flag create dash');
    expect(await w.run('flag rollout dash 100% --strategy steps')).toMatchObject({ ok: true, code: 'started' });
    await runner.tick();
    const serve = (): unknown =>
      (
        JSON.parse(w.branch.head?.files.get('flags/dash.json')?.text ?? '{}') as {
          environments: { production?: { serve: unknown } };
        }
      ).environments.production?.serve ?? 'off';
    expect(serve()).toMatchObject({ ramp: { percent: 5_000, candidate: 'on', stable: 'off' } });
    await w.run('promote flag/dash');
    await runner.tick();
    expect(serve()).toMatchObject({ ramp: { percent: 25_000 } });
    await w.run('rollback flag/dash');
    await runner.tick();
    expect(serve()).toBe('off');
    expect(w.rollouts()).toEqual([]);
  });

  it('R-202 a stage that shifts moves its weight step by step in two commits', async () => {
    const { w, runner } = await inCanary({
      stages: [
        '{ name: half, weight: 50%, bake: 1m, shift: { over: 50m, every: 10m } }',
        '{ name: all, weight: 100%, bake: 1m }',
      ],
    });
    const head = w.commits().length;
    const seen: number[] = [];
    for (let passed = 0; passed < 50 * MINUTE; passed += 10 * MINUTE) {
      seen.push(w.platform.running.get('1.4.0') ?? -1);
      w.pass(10 * MINUTE);
      await runner.tick();
    }
    expect(seen).toEqual([0, 10_000, 20_000, 30_000, 40_000]);
    expect(w.platform.running.get('1.4.0')).toBe(50_000);
    expect(only(w).step).toBe('baking');
    expect(w.commits().length - head).toBe(1);
  });
});

describe('waits', () => {
  it('R-101 a stage left by hand waits for a person and goes on with promote or one vote', async () => {
    const manual = {
      stages: ['{ name: canary, weight: 5%, bake: 5m, promote: manual }', '{ name: all, weight: 100%, bake: 5m }'],
    };
    for (const word of ['promote web', 'approve web']) {
      const { w, runner } = await inCanary(manual);
      await tickOn(w, runner, { every: MINUTE, until: 20 * MINUTE });
      expect(only(w)).toMatchObject({ stage: 0, hold: { kind: 'approval' } });
      expect(await w.run(word, bob)).toMatchObject({ ok: true });
      await runner.tick();
      expect(only(w)).toMatchObject({ stage: 1 });
    }
  });

  it('a stage left by its job is never begun by a tick, nor by a person', async () => {
    const { w, runner } = await inCanary({
      stages: ['{ name: canary, weight: 5%, bake: 5m, promote: job }', '{ name: all, weight: 100%, bake: 5m }'],
    });
    await tickOn(w, runner, { every: MINUTE, until: HOUR });
    expect(only(w)).toMatchObject({ stage: 0, hold: { kind: 'job' } });
    expect(await w.run('promote web', bob)).toMatchObject({ ok: false, code: 'held' });
    const job = w.runner('job');
    const here = { id: 'job', has: ['checkout', 'github-environment:production'], lives: () => undefined };
    expect(await w.run('promote web', bob, { ...job, wiring: { ...job.wiring, here } })).toMatchObject({ ok: true });
    expect(only(w).stage).toBe(1);
  });

  it('R-904 every wait has an end: nobody approves for seven days, and it goes back', async () => {
    const { w, runner } = await inCanary({ environment: ' approvals: { before: [all], count: 1, expires: 4h } ' });
    await tickOn(w, runner, { every: HOUR, until: 6 * DAY });
    expect(only(w).hold?.kind).toBe('approval');
    expect(await tickOn(w, runner, { every: HOUR, until: 3 * DAY })).toBe(true);
    expect(w.ended()[0]).toMatchObject({ phase: 'rolled-back', goingBack: { cause: 'hold/approval' } });
  });

  it('R-804 a quorum counts each voter once, never who asked, and a vote given early is kept', async () => {
    const { w, runner } = await inCanary({ environment: ' approvals: { before: [all], count: 2, expires: 4h } ' });
    expect(await w.run('approve web')).toMatchObject({ ok: false, code: 'vote-not-counted' });
    await tickOn(w, runner, { every: MINUTE, until: 30 * MINUTE });
    expect(only(w).hold?.kind).toBe('approval');
    expect(await w.run('promote web', bob)).toMatchObject({ ok: false, code: 'waits-for-approval' });
    expect(await w.run('approve web', bob)).toMatchObject({ ok: true, code: 'waits-for-approval' });
    expect(await w.run('approve web', bob)).toMatchObject({ ok: false, code: 'already-voted' });
    await w.run('approve web', { ...bob, id: '7', name: 'carol' });
    await runner.tick();
    expect(only(w).stage).toBe(2);
  });

  it('R-804 promote over a stage is no way around its approvals', async () => {
    const { w } = await inCanary({ environment: ' approvals: { before: [beta], count: 1, expires: 4h } ' });
    expect(await w.run('promote web --full', bob)).toMatchObject({ ok: false, code: 'waits-for-approval' });
    await w.run('approve web', bob);
    const stage = only(w).plan.stages.findIndex(({ name }) => name === 'beta');
    expect(only(w).approvals.map((one) => one.stage)).toEqual([only(w).plan.stages[stage]?.name]);
    expect(await w.run('promote web --full', bob)).toMatchObject({ ok: true });
  });

  it('a pause given while it deploys still holds when the candidate is ready', async () => {
    const s = await started();
    await s.w.live('1.3.2');
    s.w.platform.takes = 10 * MINUTE;
    await s.w.run('deploy web@1.4.0');
    await s.runner.tick();
    await s.w.run('pause web --reason lunch');
    await tickOn(s.w, s.runner, { every: MINUTE, until: 30 * MINUTE });
    expect(only(s.w)).toMatchObject({ phase: 'validating', hold: { kind: 'paused' } });
    expect(s.w.platform.running.get('1.4.0')).toBe(0);
    await s.w.run('resume web');
    await s.runner.tick();
    expect(s.w.platform.running.get('1.4.0')).toBe(5_000);
  });

  it('a freeze that begins while it deploys holds the first stage', async () => {
    const s = await started();
    await s.w.live('1.3.2');
    s.w.platform.takes = 10 * MINUTE;
    await s.w.run('deploy web@1.4.0');
    await s.runner.tick();
    await s.w.run('freeze --for 1h --reason outage', bob);
    await tickOn(s.w, s.runner, { every: MINUTE, until: 20 * MINUTE });
    expect(only(s.w)).toMatchObject({ phase: 'validating', hold: { kind: 'gate' } });
    await tickOn(s.w, s.runner, { every: MINUTE, until: 50 * MINUTE });
    expect(only(s.w).phase).toBe('exposing');
  });
});

describe('queue', () => {
  it('keeps the latest, asks anew at its turn, and begins it when the pair is free', async () => {
    const { w, runner } = await inCanary();
    await w.run('deploy web@1.5.0');
    expect(await w.run('deploy web@1.6.0')).toMatchObject({ ok: true, code: 'queued' });
    expect(w.place().queue.map(({ command }) => command)).toEqual([expect.stringContaining('deploy web@1.6.0')]);
    await tickOn(w, runner, { every: MINUTE, until: 45 * MINUTE });
    expect(w.rollouts().map(({ subject }) => subject.type === 'release' && subject.release.label)).toContain('1.6.0');
    expect(w.place().queue).toEqual([]);
  });

  it('R-406 after an automatic rollback what waits begins only when the cooldown is over', async () => {
    const { w, runner } = await inCanary();
    await w.run('deploy web@1.5.0');
    candidateBad(w);
    await tickOn(w, runner, { every: MINUTE, until: 4 * MINUTE });
    expect(w.ended()[0]?.phase).toBe('rolled-back');
    expect(w.rollouts()).toEqual([]);
    w.series = () => ({ kind: 'proportion', bad: 0, total: 100 });
    for (let passed = 0; passed < 15 * MINUTE; passed += MINUTE) {
      w.pass(MINUTE);
      await runner.tick();
    }
    expect(only(w).subject).toMatchObject({ release: { label: '1.5.0' } });
  });

  it('a place in it can be given up, and one that waits too long is dropped with the reason', async () => {
    const { w, runner } = await inCanary({
      strategy: 'deadline: 30d',
      stages: ['{ name: canary, weight: 5%, bake: 8d }', '{ name: all, weight: 100%, bake: 1d }'],
    });
    await w.run('deploy web@1.5.0');
    const id = w.place().queue[0]?.id ?? '';
    expect(await w.run(`cancel ${id}`)).toMatchObject({ ok: true });
    expect(w.place().queue).toEqual([]);
    await w.run('deploy web@1.6.0');
    w.pass(7 * DAY + HOUR);
    await runner.tick();
    expect(w.place().queue).toEqual([]);
    expect(w.commits().map(({ body }) => body)).toContainEqual(expect.stringContaining('its wait of 7 days is over'));
  });
});

describe('provisional', () => {
  async function provisional(): Promise<Started> {
    const s = await inCanary({ keepOld: '1h' });
    await tickOn(s.w, s.runner, { every: MINUTE, until: 40 * MINUTE });
    expect(only(s.w).phase).toBe('provisional');
    return s;
  }

  it('R-103 goes back by itself while the old version is kept, and the old one is live again', async () => {
    const { w, runner } = await provisional();
    candidateBad(w);
    expect(await tickOn(w, runner, { every: MINUTE, until: 20 * MINUTE })).toBe(true);
    expect(w.ended()[0]).toMatchObject({ phase: 'rolled-back', goingBack: { automatic: true } });
    expect(w.place()).toMatchObject({ live: { label: '1.3.2' }, weights: { '1.3.2': 100_000 } });
    expect(traffic(w)).toEqual({ '1.3.2': 100_000 });
  });

  it('a new rollout over it takes it as stable, keeps the last good one, and both end', async () => {
    const { w, runner } = await provisional();
    await w.run('deploy web@1.5.0');
    const next = w.rollouts().find(({ stable }) => stable?.label === '1.4.0');
    expect(next?.fallback?.label).toBe('1.3.2');
    expect(await tickOn(w, runner, { every: MINUTE, until: 4 * HOUR })).toBe(true);
    expect(w.ended().map(({ phase }) => phase)).toEqual(['completed', 'completed']);
    expect(traffic(w)).toEqual({ '1.5.0': 100_000 });
    expect(w.place()).toMatchObject({ live: { label: '1.5.0' } });
  });

  it('R-112 never removes what became live again meanwhile', async () => {
    const { w, runner } = await provisional();
    await w.run('deploy web@1.3.2');
    expect(await tickOn(w, runner, { every: MINUTE, until: 4 * HOUR })).toBe(true);
    expect(traffic(w)).toEqual({ '1.3.2': 100_000 });
    expect(w.place()).toMatchObject({ live: { label: '1.3.2' }, weights: { '1.3.2': 100_000 } });
  });

  it('when it goes back under a newer rollout, that one has lost its ground and goes too', async () => {
    const { w, runner } = await provisional();
    await w.run('deploy web@1.5.0');
    await runner.tick();
    w.series = (version) => ({ kind: 'proportion', bad: version === '1.4.0' ? 50 : 0, total: 100 });
    expect(await tickOn(w, runner, { every: MINUTE, until: HOUR })).toBe(true);
    expect(w.ended().map(({ phase }) => phase)).toEqual(['rolled-back', 'rolled-back']);
    expect(traffic(w)).toEqual({ '1.3.2': 100_000 });
    expect(w.place()).toMatchObject({ live: { label: '1.3.2' }, weights: { '1.3.2': 100_000 } });
  });

  it('R-402 rollback --all takes both back in one commit', async () => {
    const { w, runner } = await provisional();
    await w.run('deploy web@1.5.0');
    await runner.tick();
    expect(await w.run('rollback --all')).toMatchObject({ ok: false, code: 'confirmation-needed' });
    const head = w.commits().length;
    expect(await w.run('rollback --all --yes')).toMatchObject({ ok: true });
    expect(w.commits().length - head).toBe(1);
    expect(await tickOn(w, runner, { every: MINUTE, until: HOUR })).toBe(true);
    expect(traffic(w)).toEqual({ '1.3.2': 100_000 });
    expect(w.place()).toMatchObject({ live: { label: '1.3.2' }, weights: { '1.3.2': 100_000 } });
  });

  it('puts the old version back even where its removal has begun', async () => {
    const { w, runner } = await provisional();
    w.platform.failing.set('remove', 1);
    await tickOn(w, runner, { every: MINUTE, until: 61 * MINUTE });
    if (w.rollouts().length > 0) await w.run('rollback web');
    await tickOn(w, runner, { every: MINUTE, until: HOUR });
    expect(
      Object.keys(w.place().weights).every((label) => w.platform.running.get(label) === w.place().weights[label]),
    ).toBe(true);
  });
});
