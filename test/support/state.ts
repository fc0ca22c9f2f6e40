/** A state to show: one environment, no services configured, whatever documents a test puts in. */
import type { Config } from '../../src/core/model/config.ts';
import { Place } from '../../src/core/model/place.ts';
import type { State } from '../../src/core/model/state.ts';
import { HOUR, MINUTE } from '../../src/core/model/time.ts';
import { at } from './rollout.ts';

export const config: Config = {
  version: 1,
  services: {},
  servicesByEnvironment: {},
  strategies: {},
  environments: {
    production: {
      name: 'production',
      order: [],
      githubEnvironments: {},
      allow: {},
      lock: { required: false, for: HOUR },
      freezes: [],
    },
  },
  sources: {},
  metrics: {},
  analysis: {
    interval: 30_000,
    falseRollbacks: 0.05,
    judges: [],
    undecided: { extend: 15 * MINUTE, then: 'pause' },
    noData: 'pause',
  },
  triggers: [],
  rollback: { automatic: true, attempts: 1, gradual: [], cooldown: 10 * MINUTE },
  notify: [],
  people: [],
  comments: { prefix: '/sluice', bare: ['deploy', 'rollback', 'status'], progress: MINUTE },
  experiments: {
    metrics: {},
    minUsers: 1_000,
    minTime: 24 * HOUR,
    alpha: 0.05,
    layers: {},
    holdouts: {},
    onGuardrailLost: 'alert',
  },
  flags: { unusedAfter: 24 * HOUR, cacheFor: 5 * MINUTE },
  state: { branch: 'sluice-state', externalCommits: 'hold', keepHistory: 24 * HOUR },
  digest: 'c0ffee',
};

export function stateOf(changed: Partial<State> = {}): State {
  const none = new Map<string, never>();
  return {
    revision: '3f9c2aa',
    config,
    flags: none,
    segments: none,
    experiments: none,
    environments: none,
    places: none,
    rollouts: none,
    alerts: none,
    broken: [],
    ...changed,
  };
}

/** The pair web in production, 1.3.2 live; read by the real schema. */
export function placeOf(changed: Partial<Place> = {}): Place {
  return Place.parse({
    schemaVersion: 1,
    service: 'web',
    environment: 'production',
    live: { label: '1.3.2', commit: '1a2b3c4'.padEnd(40, '0'), since: at('08:00:00'), rollout: 'r-1' },
    good: [],
    weights: { '1.3.2': 100_000 },
    generation: 3,
    queue: [],
    ...changed,
  });
}
