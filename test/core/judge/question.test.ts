import { describe, expect, it } from 'vitest';
import { foldAnswers } from '../../../src/core/judge/fold.ts';
import { SETTLING, lookAt } from '../../../src/core/judge/look.ts';
import { questions } from '../../../src/core/judge/question.ts';
import { SLUICE } from '../../../src/core/model/actor.ts';
import type { JudgeSpec } from '../../../src/core/model/metric.ts';
import type { PlannedStage, Rollout } from '../../../src/core/model/rollout.ts';
import { HOUR, MINUTE, toInstant } from '../../../src/core/model/time.ts';
import { WHOLE, fromPercent } from '../../../src/core/model/weight.ts';
import { T0, both, errorsBelow, judge, requests, times } from './given.ts';

const sha = (digit: string): string => digit.repeat(40);

function stage(name: string, weight: number, judges: readonly JudgeSpec[]): PlannedStage {
  return { name, weight, bake: 5 * MINUTE, promote: 'auto', judges, checks: [] };
}

function rolling(judges: readonly JudgeSpec[], more: Partial<Rollout> = {}): Rollout {
  return {
    schemaVersion: 1,
    id: 'web-production-20261121-7f3a91bc',
    kind: 'deploy',
    subject: {
      type: 'release',
      service: 'web',
      environment: 'production',
      release: { label: '1.4.0', commit: sha('b') },
    },
    stable: { label: '1.3.2', commit: sha('a') },
    requestedBy: SLUICE,
    request: 'q',
    began: toInstant(T0 - MINUTE),
    plan: {
      strategy: 'canary',
      stages: [stage('canary', fromPercent(25), judges), stage('full', WHOLE, judges)],
      before: [],
      validate: [],
      after: [],
      keepOld: 30 * MINUTE,
      settle: 10 * MINUTE,
      deadline: 24 * HOUR,
      extendMax: 0,
      onUndecided: 'pause',
      onNoData: 'pause',
      gradual: [],
      automaticRollback: true,
      policy: 'p',
      digest: 'd',
    },
    phase: 'exposing',
    phaseSince: toInstant(T0),
    stage: 0,
    step: 'baking',
    weight: fromPercent(25),
    exposedAt: toInstant(T0),
    pausedFor: 0,
    extendedBy: 0,
    gates: [],
    overrides: [],
    approvals: [],
    rejections: [],
    operations: [],
    evidence: [],
    verdicts: [],
    fired: {},
    stages: [],
    rollbackAttempts: 0,
    ...more,
  };
}

const compare = (withWhat: 'stable' | 'recorded'): JudgeSpec =>
  judge({ id: 'compare', rule: { type: 'compare', with: withWhat, method: 'regression' } });

describe('what sources are asked', () => {
  it('one range query per arm that the judge needs, for all windows closed since the last committed fold', () => {
    const asked = questions(rolling([errorsBelow(0.01), compare('stable')]), T0 + 90_000);
    expect(
      asked.map(({ judge: id, arm, labels, start, width, count }) => [
        id,
        arm,
        labels.version,
        start - T0,
        width,
        count,
      ]),
    ).toEqual([
      ['error-rate', 'candidate', '1.4.0', 0, 10_000, 3],
      ['compare', 'candidate', '1.4.0', 0, 10_000, 3],
      ['compare', 'baseline', '1.3.2', 0, 10_000, 3],
    ]);
    expect(asked[0]?.labels).toEqual({ service: 'web', environment: 'production', version: '1.4.0', sha: sha('b') });
  });

  it('goes on after what was folded, and asks nothing while no new window is closed', () => {
    const spec = errorsBelow(0.01);
    const evidence = [
      foldAnswers(undefined, spec, { stage: 'canary', width: 10_000, answers: times(3, both(requests(0, 9), null)) }),
    ];
    expect(questions(rolling([spec], { evidence }), T0 + 99_000)).toEqual([]);
    expect(questions(rolling([spec], { evidence }), T0 + 110_000)).toMatchObject([
      { from: 3, start: T0 + 30_000, count: 2 },
    ]);
  });

  it('never asks beyond the end of the bake, however late the tick, unless something holds the rollout', () => {
    const late = T0 + 3 * HOUR;
    expect(questions(rolling([errorsBelow(0.01)]), late)).toMatchObject([{ count: 30, more: false }]);
    const hold = {
      kind: 'approval' as const,
      since: toInstant(T0),
      until: toInstant(late + HOUR),
      onTimeout: 'rollback' as const,
      by: SLUICE,
      reason: 'waits',
    };
    expect(questions(rolling([errorsBelow(0.01)], { hold }), late)).toMatchObject([{ count: 400, more: true }]);
    expect(lookAt(rolling([], { hold }), late)).toMatchObject({ windows: 30, end: T0 + 5 * MINUTE });
  });

  it('counts pauses and extensions into the stage', () => {
    const paused = rolling([errorsBelow(0.01)], { pausedFor: MINUTE, extendedBy: 2 * MINUTE });
    expect(lookAt(paused, T0 + HOUR)).toMatchObject({ windows: 48, end: T0 + 8 * MINUTE });
  });

  it('R-121 asks a recorded baseline for the stable version just before the rollout began', () => {
    const asked = questions(rolling([compare('recorded')]), T0 + 90_000);
    expect(asked).toMatchObject([
      { arm: 'candidate', start: T0 },
      { arm: 'baseline', start: T0 - 6 * MINUTE, count: 3, labels: { version: '1.3.2' } },
    ]);
  });

  it('asks nothing for a judge that does not apply, nor before anybody has the candidate', () => {
    expect(questions(rolling([compare('stable')], { stable: null }), T0 + HOUR)).toEqual([]);
    expect(questions(rolling([compare('stable')]), T0 + HOUR, false)).toEqual([]);
    expect(questions(rolling([errorsBelow(0.01)], { step: 'shifting' }), T0 + HOUR)).toEqual([]);
    expect(questions(rolling([errorsBelow(0.01)], { phase: 'deploying' }), T0 + HOUR)).toEqual([]);
  });

  it('goes on with the last stage’s judges while a provisional rollout settles', () => {
    const settling = rolling([errorsBelow(0.01)], { phase: 'provisional', stage: 1, weight: WHOLE });
    expect(lookAt(settling, T0 + HOUR)).toMatchObject({ stage: SETTLING, end: T0 + 30 * MINUTE, windows: 180 });
  });

  it('tells the arms of a flag apart by variant', () => {
    const subject = {
      type: 'flag' as const,
      flag: 'new-dashboard',
      environment: 'production',
      rule: 'default',
      candidate: 'on',
      stable: 'off',
      services: ['web'],
    };
    const asked = questions(rolling([compare('stable')], { kind: 'flag', subject, stable: null }), T0 + 80_000);
    expect(asked.map(({ labels }) => labels)).toEqual([
      { environment: 'production', service: 'web', variant: 'on' },
      { environment: 'production', service: 'web', variant: 'off' },
    ]);
  });
});
