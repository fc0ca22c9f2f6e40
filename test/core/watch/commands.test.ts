import { describe, expect, it } from 'vitest';
import type { Command } from '../../../src/core/command/command.ts';
import type { Asking, Decision } from '../../../src/core/decision.ts';
import type { Actor } from '../../../src/core/model/actor.ts';
import type { Config } from '../../../src/core/model/config.ts';
import type { Alert } from '../../../src/core/model/place.ts';
import type { State } from '../../../src/core/model/state.ts';
import { decideAlert } from '../../../src/core/watch/commands.ts';
import { NOW, alert } from './given.ts';

const alice: Actor = { kind: 'github', id: '583231', name: 'alice', verified: true };

function decide(alerts: readonly Alert[], command: Partial<Command>, more: Partial<Asking> = {}): Decision {
  const state: State = {
    revision: 'r',
    // Only who may what is read of it.
    config: { environments: {} } as unknown as Config,
    flags: new Map(),
    experiments: new Map(),
    segments: new Map(),
    environments: new Map(),
    places: new Map(),
    rollouts: new Map(),
    alerts: new Map(alerts.map((one) => [one.id, one])),
    broken: [],
  };
  const asking: Asking = {
    now: NOW,
    actor: alice,
    rights: { role: 'write', teams: [] },
    request: 'q',
    dryRun: false,
    overrides: [],
    command: '',
    ...more,
  };
  return decideAlert(state, { name: 'alert ack', args: {}, options: {}, ...command }, asking);
}

describe('alert commands', () => {
  it('R-304 alert ack: it is somebody’s from now on, and stays open', () => {
    const { changes, outcome, message } = decide([alert()], { args: { id: 'a-19f3' } });
    expect(changes).toMatchObject([
      { path: 'alerts/a-19f3.json', document: { acknowledged: { by: alice, at: '2026-11-21T10:30:00.000Z' } } },
    ]);
    expect(outcome).toMatchObject({
      ok: true,
      code: 'done',
      summary: "a-19f3 is alice's: error-storm: web/production",
    });
    expect(message).toMatchObject({ event: 'alert.acknowledged', subject: 'web/production' });
  });

  it('R-304 alert ack of one that somebody has changes nothing', () => {
    const taken = alert({ acknowledged: { by: alice, at: '2026-11-21T10:00:00.000Z' } });
    const { changes, outcome, message } = decide([taken], { args: { id: 'a-19f3' } });
    expect({ changes, code: outcome.code, message }).toEqual({ changes: [], code: 'unchanged', message: undefined });
  });

  it('R-304 alert resolve moves it to the history, with who and why', () => {
    const { changes } = decide([alert()], { name: 'alert resolve', args: { id: 'a-19f3' } }, { reason: 'false alarm' });
    expect(changes).toMatchObject([
      { path: 'alerts/a-19f3.json', document: null },
      { path: 'history/2026-11/alert-a-19f3.json', document: { resolved: { by: alice, reason: 'false alarm' } } },
    ]);
  });

  it('R-304 finds it by its beginning, and alone without any; refuses what is unknown or ambiguous', () => {
    const two = [alert(), alert({ id: 'a-20aa', rule: 'slow' })];
    expect(decide(two, { args: { id: 'a-2' } }).outcome.summary).toContain('a-20aa is alice');
    expect(decide([alert()], {}).outcome.code).toBe('done');
    expect(decide(two, { args: { id: 'a-' } }).outcome.code).toBe('target-ambiguous');
    expect(decide(two, { args: { id: 'a-77' } }).outcome.code).toBe('alert-unknown');
    expect(decide([], {}).outcome.code).toBe('alert-unknown');
  });

  it('R-304 is for those who may write; anybody may list', () => {
    const reader = { rights: { role: 'read' as const, teams: [] } };
    expect(decide([alert()], { args: { id: 'a-19f3' } }, reader).outcome).toMatchObject({
      ok: false,
      code: 'not-permitted',
    });
    expect(decide([alert()], { name: 'alert list' }, reader).outcome.ok).toBe(true);
  });

  it('R-304 a dry run says what would happen', () => {
    const { changes, outcome } = decide([alert()], { args: { id: 'a-19f3' } }, { dryRun: true });
    expect({ changes, code: outcome.code }).toEqual({ changes: [], code: 'planned' });
  });

  it('R-304 alert list shows the severest first, of one environment where it is named', () => {
    const all = [
      alert({ id: 'a-low', severity: 'low' }),
      alert({ id: 'a-top', severity: 'critical' }),
      alert({ id: 'a-dev', subject: 'web/dev' }),
    ];
    const ids = (decision: Decision): unknown =>
      (decision.outcome.details as { alerts: readonly { id: string }[] }).alerts.map((one) => one.id);
    const listed = decide(all, { name: 'alert list' });
    expect(ids(listed)).toEqual(['a-top', 'a-dev', 'a-low']);
    expect(listed.outcome.summary).toBe('3 open alerts.');
    expect(ids(decide(all, { name: 'alert list', environment: 'dev' }))).toEqual(['a-dev']);
    expect(decide([], { name: 'alert list' }).outcome.summary).toBe('No alert is open.');
  });
});
