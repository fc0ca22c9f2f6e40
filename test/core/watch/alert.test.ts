import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeStage } from '../../../src/core/judge/stage.ts';
import { SLUICE } from '../../../src/core/model/actor.ts';
import type { Verdict } from '../../../src/core/model/metric.ts';
import { Alert, type Severity } from '../../../src/core/model/place.ts';
import { HOUR, MINUTE } from '../../../src/core/model/time.ts';
import { type Finding, alertId, openAlert, worsenAlert } from '../../../src/core/watch/alert.ts';
import { damp } from '../../../src/core/watch/damp.ts';
import { decideAlerts } from '../../../src/core/watch/decide-alerts.ts';
import { findingOfTrigger, findingOfVerdict } from '../../../src/core/watch/finding.ts';
import type { TriggerVerdict } from '../../../src/core/watch/trigger.ts';
import { both, judge, look } from '../judge/given.ts';
import { NOW, alert, requests, rollout } from './given.ts';

const finding = (more: Partial<Finding> = {}): Finding => ({
  subject: 'web/production',
  rule: 'error-storm',
  severity: 'high',
  title: 'error-storm: web/production',
  detail: 'errors 6%, limit 5%',
  state: 'breach',
  ...more,
});
const decide = (open: readonly Alert[], ...findings: readonly Finding[]) => decideAlerts({ open, findings, now: NOW });
const opened = openAlert(finding(), NOW);

describe('alerts', () => {
  it('R-304 are opened once, with the same id on every machine, and not repeated while the problem goes on', () => {
    const first = decide([], finding());
    expect(first.changes).toEqual([{ path: `alerts/${opened.id}.json`, document: opened }]);
    expect(first.events).toEqual([{ event: 'alert.opened', alert: opened }]);
    expect(opened.id).toMatch(/^a-[0-9a-f]{4}$/);
    expect(Alert.parse(opened)).toEqual(opened);
    expect(decide([opened], finding({ detail: 'errors 7%, limit 5%' }))).toEqual({ changes: [], events: [] });
  });

  it('R-304 have a longer id where another open alert has the short one', () => {
    const other = alert({ id: alertId(finding()), rule: 'other' });
    const longer = alertId(finding(), [other]);
    expect(longer).toMatch(/^a-[0-9a-f]{6}$/);
    expect(longer.startsWith(other.id)).toBe(true);
  });

  it('R-304 worsen to a higher severity, never to a lower one; who took the lesser has not taken the worse', () => {
    const taken = { ...opened, acknowledged: { by: SLUICE, at: opened.opened } };
    const worse = decide([taken], finding({ severity: 'critical', detail: 'errors 20%' }));
    expect(worse.events).toMatchObject([
      { event: 'alert.worsened', alert: { severity: 'critical', detail: 'errors 20%', opened: opened.opened } },
    ]);
    expect(worse.events[0]?.alert).not.toHaveProperty('acknowledged');
    expect(worsenAlert(taken, finding({ severity: 'low' }))).toBe(taken);
  });

  it('R-304 resolve by themselves when their rule is quiet, into the history of that month', () => {
    const { changes, events } = decide([opened], finding({ state: 'quiet', detail: 'errors 1%, limit 5%' }));
    expect(changes).toMatchObject([
      { path: `alerts/${opened.id}.json`, document: null },
      {
        path: `history/2026-11/alert-${opened.id}.json`,
        document: { resolved: { by: SLUICE, reason: 'errors 1%, limit 5%' } },
      },
    ]);
    expect(events[0]?.event).toBe('alert.resolved');
    expect(Alert.parse(changes[1]?.document)).toEqual(changes[1]?.document);
  });

  it('R-304 stay open while nobody can say, or nobody looks', () => {
    expect(decide([opened], finding({ state: 'unclear' })).events).toEqual([]);
    expect(decide([opened]).events).toEqual([]);
    expect(decide([], finding({ state: 'quiet' }), finding({ rule: 'b', state: 'unclear' })).events).toEqual([]);
  });

  it('R-304 of one subject and rule are one: a breach anywhere counts before quiet elsewhere', () => {
    const { events } = decide([], finding({ state: 'quiet' }), finding(), finding({ severity: 'critical' }));
    expect(events).toMatchObject([{ event: 'alert.opened', alert: { severity: 'critical' } }]);
  });

  it('R-304 deciding twice on the same findings changes nothing the second time', () => {
    const severity = fc.constantFrom<Severity>('low', 'medium', 'high', 'critical');
    const state = fc.constantFrom<Finding['state']>('breach', 'quiet', 'unclear');
    const rule = fc.constantFrom('a', 'b', 'c');
    const some = fc.array(fc.record({ severity, state, rule }), { maxLength: 8 });
    fc.assert(
      fc.property(some, some, (before, now) => {
        const apply = (open: readonly Alert[], findings: readonly Finding[]): readonly Alert[] => {
          const { events } = decide(open, ...findings);
          const kept = open.filter((one) => events.every((event) => event.alert.id !== one.id));
          return [...kept, ...events.map((event) => event.alert).filter((one) => !one.resolved)];
        };
        const first = apply(
          [],
          before.map((one) => finding(one)),
        );
        const second = apply(
          first,
          now.map((one) => finding(one)),
        );
        expect(decide(second, ...now.map((one) => finding(one)))).toEqual({ changes: [], events: [] });
      }),
    );
  });
});

describe('findings', () => {
  const verdict = (more: Partial<Verdict>): Verdict => ({
    judge: 'error-rate below 0.01',
    verdict: 'fail',
    then: 'rollback',
    dryRun: false,
    because: 'errors 6%',
    samples: 500,
    seen: 0.06,
    baseline: null,
    until: '2026-11-21T10:00:00.000Z',
    ...more,
  });

  it('R-304 of judges: critical where it rolls back, high for other failures, medium for silence and notices', () => {
    const severity = (more: Partial<Verdict>): string | undefined =>
      findingOfVerdict(verdict(more), rollout('r'))?.severity;
    expect(severity({})).toBe('critical');
    expect(severity({ then: 'pause' })).toBe('high');
    expect(severity({ then: 'notify' })).toBe('medium');
    expect(severity({ verdict: 'no-data' })).toBe('medium');
    expect(findingOfVerdict(verdict({}), rollout('r'))).toMatchObject({
      subject: 'web/production',
      title: 'web 1.4.0: error-rate below 0.01',
    });
  });

  it('R-309 of a candidate that departs from its baseline have a severity and both numbers', () => {
    const spec = judge({
      id: 'errors',
      rule: { type: 'compare', with: 'stable', method: 'regression' },
      then: 'pause',
    });
    const answers = new Map([[spec.id, { answers: [both(requests(46, 756), requests(72, 14_330))] }]]);
    const { verdicts } = judgeStage({ look: look([spec]), evidence: [], answers });
    expect(verdicts.map((one) => findingOfVerdict(one, rollout('r')))).toMatchObject([
      {
        state: 'breach',
        severity: 'critical',
        detail: 'errors 6.1% (46 of 756) against 0.5% (72 of 14,330), allowed at most 2 times it',
      },
    ]);
  });

  it('R-304 of judges that see something good are quiet; dry runs and judges that do not apply say nothing', () => {
    expect(findingOfVerdict(verdict({ verdict: 'pass' }), rollout('r'))?.state).toBe('quiet');
    expect(findingOfVerdict(verdict({ verdict: 'undecided', seen: null }), rollout('r'))?.state).toBe('unclear');
    expect(findingOfVerdict(verdict({ dryRun: true }), rollout('r'))).toBeUndefined();
    expect(findingOfVerdict(verdict({ verdict: 'not-applicable' }), rollout('r'))).toBeUndefined();
  });

  it('R-305 of triggers: a warning opens its alert with its own severity, cooling keeps it, breaching decides nothing', () => {
    const said = (state: TriggerVerdict['state'], quiet = false) =>
      findingOfTrigger(
        { trigger: 'cpu', state, because: 'cpu 85%', action: 'notify', severity: 'medium', tags: [], seen: 85, quiet },
        { service: 'web', environment: 'production', labels: { environment: 'production' } },
      );
    expect(said('firing')).toMatchObject({ state: 'breach', severity: 'medium', rule: 'cpu' });
    expect(said('cooling').state).toBe('breach');
    expect(said('breaching').state).toBe('unclear');
    expect(said('ok').state).toBe('unclear');
    expect(said('ok', true).state).toBe('quiet');
    expect(said('no-data').state).toBe('unclear');
  });
});

describe('flapping', () => {
  it('R-304 four changes an hour are free; then a change must hold 2, 4, 8 windows', () => {
    const flips = (count: number) => Array.from({ length: count }, (_, index) => NOW - (index + 1) * MINUTE);
    expect([0, 4, 5, 6, 7, 12].map((count) => damp(flips(count), NOW))).toEqual([0, 0, 2, 4, 8, 8]);
  });

  it('R-304 only the last hour counts', () => {
    expect(
      damp(
        Array.from({ length: 9 }, () => NOW - HOUR),
        NOW,
      ),
    ).toBe(0);
  });
});
