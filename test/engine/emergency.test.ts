import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../src/core/model/time.ts';
import { wired } from './wired.ts';

describe('rollback --all', () => {
  it('R-402 takes every rollout back and turns every flag in progress off, whatever is frozen', async () => {
    const one = wired();
    for (const key of ['dash', 'search', 'steady']) await one.run(`flag create ${key}`);
    await one.run('flag enable steady 100% in production');
    await one.run('flag rollout dash 100% --strategy short in production');
    await one.run('flag rollout search 100% --strategy short in production');
    one.pass(MINUTE);
    await one.tick();
    expect((await one.run('flag show dash')).summary).toBe('flag dash: production 50%');
    await one.run('freeze in production --for 1h -m "incident"');
    const outcome = await one.run('rollback --all --yes -m "everything is on fire"');
    expect(outcome).toMatchObject({ ok: true });
    one.pass(MINUTE);
    await one.tick();
    expect((await one.store.read(['rollouts/'])).files.size).toBe(0);
    for (const key of ['dash', 'search'])
      expect((await one.run(`flag show ${key}`)).summary).toMatch(/production (0%|off)$/);
    expect((await one.run('flag show steady')).summary, 'what is not in progress stays').toBe(
      'flag steady: production 100%',
    );
    expect((await one.run('report')).details).toMatchObject({ rollouts: 2, rolledBack: 2 });
  });
});
