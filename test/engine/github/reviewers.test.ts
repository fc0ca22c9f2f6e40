import { describe, expect, it } from 'vitest';
import type { Wiring } from '../../../src/engine/wiring.ts';
import { MINUTE, toMilliseconds } from '../../../src/core/model/time.ts';
import { thisRunGoesOn } from '../../../src/compose/github-run.ts';
import { alice, bob } from '../../support/rollout.ts';
import { configOf, type Given } from '../../support/world/config.ts';
import { asJob, jobForge, onForge } from '../../support/world/jobs.ts';
import { only, world } from '../../support/world/world.ts';

import { baked, carol, inCanary, type Setting } from './staged.ts';

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

  it('R-804 of a run that only goes on by itself do not count: nothing was started for the stage', async () => {
    const s = await inCanary(ASKED);
    s.f.begin('500', 'e'.repeat(40));
    s.f.approvals.set('500', [review(carol)]);
    const wake = s.wiring.wake && thisRunGoesOn(s.wiring.wake, { runId: '500', workflow: 'my-own.yml' });
    const own: Wiring = { ...s.wiring, ...(wake && { wake }) };
    for (let minute = 0; minute < 9; minute++) {
      await s.ticker.tickWith(asJob(own, '500'));
      s.w.pass(MINUTE);
    }
    expect(only(s.w).hold?.wake).toMatchObject({ run: '500', own: true });
    expect(await s.say('promote web', asJob(own, '500', 'gated'))).toMatchObject({ code: 'waits-for-approval' });
    expect(only(s.w)).toMatchObject({ stage: 0, approvals: [] });
  });

  it('R-804 one click is one vote: not again when it has expired, nor after a person has said no', async () => {
    const short = ASKED.environment?.replace('count: 1', 'count: 2, expires: 1h') ?? '';
    const s = await inCanary({ ...ASKED, environment: short });
    await baked(s);
    s.f.begin('500', '140'.padEnd(40, '0'));
    s.f.approvals.set('500', [review(carol)]);
    const job = asJob(s.wiring, '500', 'gated');
    for (let round = 0; round < 6; round++) {
      await s.say('promote web', job);
      await s.ticker.tickWith(job);
      s.w.pass(30 * MINUTE);
    }
    expect(only(s.w).approvals).toHaveLength(1);
    await s.w.run('reject web -m no', bob);
    await s.w.run('resume web');
    await s.say('promote web', job);
    expect(only(s.w).approvals.filter(({ until }) => toMilliseconds(until) > s.w.now())).toEqual([]);
  });

  it('R-804 one click counts for one stage where two share the environment; a second click for the second', async () => {
    const s = await inCanary({
      stages: [
        '{ name: canary, weight: 5%, bake: 5m, promote: job }',
        '{ name: beta, weight: 25%, bake: 5m, promote: job }',
        '{ name: all, weight: 100%, bake: 5m }',
      ],
      environment:
        ' github-environments: { beta: gated, all: gated }, approvals: { before: [beta, all], count: 1, by: github } ',
    });
    await baked(s);
    s.f.begin('500', '140'.padEnd(40, '0'));
    s.f.approvals.set('500', [review(carol)]);
    const job = asJob(s.wiring, '500', 'gated');
    expect(await s.say('promote web', job)).toMatchObject({ ok: true });
    for (let minute = 0; minute < 9; minute++) {
      await s.tick();
      s.w.pass(MINUTE);
    }
    expect(await s.say('promote web', job)).toMatchObject({ code: 'waits-for-approval' });
    expect(only(s.w)).toMatchObject({ stage: 1 });
    s.f.approvals.set('500', [review(carol), review(carol)]);
    s.w.pass(MINUTE);
    expect(await s.say('promote web', job)).toMatchObject({ ok: true });
    expect(only(s.w)).toMatchObject({ stage: 2 });
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
