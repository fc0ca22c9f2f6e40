import { describe, expect, it } from 'vitest';
import { deployedCheck } from '../../../src/core/report/deployed-check.ts';
import { deployedIn, isSplit, lastEnvironment } from '../../../src/core/review/deployed.ts';
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
    expect(standing(good)).toMatchObject({ state: 'success', title: 'live in production: web', commands: [] });
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
      title: 'on its way to production: web',
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

  it('R-703 is never a success where there is no service: neither of the change, nor of an environment that has none or is not there', () => {
    expect(standing(good, { services: [] })).toMatchObject({
      state: 'neutral',
      title: 'no service of this change is in production',
    });
    const nowhere = deployedIn({ state: stateOf({ config }), sha: SHA, environment: 'prodction' });
    expect(nowhere).toMatchObject({ state: 'action_required', title: 'no service is in prodction' });
  });

  it('R-703 succeeds without weights where a deploy takes all traffic', () => {
    expect(standing({ ...good, weights: {} }).state).toBe('success');
    expect(standing({ ...good, weights: {}, good: [] }).state).toBe('in_progress');
  });

  it('has one name for the environment where all lead, and one of its own for each other', () => {
    expect(['eu', 'staging'].map((name) => deployedCheck(config, name))).toEqual([
      'sluice / deployed',
      'sluice / deployed (staging)',
    ]);
  });

  it('R-703 counts the services alone whose files the commit changes, and names them', () => {
    const split = configOf(`version: 1
services: { web: { deploy: ./d, paths: [web/] }, api: { deploy: ./d, paths: [api/] } }
analysis: none
environments: { production: {} }
`);
    const state = stateOf({ config: split, places: new Map([['web/production', placeOf(good)]]) });
    const of = (...paths: string[]) => deployedIn({ state, sha: SHA, paths });
    expect([isSplit(split, 'production'), isSplit(config, 'production')]).toEqual([true, false]);
    expect(of('web/a.ts')).toMatchObject({ state: 'success', title: 'live in production: web' });
    expect(of('web/a.ts', 'api/a.ts')).toMatchObject({
      state: 'action_required',
      title: 'not live in production: api',
    });
    expect(of('README.md').state).toBe('neutral');
  });

  it('means the environment that most others come before', () => {
    expect(lastEnvironment(config)).toBe('eu');
    expect(deployedIn({ state: stateOf({ config }), sha: SHA }).environment).toBe('eu');
  });
});
