import { describe, expect, it } from 'vitest';
import type { Wiring } from '../../../src/engine/wiring.ts';
import { HOUR, MINUTE } from '../../../src/core/model/time.ts';
import { alice, bob } from '../../support/rollout.ts';
import { configOf, type Given } from '../../support/world/config.ts';
import { asJob, type JobForge, jobForge, onForge } from '../../support/world/jobs.ts';
import { only, type Runner, type World, world } from '../../support/world/world.ts';

const JOB: Given = {
  stages: ['{ name: canary, weight: 5%, bake: 5m, promote: job }', '{ name: all, weight: 100%, bake: 5m }'],
  environment: ' github-environments: { all: gated } ',
};
const carol = { ...bob, id: '7', name: 'carol' };

interface Setting {
  readonly w: World;
  readonly f: JobForge;
  readonly ticker: Runner;
  readonly wiring: Wiring;
  readonly tick: () => Promise<void>;
  readonly say: (text: string, wiring?: Wiring) => ReturnType<World['run']>;
}

async function inCanary(given: Given = JOB): Promise<Setting> {
  const w = world({ config: configOf(given) });
  const f = jobForge();
  const ticker = w.runner('ticker');
  const wiring = onForge(ticker, f);
  const say: Setting['say'] = (text, on = wiring) => w.run(text, undefined, { ...ticker, wiring: on });
  await w.live('1.3.2');
  expect(await say('deploy web@1.4.0')).toMatchObject({ ok: true });
  return { w, f, ticker, wiring, say, tick: async () => void (await ticker.tickWith(wiring)) };
}

async function baked(s: Setting): Promise<void> {
  for (let minute = 0; minute < 9; minute++) {
    await s.tick();
    s.w.pass(MINUTE);
  }
  await s.tick();
  expect(only(s.w).hold?.kind).toBe('job');
}

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

  it('a job that ticks in its GitHub environment begins it when the bake is over', async () => {
    const s = await inCanary();
    const job = asJob(s.wiring, '90', 'gated');
    s.f.begin('90');
    for (let minute = 0; minute < 9; minute++) {
      await s.ticker.tickWith(job);
      s.w.pass(MINUTE);
    }
    expect(only(s.w)).toMatchObject({ stage: 1 });
    expect(s.f.dispatched).toEqual([]);
  });
});

const ASKED: Given = {
  stages: ['{ name: canary, weight: 5%, bake: 5m }', '{ name: all, weight: 100%, bake: 5m }'],
  environment: ' github-environments: { all: gated }, approvals: { before: [all], count: 1, by: github } ',
};
const review = (by: typeof alice) => ({ by, environments: ['gated'], state: 'approved' as const });

describe("GitHub's reviewers", () => {
  it('R-804 are votes for (version, stage, plan) with the run as their source, where Sluice called for the run', async () => {
    const s = await inCanary(ASKED);
    await baked(s);
    const [{ run } = { run: '' }] = s.f.dispatched;
    s.f.approvals.set(run, [review(carol)]);
    expect(await s.say('promote web --to all', asJob(s.wiring, run, 'gated'))).toMatchObject({ ok: true });
    const { approvals, plan, stage } = only(s.w);
    expect(stage).toBe(1);
    expect(approvals).toMatchObject([
      { by: carol, stage: 'all', label: '1.4.0', digest: plan.digest, source: expect.stringMatching(/runs\/90$/) },
    ]);
  });

  it.each([
    ['who asked for it', [review(alice)]],
    ['who wrote it', [review(bob)]],
    ['who said no', [{ ...review(carol), state: 'rejected' as const }]],
    ['who let it into another environment', [{ ...review(carol), environments: ['staging'] }]],
    ['nobody', []],
  ])('R-804 do not count: %s', async (_, reviews) => {
    const w = world({ config: configOf(ASKED) });
    const f = jobForge();
    const ticker = w.runner('ticker');
    const wiring = onForge(ticker, f);
    f.authors.set('140'.padEnd(40, '0'), [bob.id]);
    await w.live('1.3.2');
    const say: Setting['say'] = (text, on = wiring) => w.run(text, undefined, { ...ticker, wiring: on });
    await say('deploy web@1.4.0');
    const s: Setting = { w, f, ticker, wiring, say, tick: async () => void (await ticker.tickWith(wiring)) };
    await baked(s);
    expect(only(w).authors).toEqual([bob.id]);
    const [{ run } = { run: '' }] = f.dispatched;
    f.approvals.set(run, reviews);
    expect(await say('promote web --to all', asJob(wiring, run, 'gated'))).toMatchObject({
      code: 'waits-for-approval',
    });
    expect(only(w).stage).toBe(0);
  });

  it('R-804 of another run count only where it runs the very commit that is deployed', async () => {
    for (const [headSha, stage] of [
      ['e'.repeat(40), 0],
      ['140'.padEnd(40, '0'), 1],
    ] as const) {
      const s = await inCanary(ASKED);
      await baked(s);
      s.f.begin('500', headSha);
      s.f.approvals.set('500', [review(carol)]);
      await s.say('promote web --to all', asJob(s.wiring, '500', 'gated'));
      expect(only(s.w).stage, headSha).toBe(stage);
    }
  });

  it('R-804 of a re-run do not count: nobody says to which attempt they said yes', async () => {
    const s = await inCanary(ASKED);
    await baked(s);
    const [{ run } = { run: '' }] = s.f.dispatched;
    s.f.approvals.set(run, [review(carol)]);
    const job = asJob(s.wiring, run, 'gated');
    const here = job.here && { ...job.here, run: { id: run, attempt: 2 } };
    expect(await s.say('promote web --to all', { ...job, here })).toMatchObject({ code: 'waits-for-approval' });
  });

  it('R-804 one of two is kept, and the second may come from elsewhere', async () => {
    const two = ASKED.environment?.replace('count: 1', 'count: 2') ?? '';
    const s = await inCanary({ ...ASKED, environment: two });
    await baked(s);
    const [{ run } = { run: '' }] = s.f.dispatched;
    s.f.approvals.set(run, [review(carol)]);
    const job = asJob(s.wiring, run, 'gated');
    expect(await s.say('promote web --to all', job)).toMatchObject({ code: 'waits-for-approval' });
    expect(only(s.w).approvals).toHaveLength(1);
    await s.w.run('approve web', bob);
    expect(await s.say('promote web --to all', job)).toMatchObject({ ok: true });
    expect(only(s.w).stage).toBe(1);
  });

  it('nobody can say who approved: no vote counts', async () => {
    const s = await inCanary(ASKED);
    await baked(s);
    const [{ run } = { run: '' }] = s.f.dispatched;
    s.f.approvals.set(run, [review(carol)]);
    s.f.failing.add('approvals');
    expect(await s.say('promote web --to all', asJob(s.wiring, run, 'gated'))).toMatchObject({
      code: 'waits-for-approval',
    });
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
