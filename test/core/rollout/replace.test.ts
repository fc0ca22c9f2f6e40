import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../src/core/model/time.ts';
import { bob } from '../../support/rollout.ts';
import { configOf, type Given } from '../../support/world/config.ts';
import { only, type Runner, tickOn, type World, world } from '../../support/world/world.ts';

/** 1.3.2 is live, 1.4.0 a canary. */
async function inCanary(given: Given = {}): Promise<{ readonly w: World; readonly runner: Runner }> {
  const w = world({ config: configOf(given) });
  const runner = w.runner('one');
  await w.live('1.3.2');
  await w.run('deploy web@1.4.0');
  await runner.tick();
  return { w, runner };
}

describe('deploy --replace', () => {
  it('sends the rollout that runs back in its own commit and begins when that is done', async () => {
    const { w, runner } = await inCanary();
    const old = only(w).id;
    const commits = w.commits().length;
    const answer = await w.run('deploy web@1.5.0 --replace');
    expect(answer).toMatchObject({ ok: true, code: 'queued' });
    expect(answer.summary).toContain('goes back first');
    expect(w.commits()).toHaveLength(commits + 1);
    expect(only(w)).toMatchObject({ id: old, phase: 'rolling-back', goingBack: { automatic: false } });
    await tickOn(w, runner, { every: MINUTE, until: 2 * MINUTE });
    expect(w.ended()[0]).toMatchObject({ id: old, phase: 'rolled-back' });
    expect(only(w)).toMatchObject({ subject: { release: { label: '1.5.0' } }, phase: 'exposing' });
    expect(Object.fromEntries(w.platform.running)).toEqual({ '1.3.2': 95_000, '1.5.0': 5_000 });
  });

  it('is next of those that wait, and where all are kept they stay behind it', async () => {
    const { w, runner } = await inCanary({ service: 'queue: all' });
    await w.run('deploy web@1.4.1');
    await w.run('deploy web@1.5.0 --replace');
    expect(w.place().queue).toHaveLength(2);
    await tickOn(w, runner, { every: MINUTE, until: 2 * MINUTE });
    expect(only(w)).toMatchObject({ subject: { release: { label: '1.5.0' } } });
    expect(w.place().queue).toHaveLength(1);
  });

  it('R-801 is for those who may roll back there', async () => {
    const { w } = await inCanary({ environment: 'allow: { rollback: ["user:bob"], deploy: ["role:read"] }' });
    expect(await w.run('deploy web@1.5.0 --replace')).toMatchObject({ ok: false, code: 'not-permitted' });
    expect(only(w).phase).toBe('exposing');
    expect(w.place().queue).toEqual([]);
    expect(await w.run('deploy web@1.5.0 --replace', bob)).toMatchObject({ ok: true });
  });

  it('changes nothing in a dry run', async () => {
    const { w } = await inCanary();
    const commits = w.commits().length;
    expect(await w.run('deploy web@1.5.0 --replace --dry-run')).toMatchObject({ ok: true, code: 'planned' });
    expect(w.commits()).toHaveLength(commits);
  });
});
