import { describe, expect, it } from 'vitest';
import { deployedIn, lastEnvironment } from '../../../src/core/review/deployed.ts';
import type { Place } from '../../../src/core/model/place.ts';
import { configOf } from '../../engine/wired.ts';
import { at, rolloutOf } from '../../support/rollout.ts';
import { placeOf, stateOf } from '../../support/state.ts';

const config = configOf(`version: 1
services: { web: { deploy: ./d }, api: { deploy: ./d } }
analysis: none
environments: { production: { order: [staging] }, staging: { order: [dev] }, dev: {}, eu: { order: [dev, staging, production] } }
`);
const SHA = '8f2c1d9'.padEnd(40, '0');
const live = { label: '1.4.0', commit: SHA, since: at('08:00:00'), rollout: 'r-1' };
const good: Partial<Place> = { live, good: [live], weights: { '1.4.0': 100_000 } };

function standing(
  web: Partial<Place>,
  rest: { readonly services?: readonly string[]; readonly rollout?: boolean } = {},
) {
  const rollouts = rest.rollout === true ? [rolloutOf({ phase: 'exposing' })] : [];
  const state = stateOf({
    config,
    places: new Map([['web/production', placeOf(web)]]),
    rollouts: new Map(rollouts.map((one) => [one.id, one])),
  });
  return deployedIn({ state, sha: SHA, environment: 'production', services: rest.services ?? ['web'] });
}

describe('sluice / deployed', () => {
  it('R-703 succeeds only where every service is live with this commit, all traffic, and found good', () => {
    expect(standing(good)).toMatchObject({ state: 'success', title: 'live in production', commands: [] });
    expect(standing({ ...good, weights: { '1.4.0': 50_000, '1.3.2': 50_000 } }).state).toBe('in_progress');
    expect(standing({ ...good, good: [] }).state).toBe('in_progress');
    expect(standing({ ...good, good: [], settling: 'r-1' }).state).toBe('success');
    expect(standing(good, { services: ['web', 'api'] })).toMatchObject({
      state: 'action_required',
      title: 'not live in production: api',
      commands: [`deploy api@${SHA.slice(0, 12)} in production`],
    });
  });

  it('says that it is on its way, or waits for its turn, before it says what to do', () => {
    const { id } = rolloutOf({});
    expect(standing({ active: id }, { rollout: true })).toMatchObject({
      state: 'in_progress',
      title: 'on its way to production',
    });
    const waits = {
      id: 'q',
      command: 'deploy web@1.4.0',
      by: { kind: 'git', id: 'a', name: 'a', verified: false },
      since: at('09:00:00'),
      until: at('10:00:00'),
      request: 'q',
      release: { label: '1.4.0', commit: SHA },
    } as const;
    expect(standing({ queue: [waits] })).toMatchObject({ state: 'queued' });
    expect(standing({})).toMatchObject({ state: 'action_required' });
  });

  it('means the environment that most others come before', () => {
    expect(lastEnvironment(config)).toBe('eu');
    expect(deployedIn({ state: stateOf({ config }), sha: SHA }).environment).toBe('eu');
  });
});
