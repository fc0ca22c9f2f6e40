/** Valid rollout documents for tests: written by hand where it matters, filled up where it does not. */
import type { Actor } from '../../src/core/model/actor.ts';
import type { Evidence, JudgeSpec, Verdict } from '../../src/core/model/metric.ts';
import {
  type Hold,
  type Operation,
  type PlannedStage,
  Rollout,
  type StageRecord,
} from '../../src/core/model/rollout.ts';
import { MINUTE, toMilliseconds } from '../../src/core/model/time.ts';

export const alice: Actor = { kind: 'github', id: '583231', name: 'alice', verified: true };
export const bob: Actor = { kind: 'github', id: '42', name: 'bob', verified: true };
export const sluice: Actor = { kind: 'sluice', id: 'tick', name: 'sluice', verified: true };

/** A moment of the day all tests play on: `at('10:22:31')`. */
export function at(time: string): string {
  const [hours = '00', minutes = '00', seconds = '00'] = time.split(':');
  return `2026-11-21T${hours}:${minutes}:${seconds}.000Z`;
}

/** The same in milliseconds. */
export function ms(time: string): number {
  return toMilliseconds(at(time));
}

export const errorsBelow: JudgeSpec = {
  id: 'error-rate below 0.01',
  metric: 'error-rate',
  kind: 'proportion',
  better: 'lower',
  rule: { type: 'below', bound: 0.01 },
  failures: 0,
  minSamples: 500,
  then: 'rollback',
  dryRun: false,
  source: 'prometheus',
  delay: MINUTE,
  perVersion: true,
};
export const errorsCompared: JudgeSpec = {
  ...errorsBelow,
  id: 'error-rate compare stable',
  rule: { type: 'compare', with: 'stable', method: 'sequential', tolerance: 0.003 },
};
export const latencyBelow: JudgeSpec = {
  ...errorsBelow,
  id: 'latency.p95 below 2',
  metric: 'latency',
  read: 'p95',
  kind: 'histogram',
  rule: { type: 'below', bound: 2 },
  then: 'pause',
};

const stage = { judges: [errorsCompared, errorsBelow, latencyBelow], checks: [] } as const;
export const stages: readonly [PlannedStage, PlannedStage, PlannedStage] = [
  { ...stage, name: 'canary', weight: 5_000, bake: 5 * MINUTE, promote: 'auto' },
  { ...stage, name: 'beta', weight: 25_000, bake: 15 * MINUTE, promote: 'manual' },
  {
    ...stage,
    name: 'production',
    weight: 100_000,
    bake: 30 * MINUTE,
    promote: 'auto',
    approvals: { count: 1, from: ['team:web-leads'], expires: 4 * 60 * MINUTE },
  },
];

const base: Rollout = {
  schemaVersion: 1,
  id: 'web-production-20261121-7f3a9c01',
  kind: 'deploy',
  subject: {
    type: 'release',
    service: 'web',
    environment: 'production',
    release: { label: '1.4.0', commit: '8f2c1d9'.padEnd(40, '0') },
  },
  stable: { label: '1.3.2', commit: '1a2b3c4'.padEnd(40, '0') },
  requestedBy: alice,
  request: 'delivery-1',
  began: at('10:20:00'),
  plan: {
    strategy: 'canary-beta-production',
    stages,
    before: [],
    validate: [],
    after: [],
    keepOld: 30 * MINUTE,
    settle: 0,
    deadline: 24 * 60 * MINUTE,
    extendMax: 15 * MINUTE,
    onUndecided: 'pause',
    onNoData: 'pause',
    gradual: [],
    automaticRollback: true,
    policy: 'c0ffee',
    digest: '4f2c9a',
  },
  phase: 'preparing',
  phaseSince: at('10:20:00'),
  stage: 0,
  weight: 0,
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
};

/** A rollout of web 1.4.0 in production over 1.3.2 with these members changed; read by the real schema. */
export function rolloutOf(changed: Partial<Rollout> = {}): Rollout {
  return Rollout.parse({ ...base, ...changed });
}

export function operationOf(changed: Partial<Operation> & Pick<Operation, 'id' | 'kind' | 'purpose'>): Operation {
  return { needs: [], generation: 1, state: 'done', since: at('10:20:00'), ...changed };
}

export function holdOf(changed: Partial<Hold> = {}): Hold {
  return {
    kind: 'paused',
    since: at('10:30:00'),
    until: at('11:00:00'),
    onTimeout: 'resume',
    by: alice,
    reason: 'lunch',
    ...changed,
  };
}

export function verdictOf(judge: JudgeSpec, changed: Partial<Verdict> = {}): Verdict {
  const said = {
    verdict: 'pass',
    because: 'as it should be',
    samples: 4_020,
    seen: null,
    baseline: null,
    until: at('10:36:00'),
  } as const;
  return { judge: judge.id, then: judge.then, dryRun: false, ...said, ...changed };
}

export function evidenceOf(judge: JudgeSpec, changed: Partial<Evidence> = {}): Evidence {
  const none = {
    folded: 10,
    answered: 10,
    silent: 0,
    breaches: 0,
    streak: 0,
    failedAt: null,
    candidate: null,
    baseline: null,
  };
  return { judge: judge.id, stage: 'beta', ...none, ...changed };
}

const canaryRecord: StageRecord = {
  stage: 'canary',
  began: at('10:22:30'),
  exposed: at('10:23:00'),
  ended: at('10:29:00'),
  how: 'passed',
  verdicts: [],
};

/** In beta at 25 %, half baked at 10:37:01, all judges content. */
export function inBeta(changed: Partial<Rollout> = {}): Rollout {
  return rolloutOf({
    phase: 'exposing',
    phaseSince: at('10:22:30'),
    stage: 1,
    step: 'baking',
    weight: 25_000,
    exposedAt: at('10:29:30'),
    gates: [
      { gate: 'lock', answer: 'yes', detail: 'taken' },
      { gate: 'freeze', answer: 'yes', detail: '' },
      { gate: 'checks', answer: 'yes', detail: '14 of 14' },
      { gate: 'health', answer: 'not-asked', detail: '' },
    ],
    operations: [
      operationOf({
        id: 'o/1',
        kind: 'deploy',
        purpose: 'deploy',
        label: '1.4.0',
        since: at('10:20:30'),
        ended: at('10:21:30'),
      }),
      operationOf({ id: 'o/2', kind: 'run', purpose: 'validate', since: at('10:21:30'), ended: at('10:22:30') }),
    ],
    stages: [canaryRecord, { stage: 'beta', began: at('10:29:00'), exposed: at('10:29:30'), verdicts: [] }],
    evidence: [
      evidenceOf(errorsCompared, {
        candidate: { kind: 'proportion', bad: 16, total: 4_020 },
        baseline: { kind: 'proportion', bad: 63, total: 12_110 },
      }),
      evidenceOf(errorsBelow, { candidate: { kind: 'proportion', bad: 16, total: 4_020 } }),
    ],
    verdicts: [
      verdictOf(errorsCompared, {
        seen: 16 / 4_020,
        baseline: 63 / 12_110,
        because: 'errors 0.40% (16 of 4,020) against 0.52% (63 of 12,110): evidence 0.1, rollback at 20',
      }),
      verdictOf(errorsBelow, { seen: 16 / 4_020, because: 'errors 0.40% (16 of 4,020), allowed below 1%' }),
      verdictOf(latencyBelow, { seen: 0.322, baseline: 0.31, because: 'p95 322 ms, allowed below 2 s' }),
    ],
    ...changed,
  });
}

/** Beta passed; production waits for one of web-leads. */
export function awaitingApproval(changed: Partial<Rollout> = {}): Rollout {
  return inBeta({
    hold: holdOf({
      kind: 'approval',
      since: at('10:45:00'),
      until: at('14:40:00'),
      onTimeout: 'rollback',
      by: sluice,
      reason: '',
    }),
    stages: [
      canaryRecord,
      {
        stage: 'beta',
        began: at('10:29:00'),
        exposed: at('10:29:30'),
        ended: at('10:45:00'),
        how: 'passed',
        verdicts: [],
      },
    ],
    ...changed,
  });
}

/** Rolled back from canary by a judge, nine seconds after its decision. */
export function rolledBack(changed: Partial<Rollout> = {}): Rollout {
  return rolloutOf({
    phase: 'rolled-back',
    phaseSince: at('10:23:31'),
    stage: 0,
    weight: 0,
    exposedAt: at('10:22:10'),
    operations: [
      operationOf({
        id: 'o/1',
        kind: 'deploy',
        purpose: 'deploy',
        label: '1.4.0',
        since: at('10:20:30'),
        ended: at('10:21:30'),
      }),
      operationOf({ id: 'o/2', kind: 'weights', purpose: 'stage', since: at('10:22:00'), ended: at('10:22:10') }),
      operationOf({ id: 'o/3', kind: 'weights', purpose: 'rollback', since: at('10:23:10'), ended: at('10:23:19') }),
    ],
    stages: [
      {
        stage: 'canary',
        began: at('10:22:00'),
        exposed: at('10:22:10'),
        ended: at('10:23:10'),
        how: 'rolled-back',
        verdicts: [
          verdictOf(errorsCompared, {
            verdict: 'fail',
            seen: 46 / 756,
            baseline: 72 / 14_330,
            samples: 756,
            until: at('10:23:10'),
            because: 'errors 6.1% (46 of 756) against 0.5% (72 of 14,330): evidence 10^23, rollback at 20',
          }),
        ],
      },
    ],
    goingBack: {
      by: sluice,
      at: at('10:23:10'),
      automatic: true,
      reason: 'errors 6.1% (46 of 756) against 0.5% (72 of 14,330) in 60 s: evidence 10^23, rollback at 20',
      cause: 'error-rate compare stable',
      to: '1.3.2',
      step: 1,
      steps: [{ weight: 100_000, bake: 0 }],
      incident: 'i-20261121-7f3a',
    },
    rollbackAttempts: 1,
    ended: at('10:23:31'),
    outcome: 'errors 6.1%',
    ...changed,
  });
}
