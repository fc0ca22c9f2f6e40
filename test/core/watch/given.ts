/** What the tests of triggers and alerts begin with. */
import { SLUICE } from '../../../src/core/model/actor.ts';
import type { TriggerConfig } from '../../../src/core/model/config.ts';
import type { Sample } from '../../../src/core/model/metric.ts';
import type { Alert, Place } from '../../../src/core/model/place.ts';
import type { Rollout } from '../../../src/core/model/rollout.ts';
import { MINUTE, SECOND, toInstant } from '../../../src/core/model/time.ts';
import { WHOLE, fromPercent } from '../../../src/core/model/weight.ts';
import type { TriggerObservation } from '../../../src/core/watch/observation.ts';

export const NOW: number = Date.parse('2026-11-21T10:30:00.000Z');

type Of<K extends TriggerConfig['kind']> = Extract<TriggerConfig, { kind: K }>;
const common = { then: 'rollback', cooldown: 2 * MINUTE, tags: [], severity: 'critical' } as const;

export const bound = (more: Partial<Of<'metric'>> = {}): TriggerConfig => ({
  ...common,
  name: 'error-storm',
  kind: 'metric',
  metric: 'error-rate',
  above: 0.05,
  for: 2 * MINUTE,
  minSamples: 0,
  ...more,
});
export const spike = (more: Partial<Of<'spike'>> = {}): TriggerConfig => ({
  ...common,
  name: 'spike',
  kind: 'spike',
  metric: 'error-rate',
  baseline: 0.02,
  increase: 0.5,
  window: MINUTE,
  atLeast: 10,
  ...more,
});
export const health = (more: Partial<Of<'health'>> = {}): TriggerConfig => ({
  ...common,
  name: 'unhealthy',
  kind: 'health',
  probe: 'ready',
  failures: 3,
  within: MINUTE,
  ...more,
});
export const dependency = (more: Partial<Of<'dependency'>> = {}): TriggerConfig => ({
  ...common,
  name: 'payments',
  kind: 'dependency',
  url: 'https://payments.example.com/health',
  failures: 2,
  timeout: 5 * SECOND,
  ...more,
});

export const requests = (bad: number, total: number): Sample => ({ kind: 'proportion', bad, total });
export const value = (one: number): Sample => ({ kind: 'value', value: one });
export const times = <T>(count: number, one: T): readonly T[] => Array.from({ length: count }, () => one);
export const slices = (samples: readonly (Sample | null)[], width: number = 10 * SECOND): TriggerObservation => ({
  type: 'slices',
  samples,
  width,
  until: NOW,
});
export const probes = (...answers: readonly boolean[]): TriggerObservation => ({
  type: 'probes',
  probes: answers.map((ok, index) => ({ ok, detail: ok ? '200 in 9 ms' : '503 in 9 ms', at: NOW + index * SECOND })),
});

export const place = (more: Partial<Place> = {}): Place => ({
  schemaVersion: 1,
  service: 'web',
  environment: 'production',
  live: { label: '1.3.2', commit: 'a'.repeat(40), since: toInstant(NOW - 60 * MINUTE), rollout: 'before' },
  good: [],
  weights: {},
  generation: 1,
  queue: [],
  ...more,
});

export function rollout(id: string, more: Partial<Rollout> = {}): Rollout {
  const stage = {
    name: 'canary',
    weight: fromPercent(25),
    bake: 5 * MINUTE,
    promote: 'auto' as const,
    judges: [],
    checks: [],
  };
  return {
    schemaVersion: 1,
    id,
    kind: 'deploy',
    subject: {
      type: 'release',
      service: 'web',
      environment: 'production',
      release: { label: '1.4.0', commit: 'b'.repeat(40) },
    },
    stable: { label: '1.3.2', commit: 'a'.repeat(40) },
    requestedBy: SLUICE,
    request: id,
    began: toInstant(NOW - 10 * MINUTE),
    plan: {
      strategy: 'canary',
      stages: [stage, { ...stage, name: 'full', weight: WHOLE }],
      before: [],
      validate: [],
      after: [],
      keepOld: 0,
      settle: 0,
      deadline: 0,
      extendMax: 0,
      onUndecided: 'pause',
      onNoData: 'pause',
      gradual: [],
      automaticRollback: true,
      policy: '',
      digest: '',
    },
    phase: 'exposing',
    phaseSince: toInstant(NOW - 9 * MINUTE),
    stage: 0,
    step: 'baking',
    weight: fromPercent(25),
    exposedAt: toInstant(NOW - 5 * MINUTE),
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

export const flagRollout = (id: string, more: Partial<Rollout> = {}): Rollout =>
  rollout(id, {
    kind: 'flag',
    subject: {
      type: 'flag',
      flag: 'new-dashboard',
      environment: 'production',
      rule: 'default',
      candidate: 'on',
      stable: 'off',
      services: ['web'],
    },
    stable: null,
    ...more,
  });

export const alert = (more: Partial<Alert> = {}): Alert => ({
  schemaVersion: 1,
  id: 'a-19f3',
  severity: 'high',
  subject: 'web/production',
  rule: 'error-storm',
  title: 'error-storm: web/production',
  detail: 'errors 6%, limit 5%',
  opened: toInstant(NOW - 5 * MINUTE),
  ...more,
});
