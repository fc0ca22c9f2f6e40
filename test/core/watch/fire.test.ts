import { describe, expect, it } from 'vitest';
import { SLUICE } from '../../../src/core/model/actor.ts';
import type { Flag } from '../../../src/core/model/flag.ts';
import type { Action } from '../../../src/core/model/metric.ts';
import { HOUR, MINUTE, toInstant } from '../../../src/core/model/time.ts';
import { flagsToDisable } from '../../../src/core/watch/disable.ts';
import { firedAt, fireTriggers } from '../../../src/core/watch/fire.ts';
import { type Switches, breakerEnabled, gradeAction } from '../../../src/core/watch/grade.ts';
import type { Watched } from '../../../src/core/watch/question.ts';
import type { TriggerVerdict } from '../../../src/core/watch/trigger.ts';
import { NOW, alert, flagRollout, rollout } from './given.ts';

const web: Watched = {
  service: 'web',
  environment: 'production',
  labels: { service: 'web', environment: 'production' },
};
const on: Switches = { configured: true, breaker: true, now: NOW };
const fires = (action: Action, more: Partial<TriggerVerdict> = {}): TriggerVerdict => ({
  trigger: 'error-storm',
  state: 'firing',
  because: 'errors 6%, limit 5%',
  action,
  severity: 'critical',
  tags: [],
  seen: 0.06,
  quiet: false,
  ...more,
});
const fire = (verdict: TriggerVerdict, watched: Watched | undefined = web, switches: Switches = on) =>
  fireTriggers([{ verdict, watched }], {
    rollouts: [rollout('release'), flagRollout('flag', { exposedAt: toInstant(NOW - MINUTE) })],
    switches: () => switches,
    now: NOW,
  });

describe('what firing triggers do', () => {
  it('R-308 each action reaches one rollout: the last thing raised', () => {
    for (const action of ['pause', 'reduce', 'rollback', 'rollback-gradually'] as const) {
      const { fired, findings } = fire(fires(action));
      expect([...fired]).toEqual([['flag', [{ trigger: 'error-storm', action, because: 'errors 6%, limit 5%' }]]]);
      expect(findings).toMatchObject([{ subject: 'web/production', rule: 'error-storm', state: 'breach' }]);
    }
  });

  it('R-306 a trigger that saw the candidate by itself acts on it, whatever was raised since', () => {
    expect([...fire(fires('rollback'), { ...web, rollout: 'release' }).fired.keys()]).toEqual(['release']);
  });

  it('R-307 a dependency pauses everything that goes up', () => {
    const pause = fires('pause');
    const { fired, findings } = fireTriggers([{ verdict: pause, watched: undefined }], {
      rollouts: [rollout('release'), flagRollout('flag')],
      switches: () => on,
      now: NOW,
    });
    expect([...fired.keys()]).toEqual(['release', 'flag']);
    expect(findings[0]?.subject).toBe('dependency/error-storm');
  });

  it('R-308 slow pages disable flags with a tag, and touch no rollout', () => {
    const { fired, flagsOff } = fire(fires('disable-flags', { tags: ['performance-heavy'] }));
    expect(fired.size).toBe(0);
    expect(flagsOff).toMatchObject([{ tags: ['performance-heavy'], environment: 'production' }]);
    const flag = (key: string, more: Partial<Flag>): Flag => ({
      schemaVersion: 1,
      key,
      kind: 'release',
      tags: ['performance-heavy'],
      services: [],
      variants: { on: true, off: false },
      off: 'off',
      requires: [],
      environments: { production: { enabled: true, targets: [], rules: [], serve: 'on' } },
      ...more,
    });
    const flags = [
      flag('b', {}),
      flag('a', {}),
      flag('other', { tags: [] }),
      flag('old', { archived: true }),
      flag('no', { environments: {} }),
    ];
    expect(flagsToDisable(flags, { tags: ['performance-heavy'], environment: 'production' })).toEqual(['a', 'b']);
  });

  it('notifies, breaches, cools and stays silent without touching a rollout', () => {
    expect(fire(fires('notify')).fired.size).toBe(0);
    for (const state of ['breaching', 'cooling', 'no-data', 'ok'] as const)
      expect(fire(fires('rollback', { state })).fired.size).toBe(0);
  });

  it('R-310 with ROLLBACK_CIRCUIT_BREAKER_ENABLED=false, the configuration or auto off an action is only reported, and that is said', () => {
    const detail = (switches: Switches): string => {
      const { fired, findings } = fire(fires('rollback'), web, switches);
      expect(fired.size).toBe(0);
      return findings[0]?.detail ?? '';
    };
    expect(detail({ ...on, breaker: false })).toBe(
      'errors 6%, limit 5%; rollback not done: ROLLBACK_CIRCUIT_BREAKER_ENABLED is false here',
    );
    expect(detail({ ...on, configured: false })).toContain('the configuration switches automatic rollback off');
    const manual = {
      by: { ...SLUICE, name: 'alice' },
      since: toInstant(NOW),
      until: toInstant(NOW + HOUR),
      reason: 'x',
    };
    expect(detail({ ...on, manual })).toContain('alice turned automatic off until 2026-11-21T11:30:00.000Z');
    expect(gradeAction('rollback', { ...on, manual: { ...manual, until: toInstant(NOW) } })).toEqual({
      action: 'rollback',
    });
  });

  it('R-310 a pause takes nothing away and stays', () => {
    expect(gradeAction('pause', { ...on, breaker: false, configured: false })).toEqual({ action: 'pause' });
  });

  it('R-310 the breaker is on unless the variable says no', () => {
    expect([undefined, '', 'true', '1'].map(breakerEnabled)).toEqual([true, true, true, true]);
    expect(['false', 'FALSE', '0', 'off'].map(breakerEnabled)).toEqual([false, false, false, false]);
  });

  it('R-307 remembers when it fired by what was committed: its rollouts and its open alert', () => {
    const asked = { trigger: 'error-storm', watched: web };
    const fired = { fired: { 'error-storm': toInstant(NOW - MINUTE) } };
    expect(firedAt(asked, { rollouts: [rollout('r', fired)], alerts: [alert()] })).toBe(NOW - MINUTE);
    expect(firedAt(asked, { rollouts: [rollout('r')], alerts: [alert()] })).toBe(NOW - 5 * MINUTE);
    expect(
      firedAt(asked, { rollouts: [rollout('r')], alerts: [alert({ subject: 'api/production' })] }),
    ).toBeUndefined();
  });
});
