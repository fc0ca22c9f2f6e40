import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../../src/core/model/time.ts';
import { bob } from '../../support/rollout.ts';
import { configOf } from '../../support/world/config.ts';
import { only, tickOn, world } from '../../support/world/world.ts';

const STAGES = [
  '{ name: canary, weight: 5%, bake: 5m, analysis: none }',
  '{ name: all, weight: 100%, bake: 5m, analysis: none }',
];

describe('disabling a flag', () => {
  it('ends its rollout although that waits for its first approval and the flag is off already', async () => {
    const environment = 'approvals: { before: [canary], count: 1, from: ["user:bob"] }';
    const w = world({ config: configOf({ environment, stages: STAGES }) });
    const runner = w.runner('one');
    await w.run('flag create dash');
    await w.run('flag rollout dash --strategy steps');
    await runner.tick();
    const { id, hold } = only(w);
    expect(hold?.kind).toBe('approval');
    const answer = await w.run('flag disable dash --reason incident');
    expect(answer).toMatchObject({ ok: true, code: 'done' });
    expect(answer.summary).toContain('ended');
    expect(w.commits().at(-1)?.title).toMatch(/^flag dash: r-\w+ ended in production/);
    expect(w.rollouts()).toEqual([]);
    expect(w.ended()[0]).toMatchObject({ id, phase: 'cancelled' });
    expect(await w.run('approve', bob)).toMatchObject({ ok: false });
    expect(await tickOn(w, runner, { every: MINUTE, until: HOUR })).toBe(true);
    expect(JSON.stringify(w.branch.head?.files.get('flags/dash.json')?.text)).not.toContain('ramp');
  });
});
