import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../src/core/model/place.ts';
import { PHASES } from '../../../src/core/model/rollout.ts';
import { alertNotices, notices } from '../../../src/core/report/notice.ts';
import type { Notice } from '../../../src/ports/channel.ts';
import { alice, at, awaitingApproval, inBeta, ms, rolledBack, rolloutOf } from '../../support/rollout.ts';

const commit = { revision: '3f9c2aa', at: ms('10:46:00') };

describe('notices of a rollout', () => {
  it('R-312 tell what started, waits, passed, failed, went back and is completed, each with its weight', () => {
    const canary = rolloutOf({ phase: 'exposing', step: 'baking', weight: 5_000, exposedAt: at('10:22:10') });
    const going = { ...rolledBack(), phase: 'rolling-back' as const };
    const told = (
      ...[before, after]: Parameters<typeof notices> extends [infer B, infer A, ...unknown[]] ? [B, A] : never
    ): unknown => notices(before, after, commit).map(({ event, severity, title }) => [event, severity, title]);
    expect(told(undefined, rolloutOf())).toEqual([['started', 'low', 'web 1.4.0: deploy begins in production']]);
    expect(told(inBeta(), awaitingApproval())).toEqual([
      ['passed', 'low', 'web 1.4.0: beta 25% passed, production 100% waits for a person in production'],
      ['waiting', 'medium', 'web 1.4.0 passed beta (25%). May it go to 100% of production?'],
    ]);
    expect(told(canary, going)).toMatchObject([
      ['failed', 'high', expect.stringContaining('rolling back from canary')],
    ]);
    expect(told(going, rolledBack())).toEqual([
      ['rolled-back', 'high', 'web 1.4.0 was rolled back from canary; 1.3.2 serves 100% again'],
    ]);
    expect(told(inBeta({ phase: 'provisional' }), inBeta({ phase: 'completed', ended: at('11:00:00') }))).toEqual([
      ['completed', 'low', 'web 1.4.0 is completed in production'],
    ]);
    expect(told(going, { ...going, phase: 'failed', outcome: 'stable is unhealthy' })).toMatchObject([
      ['failed', 'critical', expect.stringContaining('a person must look')],
    ]);
  });

  it('R-312 a rollback that a person asked for is no failure', () => {
    const back = rolledBack();
    const asked = { ...back.goingBack!, automatic: false, by: alice };
    const [notice] = notices(inBeta(), { ...back, phase: 'rolling-back', goingBack: asked }, commit);
    expect(notice?.event).toBe('rolling-back');
  });

  it('tell nothing when nothing happened, whatever the phase, nor when a deploy only joins the queue', () => {
    for (const phase of PHASES) expect(notices(rolloutOf({ phase }), rolloutOf({ phase }), commit)).toEqual([]);
    expect(notices(undefined, rolloutOf({ phase: 'queued' }), commit)).toEqual([]);
  });

  it('are what a channel takes: same marker for the same rollout, subject as the state branch spells it', () => {
    const sent: readonly Notice[] = notices(inBeta(), awaitingApproval(), commit);
    expect(new Set(sent.map((one) => one.marker))).toEqual(new Set(['sluice web-production-20261121-7f3a9c01']));
    expect(sent[0]).toMatchObject({ subject: 'web/production', commit: '3f9c2aa', at: ms('10:46:00') });
    expect(sent[0]?.report.blocks[0]?.type).toBe('heading');
  });
});

describe('notices of an alert', () => {
  const alert: Alert = {
    schemaVersion: 1,
    id: 'a-19',
    severity: 'high',
    subject: 'web/production',
    rule: 'error-storm',
    title: 'errors above 10%',
    detail: '12% for 1 min',
    opened: at('10:31:00'),
  };
  const told = (before: Alert | undefined, after: Alert | undefined): unknown =>
    alertNotices(before, after, commit).map(({ event, severity, title }) => [event, severity, title]);

  it('R-312 tell when it is opened, gets worse, is taken by somebody, is resolved', () => {
    expect(told(undefined, alert)).toEqual([['alert', 'high', 'errors above 10% (high, opened)']]);
    expect(told(alert, { ...alert, severity: 'critical' })).toEqual([
      ['alert', 'critical', 'errors above 10% (critical, worse)'],
    ]);
    expect(told(alert, { ...alert, acknowledged: { by: alice, at: at('10:32:00') } })).toEqual([
      ['alert', 'high', 'errors above 10% (high, taken by alice)'],
    ]);
    expect(told(alert, undefined)).toEqual([['alert-resolved', 'low', 'errors above 10% (high, resolved)']]);
  });

  it('are not repeated: another detail or a lesser weight is no news', () => {
    expect(told(alert, alert)).toEqual([]);
    expect(told(alert, { ...alert, detail: '13% for 2 min' })).toEqual([]);
    expect(told(alert, { ...alert, severity: 'low' })).toEqual([]);
    expect(told(undefined, undefined)).toEqual([]);
  });
});
