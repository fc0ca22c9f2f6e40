import { describe, expect, it } from 'vitest';
import type { Rollout } from '../../../src/core/model/rollout.ts';
import { MINUTE, SECOND, toInstant } from '../../../src/core/model/time.ts';
import { chooseTarget, rolloutsOf } from '../../../src/core/watch/target.ts';
import { NOW, flagRollout, rollout } from './given.ts';

const web = { service: 'web', environment: 'production' };
const storm = { name: 'error-storm' };
const exposed = (ago: number): Partial<Rollout> => ({ exposedAt: toInstant(NOW - ago) });
const fired = (ago: number): Partial<Rollout> => ({ fired: { 'error-storm': toInstant(NOW - ago) } });

describe('whom a trigger without a version acts on', () => {
  it('R-306 the last thing raised, be it a release or a flag that names the service', () => {
    const release = rollout('release', exposed(10 * MINUTE));
    expect(chooseTarget(storm, [release, flagRollout('flag', exposed(MINUTE))], NOW)).toBe('flag');
    expect(chooseTarget(storm, [release, flagRollout('flag', exposed(20 * MINUTE))], NOW)).toBe('release');
  });

  it('R-306 then waits two windows, then takes the next', () => {
    const release = rollout('release', exposed(10 * MINUTE));
    const flag = (ago: number) => flagRollout('flag', { ...exposed(MINUTE), ...fired(ago) });
    expect(chooseTarget(storm, [release, flag(19 * SECOND)], NOW)).toBeUndefined();
    expect(chooseTarget(storm, [release, flag(20 * SECOND)], NOW)).toBe('release');
  });

  it('R-306 waits as well while the one it acted on goes back, and never acts on that again', () => {
    const back = (ago: number) => rollout('release', { phase: 'rolling-back', weight: 0, ...fired(ago) });
    const all = (ago: number) => rolloutsOf([back(ago), flagRollout('flag')], web);
    expect(chooseTarget(storm, all(5 * SECOND), NOW)).toBeUndefined();
    expect(chooseTarget(storm, all(MINUTE), NOW)).toBe('flag');
  });

  it('R-306 when all had their turn, the one whose turn is longest ago', () => {
    const both = [rollout('one', fired(5 * MINUTE)), flagRollout('two', fired(9 * MINUTE))];
    expect(chooseTarget(storm, both, NOW)).toBe('two');
  });

  it('R-306 only rollouts of the service and environment that have traffic', () => {
    const others = [
      rollout('no-traffic', { weight: 0 }),
      rollout('ended', { phase: 'completed' }),
      flagRollout('elsewhere', {
        subject: { ...flagRollout('x').subject, environment: 'staging' } as Rollout['subject'],
      }),
    ];
    expect(rolloutsOf(others, web)).toEqual([]);
    expect(rolloutsOf([rollout('web')], { ...web, service: 'api' })).toEqual([]);
    expect(chooseTarget(storm, [], NOW)).toBeUndefined();
  });
});
