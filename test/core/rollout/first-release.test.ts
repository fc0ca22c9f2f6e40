import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../src/core/model/time.ts';
import { firstReleasePlan } from '../../../src/core/rollout/plan-variants.ts';
import { bob, rolloutOf } from '../../support/rollout.ts';
import { configOf } from '../../support/world/config.ts';
import { only, tickOn, world } from '../../support/world/world.ts';

describe('a first release', () => {
  it('R-804 waits for the approvals of the stages it leaves out', async () => {
    const environment = 'approvals: { before: [canary], count: 1, from: ["user:bob"] }';
    const w = world({ config: configOf({ environment }) });
    const runner = w.runner('one');
    await w.run('deploy web@1.0.0');
    await tickOn(w, runner, { every: MINUTE, until: 10 * MINUTE });
    expect(only(w)).toMatchObject({ phase: 'preparing', hold: { kind: 'approval' } });
    expect([...w.platform.running]).toEqual([]);
    await w.run('approve', bob);
    await tickOn(w, runner, { every: MINUTE, until: 5 * MINUTE });
    expect(w.place().live?.label).toBe('1.0.0');
  });

  it('R-804 asks for as many votes as the strictest of them', () => {
    const { plan } = rolloutOf();
    const stages = plan.stages.map((stage, index) => ({
      ...stage,
      approvals: { count: [1, 3, 2][index] ?? 0, from: [], expires: MINUTE },
    }));
    expect(firstReleasePlan({ ...plan, stages }).stages.map(({ approvals }) => approvals?.count)).toEqual([3]);
  });
});
