import { describe, expect, it } from 'vitest';
import { inBeta, rolloutOf } from '../support/rollout.ts';
import { placeOf, stateOf } from '../support/state.ts';
import { decided, emptyIn, placesOf, twoPlaces } from './deciding.ts';

const strict = twoPlaces(
  'allow: { promote: [user:carol], deploy: [user:carol], rollback: [user:carol], override: [user:carol] }',
);
const rollout = inBeta();
const moving = stateOf({
  config: strict,
  rollouts: new Map([[rollout.id, rollout]]),
  places: placesOf(placeOf({ active: rollout.id })),
});
const waiting = stateOf({
  config: strict,
  places: placesOf(
    placeOf({
      queue: [
        {
          id: 'web-production-20261121-abcd1234',
          command: 'deploy web@1.2.0 in production',
          by: rollout.requestedBy,
          since: '2026-11-21T10:00:00.000Z',
          until: '2026-11-28T10:00:00.000Z',
          request: 'r',
        },
      ],
    }),
    emptyIn('staging'),
  ),
});

describe('where a command acts', () => {
  it('R-804 names its own environment or none: a rollout of production is not reached by way of staging', () => {
    for (const verb of ['promote', 'pause', 'resume', 'reduce', 'approve', 'rollback', 'cancel']) {
      for (const target of ['r-7f3a', rollout.id]) {
        const { outcome, changes } = decided(moving, `${verb} ${target} in staging --override freeze -m x`);
        expect(outcome).toMatchObject({ ok: false, code: 'target-unknown' });
        expect(outcome.summary).toContain('in production, not in staging');
        expect(changes).toEqual([]);
      }
    }
    expect(decided(moving, 'rollback web/production in staging').outcome.code).toBe('target-unknown');
  });

  it('R-804 is where its subject lies: the policy of that environment is asked, whatever the usual one is', () => {
    for (const text of [
      'promote r-7f3a',
      'promote web',
      'promote',
      'promote web/production',
      'rollback web/production',
    ])
      expect(
        decided({ ...moving, config: { ...strict, defaultEnvironment: 'staging' } }, text).outcome,
        text,
      ).toMatchObject({
        code: 'not-permitted',
      });
    expect(decided(moving, 'pause r-7f3a', { actor: { ...rollout.requestedBy, name: 'carol' } }).outcome.ok).toBe(true);
  });

  it('R-804 a waiting deploy is cancelled by who may where it waits, and not by way of another environment', () => {
    expect(decided(waiting, 'cancel r-abcd in staging').outcome).toMatchObject({ code: 'target-unknown' });
    expect(decided(waiting, 'cancel r-abcd').outcome.code).toBe('not-permitted');
    expect(decided({ ...waiting, config: twoPlaces('') }, 'cancel r-abcd').outcome).toMatchObject({ code: 'done' });
  });

  it('R-401 rollback of a service without an environment stays in the usual one although another moves', () => {
    const elsewhere = rolloutOf({
      subject: { ...rollout.subject, environment: 'staging' } as never,
      phase: 'exposing',
    });
    const state = stateOf({
      config: { ...strict, defaultEnvironment: 'production' },
      rollouts: new Map([[elsewhere.id, elsewhere]]),
      places: placesOf(placeOf(), { ...emptyIn('staging'), active: elsewhere.id }),
    });
    expect(decided(state, 'rollback web --to 1.2.0').outcome.code).toBe('not-permitted');
  });
});
