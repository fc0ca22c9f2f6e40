import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../../src/core/command/parse.ts';
import { decide } from '../../../src/core/decide.ts';
import type { Decision } from '../../../src/core/decision.ts';
import type { Actor } from '../../../src/core/model/actor.ts';
import type { EnvironmentState, Place } from '../../../src/core/model/place.ts';
import type { State } from '../../../src/core/model/state.ts';
import { alice, at, bob, ms } from '../../support/rollout.ts';
import { placeOf, stateOf } from '../../support/state.ts';
import { configOf } from '../../support/world/config.ts';

const config = configOf({ services: '  api: { deploy: ./deploy }' });
const NOW = ms('10:40:00');

interface Asked {
  readonly state?: Partial<State>;
  readonly actor?: Actor;
  readonly role?: 'write' | 'maintain';
}

function told(text: string, { state = {}, actor = alice, role = 'write' }: Asked = {}): Decision {
  const parsed = parseCommand(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const { command } = parsed;
  const { reason } = command.options;
  const asking = {
    now: NOW,
    actor,
    rights: { role, teams: [] },
    request: 'request-1',
    dryRun: command.options['dry-run'] === true,
    overrides: [],
    command: text,
    ...(typeof reason === 'string' && { reason }),
  };
  const facts = { now: NOW, performer: null, platforms: {}, releases: {}, automaticOff: false, clockOff: false };
  return decide({ state: stateOf({ config, ...state }), command, asking, facts });
}

const placesOf = (...places: readonly Place[]): Partial<State> => ({
  places: new Map(places.map((place) => [`${place.service}/${place.environment}`, place])),
});
const held = (by: Actor, until = at('12:00:00')): Partial<State> =>
  placesOf(placeOf({ lock: { by, since: at('10:00:00'), until } }));
const documents = ({ changes }: Decision): readonly unknown[] => changes.map(({ document }) => document);

describe('locks', () => {
  it('are a person’s, leased, of one service or of all of them in one commit', () => {
    const one = told('lock web --for 2h --reason migration');
    expect(documents(one)).toMatchObject([
      { service: 'web', lock: { by: alice, until: at('12:40:00'), reason: 'migration' } },
    ]);
    expect(documents(told('lock'))).toMatchObject([{ service: 'web' }, { service: 'api' }]);
  });

  it('of another are stolen only with a reason, all or none', () => {
    const state = held(bob);
    expect(told('lock web', { state }).outcome.code).toBe('locked');
    expect(told('lock', { state })).toMatchObject({ changes: [], outcome: { code: 'locked' } });
    expect(told('lock web --steal', { state }).outcome.code).toBe('reason-needed');
    const stolen = told('lock web --steal --reason outage', { state });
    expect(stolen).toMatchObject({ message: { event: 'lock.stolen' } });
    expect(documents(stolen)).toMatchObject([{ lock: { by: alice } }]);
  });

  it('that have run out are nobody’s', () => {
    expect(told('lock web', { state: held(bob, at('10:39:59')) }).outcome.ok).toBe(true);
  });

  it('are given back by who holds them, or by a maintainer', () => {
    const state = held(bob);
    expect(told('unlock web', { state }).outcome.code).toBe('locked');
    expect(documents(told('unlock web', { state, actor: bob }))).not.toMatchObject([{ lock: {} }]);
    expect(told('unlock web --reason gone', { state, role: 'maintain' }).outcome.ok).toBe(true);
    expect(told('unlock web').outcome.code).toBe('unchanged');
  });
});

describe('freezes', () => {
  it('have an end and a reason', () => {
    expect(() => told('freeze --reason x')).toThrow('exactly one of --for, --until');
    expect(told('freeze --for 2h', { role: 'maintain' }).outcome.code).toBe('reason-needed');
    const frozen = told('freeze --for 2h --reason outage', { role: 'maintain' });
    expect(documents(frozen)).toMatchObject([{ freezes: [{ until: at('12:40:00'), reason: 'outage' }] }]);
    expect(frozen.outcome.summary).toContain('Rollback still works');
  });

  it('set by hand are lifted; those that have run out are forgotten', () => {
    const freeze = (until: string): EnvironmentState['freezes'][number] => ({
      by: bob,
      since: at('09:00:00'),
      until,
      reason: 'x',
    });
    const environments = new Map([
      [
        'production',
        { schemaVersion: 1 as const, name: 'production', freezes: [freeze(at('10:30:00')), freeze(at('12:00:00'))] },
      ],
    ]);
    expect(documents(told('unfreeze', { state: { environments }, role: 'maintain' }))).toMatchObject([{ freezes: [] }]);
    const again = told('freeze --for 1h --reason more', { state: { environments }, role: 'maintain' });
    expect((documents(again)[0] as EnvironmentState).freezes).toHaveLength(2);
    expect(told('unfreeze', { role: 'maintain' }).outcome.code).toBe('unchanged');
  });
});

describe('auto', () => {
  it('R-310 off needs a reason, ends by itself, and on takes it back', () => {
    expect(told('auto off web', { role: 'maintain' }).outcome.code).toBe('reason-needed');
    const off = told('auto off web --reason incident --for 1h', { role: 'maintain' });
    expect(documents(off)).toMatchObject([{ manual: { until: at('11:40:00'), reason: 'incident' } }]);
    const [place] = documents(off) as [Place];
    const on = told('auto on web', { state: placesOf(place), role: 'maintain' });
    expect(documents(on)[0]).not.toHaveProperty('manual');
  });

  it('a dry run of any of them changes nothing', () => {
    for (const text of ['lock web', 'freeze --for 1h --reason x', 'auto off web --reason x'])
      expect(told(`${text} --dry-run`, { role: 'maintain' }), text).toMatchObject({
        changes: [],
        outcome: { code: 'planned' },
      });
  });
});
