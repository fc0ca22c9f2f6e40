import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../../src/core/model/time.ts';
import { configOf, type Given } from '../../support/world/config.ts';
import { asJob, jobForge, onForge } from '../../support/world/jobs.ts';
import { only, world } from '../../support/world/world.ts';

import { baked, carol, inCanary, JOB } from './staged.ts';

describe('a stage that its job begins', () => {
  it('R-105 is called for once, by whoever committed that it waits, and says which run it waits for', async () => {
    const s = await inCanary();
    await baked(s);
    const other = s.w.runner('other');
    for (let round = 0; round < 4; round++) {
      s.w.pass(10 * MINUTE);
      await Promise.all([s.tick(), other.tickWith(onForge(other, s.f))]);
    }
    const { id, hold } = only(s.w);
    expect(s.f.dispatched).toEqual([
      { workflow: 'sluice-stage.yml', inputs: { rollout: id, stage: 'all', environment: 'gated' }, run: '90' },
    ]);
    expect(hold?.wake).toMatchObject({ sent: true, run: '90', tries: 1 });
    expect((await s.say('promote web')).summary).toMatch(/begun by its job in the GitHub environment gated/);
  });

  it('is called for again when its run ended and began nothing, at most three times', async () => {
    const s = await inCanary();
    await baked(s);
    for (let round = 0; round < 12; round++) {
      for (const run of s.f.runs.keys()) s.f.end(run, 'failure');
      s.w.pass(30 * MINUTE);
      await s.tick();
    }
    expect(s.f.dispatched).toHaveLength(3);
    expect(only(s.w)).toMatchObject({ stage: 0, hold: { kind: 'job' } });
  });

  it('a call that failed is made again later, and costs the rollout nothing', async () => {
    const s = await inCanary();
    s.f.failing.add('dispatch');
    await baked(s);
    expect(s.ticker.lines.join('\n')).toMatch(/no workflow could be started: dispatch: 502/);
    const commits = s.w.commits().length;
    await s.tick();
    await s.tick();
    expect(s.w.commits(), 'not again at once').toHaveLength(commits);
    s.f.failing.clear();
    s.w.pass(6 * MINUTE);
    await s.tick();
    expect(s.f.dispatched).toHaveLength(1);
  });

  it('is begun by a job in its GitHub environment, whose run is kept with the stage', async () => {
    const s = await inCanary();
    await baked(s);
    s.f.begin('90');
    expect(await s.say('promote web --to all', asJob(s.wiring, '90', 'other'))).toMatchObject({ code: 'held' });
    expect(await s.say('promote web --to all', asJob(s.wiring, '90', 'gated'))).toMatchObject({ ok: true });
    expect(only(s.w)).toMatchObject({ stage: 1 });
    expect(only(s.w).stages.at(-1)?.run).toEqual({ repository: '77', id: '90', attempt: 1 });
  });

  it('R-105 a look never begins it, whatever environment its job is in: nobody was asked whether he may', async () => {
    const s = await inCanary();
    const job = asJob(s.wiring, '90', 'gated');
    s.f.begin('90');
    for (let minute = 0; minute < 9; minute++) {
      await s.ticker.tickWith(job);
      s.w.pass(MINUTE);
    }
    expect(only(s.w)).toMatchObject({ stage: 0, hold: { kind: 'job' } });
    expect(await s.say('promote web', job)).toMatchObject({ ok: true });
    expect(only(s.w)).toMatchObject({ stage: 1 });
  });

  it('R-105 is not passed over by `promote --to` or `--full`: each stage left by a job asks for its own', async () => {
    const given: Given = {
      ...JOB,
      stages: [
        '{ name: canary, weight: 5%, bake: 5m, promote: manual }',
        '{ name: beta, weight: 25%, bake: 5m, promote: job }',
        '{ name: all, weight: 100%, bake: 5m }',
      ],
    };
    const s = await inCanary(given);
    for (let minute = 0; minute < 8; minute++) {
      await s.tick();
      s.w.pass(MINUTE);
    }
    for (const text of ['promote web --to all', 'promote web --full'])
      expect(await s.say(text)).toMatchObject({ code: 'held', summary: expect.stringMatching(/environment gated/) });
    expect(only(s.w).stage).toBe(0);
    expect(await s.say('promote web --to beta')).toMatchObject({ ok: true });
  });

  it('R-804 reviewers who say no hold it, are named, and nobody is called for again; its end takes it back', async () => {
    const s = await inCanary();
    await baked(s);
    const [{ run } = { run: '' }] = s.f.dispatched;
    s.f.approvals.set(run, [{ by: carol, environments: ['gated'], state: 'rejected' }]);
    s.f.end(run, 'failure');
    s.f.failing.add('approvals');
    s.w.pass(10 * MINUTE);
    await s.tick();
    expect(s.f.dispatched, 'nobody could be asked').toHaveLength(1);
    s.f.failing.clear();
    for (let round = 0; round < 5; round++) {
      s.w.pass(10 * MINUTE);
      await s.tick();
    }
    expect(s.f.dispatched).toHaveLength(1);
    const { hold, rejections } = only(s.w);
    expect(hold).toMatchObject({ kind: 'job', reason: expect.stringMatching(/^carol said no to all .* gated/) });
    expect(rejections).toMatchObject([{ by: carol, stage: 'all', run }]);
    const files = [...(s.w.branch.head?.files ?? [])];
    expect(files.find(([path]) => path.startsWith('alerts/'))?.[1].text).toMatch(/reviewers said no/);
    const commits = s.w.commits().length;
    await s.tick();
    expect(s.w.commits(), 'law 1').toHaveLength(commits);
    s.w.pass(25 * HOUR);
    for (let round = 0; round < 4; round++) await s.tick();
    expect(s.w.ended()).toMatchObject([{ phase: 'rolled-back', outcome: expect.stringMatching(/carol said no/) }]);
  });

  it('R-804 a no to another environment of the run is none to this one: it is called for again', async () => {
    const s = await inCanary();
    await baked(s);
    const [{ run } = { run: '' }] = s.f.dispatched;
    s.f.approvals.set(run, [{ by: carol, environments: ['docs'], state: 'rejected' }]);
    s.f.end(run, 'failure');
    s.w.pass(10 * MINUTE);
    await s.tick();
    expect(s.f.dispatched).toHaveLength(2);
  });

  it('R-105 three calls in vain alert a person; the alert ends when the stage begins', async () => {
    const s = await inCanary();
    await baked(s);
    const alerts = (): number =>
      [...(s.w.branch.head?.files.keys() ?? [])].filter((path) => path.startsWith('alerts/')).length;
    for (let round = 0; round < 6; round++) {
      for (const run of s.f.runs.keys()) s.f.end(run, 'failure');
      s.w.pass(20 * MINUTE);
      await s.tick();
    }
    expect(alerts()).toBe(1);
    expect(s.ticker.lines.join('\n')).toMatch(/opened: .*no job comes, after 3 calls/);
    s.f.begin('500');
    expect(await s.say('promote web', asJob(s.wiring, '500', 'gated'))).toMatchObject({ ok: true });
    await s.tick();
    expect(alerts()).toBe(0);
  });
});

describe('a rollout that is held while it prepares', () => {
  it('R-904 R-702 asks no gate and is cancelled by none: it goes on where it was resumed', async () => {
    const w = world({ config: configOf() });
    const f = jobForge();
    const ticker = w.runner('ticker');
    const wiring = onForge(ticker, f);
    await w.live('1.3.2');
    await w.run('deploy web@1.4.0', undefined, { ...ticker, wiring: { ...wiring, here: null } });
    await w.run('pause web');
    f.checks.set('140'.padEnd(40, '0'), { state: 'red', detail: 'unit failed' });
    const asked = f.asked.length;
    for (let round = 0; round < 3; round++) {
      w.pass(MINUTE);
      await ticker.tickWith(wiring);
    }
    expect(only(w)).toMatchObject({ phase: 'preparing', hold: { kind: 'paused' } });
    expect(f.asked.slice(asked)).toEqual([]);
    f.checks.clear();
    expect(await w.run('resume web', undefined, { ...ticker, wiring })).toMatchObject({ ok: true });
    await ticker.tickWith(wiring);
    expect(only(w).phase).toBe('exposing');
  });
});

describe('claims of workflow runs', () => {
  it('law 2 live until the forge says that the run has ended, however long that takes; then the next tick goes on', async () => {
    const s = await inCanary();
    s.f.begin('44');
    const dying = asJob(s.wiring, '44');
    const job = s.w.runner('run:44');
    s.w.platform.takes = 0;
    // It takes the deploy and is gone before it does anything.
    const hanging = { ...s.w.platform, deploy: () => new Promise<never>(() => undefined) };
    const platforms = new Map([['web/production', { platform: hanging, needs: ['checkout'] }]]);
    const going = job.tickWith({ ...dying, platforms });
    for (let round = 0; round < 30; round++) await new Promise((go) => setImmediate(go));
    const claim = (): unknown => only(s.w).operations.at(-1)?.claim;
    expect(claim()).toMatchObject({ runId: '44', runAttempt: 1, attempt: 1 });
    const looking = { ...s.wiring, here: s.wiring.here && { ...s.wiring.here, lives: () => undefined } };
    s.w.pass(2 * HOUR);
    await s.ticker.tickWith(looking);
    expect(claim(), 'the run goes on').toMatchObject({ attempt: 1 });
    s.f.failing.add('run');
    s.w.pass(MINUTE);
    await s.ticker.tickWith(looking);
    expect(claim(), 'nobody could be asked').toMatchObject({ attempt: 1 });
    s.f.failing.clear();
    s.f.end('44');
    s.w.pass(MINUTE);
    await s.ticker.tickWith(looking);
    expect(s.w.platform.calls.filter(({ kind }) => kind === 'find')).toHaveLength(1);
    expect(only(s.w).operations[0]).toMatchObject({ state: 'done', claim: { attempt: 2 } });
    void going;
  });
});
