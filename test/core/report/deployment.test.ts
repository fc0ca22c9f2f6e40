import { describe, expect, it } from 'vitest';
import type { Rollout } from '../../../src/core/model/rollout.ts';
import { deploymentRecord, deploymentReport, timings } from '../../../src/core/report/deployment.ts';
import { periodDetails, periodNumbers, periodReport } from '../../../src/core/report/period.ts';
import { renderMarkdown } from '../../../src/render/markdown.ts';
import { renderPlain } from '../../../src/render/terminal.ts';
import { at, inBeta, ms, operationOf, rolledBack, rolloutOf } from '../../support/rollout.ts';

function completed(): Rollout {
  const passed = { how: 'passed', verdicts: [] } as const;
  return inBeta({
    phase: 'completed',
    phaseSince: at('12:00:00'),
    stage: 2,
    weight: 100_000,
    stages: [
      { stage: 'canary', began: at('10:22:30'), exposed: at('10:23:00'), ended: at('10:29:00'), ...passed },
      { stage: 'beta', began: at('10:29:00'), exposed: at('10:29:30'), ended: at('10:45:00'), ...passed },
      { stage: 'production', began: at('10:45:00'), exposed: at('10:45:10'), ended: at('11:16:00'), ...passed },
    ],
    ended: at('12:00:00'),
    outcome: 'all stages passed',
  });
}

describe('the record of a deployment', () => {
  it('R-108 has the phases preparation, deployment, validation, traffic, completion with their durations', () => {
    expect(timings(completed())).toEqual([
      { phase: 'preparation', began: at('10:20:00'), ended: at('10:20:30'), took: 30_000 },
      { phase: 'deployment', began: at('10:20:30'), ended: at('10:21:30'), took: 60_000 },
      { phase: 'validation', began: at('10:21:30'), ended: at('10:22:30'), took: 60_000 },
      { phase: 'traffic', began: at('10:22:30'), ended: at('11:16:00'), took: 3_210_000 },
      { phase: 'completion', began: at('11:16:00'), ended: at('12:00:00'), took: 2_640_000 },
    ]);
  });

  it('R-108 has a rollback as a phase of its own, and none that was never reached', () => {
    expect(timings(rolledBack()).map(({ phase, took }) => [phase, took])).toEqual([
      ['preparation', 30_000],
      ['deployment', 60_000],
      ['traffic', 70_000],
      ['rollback', 21_000],
    ]);
    expect(timings(rolloutOf())).toEqual([{ phase: 'preparation', began: at('10:20:00'), ended: null, took: null }]);
  });

  it('R-108 ends a deploy that was overtaken by a rollback when that began', () => {
    const running = operationOf({ id: 'o', kind: 'deploy', purpose: 'deploy', state: 'void', since: at('10:21:00') });
    const back = rolledBack({ operations: [running], stages: [] });
    expect(timings(back).find(({ phase }) => phase === 'deployment')?.ended).toBe(at('10:23:10'));
  });

  it('R-111 R-315 is data with who, what, when, how long and the numbers seen', () => {
    expect(JSON.parse(JSON.stringify(deploymentRecord(rolledBack())))).toMatchObject({
      schemaVersion: 1,
      rollout: 'web-production-20261121-7f3a9c01',
      subject: 'web/production',
      version: '1.4.0',
      before: '1.3.2',
      requestedBy: 'alice',
      phase: 'rolled-back',
      took: 211_000,
      stages: [{ stage: 'canary', weight: '5%', how: 'rolled-back', verdicts: [{ verdict: 'fail', samples: 756 }] }],
      rollback: { automatic: true, to: '1.3.2', by: 'sluice', incident: 'i-20261121-7f3a' },
    });
  });

  it('R-111 R-315 is a report in Markdown with timings, operations and a chart', () => {
    const text = renderMarkdown(deploymentReport(rolledBack(), ms('10:46:00')));
    expect(text).toContain(
      '| phase | began (UTC) | took |\n|:--|:--|--:|\n| preparation | 2026-11-21 10:20:00 | 30 s |',
    );
    expect(text).toContain('| weights | rollback | ✅ done | 9 s |  |');
    expect(text).toContain('```mermaid\nxychart-beta\n');
  });
});

describe('the report of a period', () => {
  const day = { since: ms('00:00:00'), until: ms('23:59:59') };

  it('R-315 counts ends, and among those that ended the share that failed', () => {
    const rollouts = [completed(), rolledBack(), rolloutOf(), rolloutOf({ phase: 'cancelled', ended: at('10:21:00') })];
    expect(periodNumbers(rollouts, day)).toEqual({
      rollouts: 4,
      completed: 1,
      rolledBack: 1,
      failed: 0,
      cancelled: 1,
      active: 1,
      failureRate: 0.5,
      medianTook: 6_000_000,
      medianBack: 21_000,
    });
    expect(renderPlain(periodReport(rollouts, day))).toMatch(/^failure rate +50%$/m);
  });

  it('R-315 leaves out what began before or after, and divides nothing by zero', () => {
    const early = { since: ms('00:00:00'), until: ms('10:00:00') };
    expect(periodNumbers([completed()], early)).toMatchObject({ rollouts: 0, failureRate: null, medianTook: null });
    expect(periodDetails([completed()], early)).toMatchObject({ ids: [], until: '2026-11-21T10:00:00.000Z' });
  });
});
