import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../src/core/facts.ts';
import type { Config } from '../../../src/core/model/config.ts';
import type { Gate, Rollout } from '../../../src/core/model/rollout.ts';
import type { State } from '../../../src/core/model/state.ts';
import { askGates } from '../../../src/core/rollout/gates.ts';
import { alice, at, bob, inBeta, ms, rolloutOf } from '../../support/rollout.ts';
import { config, placeOf, stateOf } from '../../support/state.ts';
import { configOf } from '../../support/world/config.ts';

const facts = (changed: Partial<Facts> = {}): Facts => ({
  now: ms('10:40:00'),
  performer: null,
  platforms: {},
  releases: {},
  automaticOff: false,
  clockOff: false,
  ...changed,
});

interface Asked {
  readonly rollout?: Rollout;
  readonly state?: Partial<State>;
  readonly facts?: Partial<Facts>;
  readonly stage?: number;
}

function answer(gate: Gate, { rollout = rolloutOf(), state = {}, facts: seen = {}, stage = 0 }: Asked = {}): string {
  const found = askGates({ rollout, state: stateOf(state), facts: facts(seen) }, stage).find(
    (one) => one.gate === gate,
  );
  return found?.answer ?? 'none';
}

const production = config.environments['production'];
if (!production) throw new Error('production');
const withProduction = (changed: Partial<typeof production>): Config => ({
  ...config,
  environments: { ...config.environments, production: { ...production, ...changed } },
});
const pair = (changed: Parameters<typeof placeOf>[0]): Partial<State> => {
  const place = placeOf(changed);
  return { places: new Map([[`${place.service}/${place.environment}`, place]]) };
};
const commit = rolloutOf().subject.type === 'release' ? '8f2c1d9'.padEnd(40, '0') : '';

describe('gates', () => {
  it('order asks that the same commit is good in the environment before', () => {
    const ordered = withProduction({ order: ['staging'] });
    expect(answer('order', { state: { config: ordered } })).toBe('no');
    const live = { label: '1.4.0', commit, since: at('08:00:00'), rollout: 'r-1' };
    const good = pair({ environment: 'staging', good: [live] });
    expect(answer('order', { state: { config: ordered, ...good } })).toBe('yes');
    const moving = pair({ environment: 'staging', live, active: 'r-1' });
    expect(answer('order', { state: { config: ordered, ...moving } })).toBe('no');
    expect(answer('order', { rollout: rolloutOf({ kind: 'rollback' }), state: { config: ordered } })).toBe('not-asked');
  });

  it('lock waits for another’s, and is asked for where the environment requires one', () => {
    const lock = (by: typeof bob, until = at('11:00:00')): Partial<State> =>
      pair({ lock: { by, since: at('10:00:00'), until } });
    expect(answer('lock', { state: lock(bob) })).toBe('wait');
    expect(answer('lock', { state: lock(alice) })).toBe('yes');
    expect(answer('lock', { state: lock(bob, at('10:39:00')) })).toBe('yes');
    const required = withProduction({ lock: { required: true, for: 1 } });
    expect(answer('lock', { state: { config: required } })).toBe('no');
    expect(answer('lock', { state: { config: required, ...lock(alice) } })).toBe('yes');
  });

  it('freeze waits until its end, whoever set it', () => {
    const freezes = [{ by: bob, since: at('10:00:00'), until: at('11:00:00'), reason: 'outage' }];
    const environments = new Map([['production', { schemaVersion: 1 as const, name: 'production', freezes }]]);
    expect(answer('freeze', { state: { environments } })).toBe('wait');
    expect(answer('freeze', { state: { environments }, facts: { now: ms('11:00:00') } })).toBe('yes');
  });

  it('R-702 checks of a commit that nobody was asked about are awaited, never a no', () => {
    expect(answer('checks')).toBe('not-asked');
    expect(answer('checks', { facts: { checks: {} } })).toBe('wait');
    expect(answer('checks', { facts: { checks: { [commit]: { state: 'running', detail: '' } } } })).toBe('wait');
    expect(answer('checks', { facts: { checks: { [commit]: { state: 'green', detail: '' } } } })).toBe('yes');
  });

  it('R-115 compatibility asks what is live of the services it needs', () => {
    const needing = configOf({ service: 'depends-on: { api: ">=2.0.0 <3.0.0" }', services: '  api: { deploy: ./d }' });
    const api = (label: string): Partial<State> =>
      pair({ service: 'api', live: { label, commit, since: at('08:00:00'), rollout: 'r-1' } });
    expect(answer('compatibility', { state: { config: needing } })).toBe('no');
    expect(answer('compatibility', { state: { config: needing, ...api('2.4.0') } })).toBe('yes');
    expect(answer('compatibility', { state: { config: needing, ...api('3.0.0') } })).toBe('no');
  });

  it('approval counts votes for this stage, also one that the policy asks for only since', () => {
    expect(answer('approval', { rollout: inBeta(), stage: 2 })).toBe('wait');
    expect(answer('approval', { rollout: inBeta(), stage: 1 })).toBe('not-asked');
    const stricter = withProduction({
      approvals: { before: ['beta'], count: 1, from: [], expires: 1, by: 'sluice' },
    });
    expect(answer('approval', { rollout: inBeta(), stage: 1, state: { config: stricter } })).toBe('wait');
  });

  it('an override passes over a gate and says so; a file that does not parse is a no', () => {
    const ordered = withProduction({ order: ['staging'] });
    expect(answer('order', { rollout: rolloutOf({ overrides: ['order'] }), state: { config: ordered } })).toBe(
      'overridden',
    );
    const broken = (path: string): Partial<State> => ({
      broken: [{ path, problem: 'not JSON', code: 'document-invalid' as const }],
    });
    expect(answer('freeze', { state: broken('environments/production.json') })).toBe('no');
    expect(answer('lock', { state: broken('services/web/production.json') })).toBe('no');
  });
});
