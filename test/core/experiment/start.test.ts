import { describe, expect, it } from 'vitest';
import type { Experiment } from '../../../src/core/model/experiment.ts';
import type { Flag } from '../../../src/core/model/flag.ts';
import { DAY } from '../../../src/core/model/time.ts';
import { flagOn } from '../deciding.ts';
import { conversions, experimentsConfig, session, type Session, START } from './given.ts';

function drafted(more = ''): Session {
  const s = session();
  s.say(`experiment create checkout --goal conversion ${more}`);
  return s;
}

/** As if the draft had been edited by hand, or its flag since. */
function changed(s: Session, experiment: Partial<Experiment>): Session {
  const experiments = new Map(s.state.experiments).set('checkout', { ...s.experiment(), ...experiment });
  s.state = { ...s.state, experiments };
  return s;
}

describe('experiment start', () => {
  it.each<readonly [string, Partial<Experiment>, string]>([
    [
      'a variant without a share',
      {
        variants: [
          ['control', 100_000],
          ['treatment', 0],
        ],
      },
      'treatment has 0% and takes no part',
    ],
    [
      'shares that are not the whole',
      {
        variants: [
          ['control', 50_000],
          ['treatment', 40_000],
        ],
      },
      'sums to 90%',
    ],
    ['a holdout whose users would be counted as control', { holdouts: ['2026q4'] }, 'would be counted in it'],
    [
      'a layer whose users would be counted as control',
      { layer: { name: 'checkout', count: 1, slots: [] } },
      'counted',
    ],
    ['a layer by an attribute', { layer: { name: 'checkout', count: 1, slots: [] }, by: 'account' }, 'draws users'],
    [
      'a metric that is called like a column',
      { metrics: [{ name: 'user', role: 'goal', kind: 'proportion', better: 'higher' }] },
      'column or row of that name',
    ],
  ])('R-605 refuses what create refuses: %s', (_, edit, words) => {
    const s = changed(drafted(), edit);
    const { outcome, changes } = s.say('experiment start checkout');
    expect(outcome).toMatchObject({ ok: false, code: 'value-invalid', summary: expect.stringContaining(words) });
    expect(changes).toEqual([]);
  });

  it('R-602 names who has the flag by something other than the split', () => {
    const parent = flagOn('parent');
    const dash: Flag = {
      ...flagOn('dash'),
      requires: [{ flag: 'parent', variant: 'on' }],
      environments: {
        production: {
          enabled: true,
          targets: [{ unit: 'user-1', variant: 'on' }],
          rules: [{ id: 'staff', if: [{ attribute: 'plan', operator: 'equals', values: ['staff'] }], serve: 'on' }],
          serve: 'off',
        },
      },
    };
    const s = session({
      flags: new Map([
        ['dash', dash],
        ['parent', parent],
      ]),
    });
    s.say('experiment create dash --goal conversion');
    const { summary, details } = s.say('experiment start dash').outcome;
    expect(summary).toContain('whom staff matches gets what it says and takes no part');
    expect(summary).toContain('1 targeted unit takes no part');
    expect(summary).toContain('who has not on of the required flag parent takes no part');
    expect((details as { readonly notDrawn: readonly string[] }).notDrawn).toHaveLength(3);
  });

  it('R-605 fixes where intervals are tightest: a configuration that changes under the experiment moves no interval', () => {
    const s = drafted();
    s.say('experiment start checkout');
    expect(s.experiment().tuning).toBe(5_000);
    s.now += DAY;
    s.data = { checkout: conversions(s.now, { control: [9_000, 450], treatment: [9_000, 500] }) };
    const before = s.say('experiment analyze checkout').outcome.details;
    const { experiments, ...rest } = experimentsConfig();
    s.state = { ...s.state, config: { ...rest, experiments: { ...experiments, minUsers: 9_000 } } };
    expect(s.say('experiment analyze checkout').outcome.details).toEqual(before);
  });
});

describe('flag disable on a running experiment', () => {
  function running(): Session {
    const s = drafted();
    s.say('experiment start checkout');
    s.now = START + DAY;
    return s;
  }

  it('R-605 is a kill switch that says what was served, what is served now, and what it ends', () => {
    const s = running();
    const { outcome, message } = s.say('flag disable checkout');
    expect(outcome.summary).toBe(
      'checkout: 50% control, 50% treatment -> off in production; experiment checkout is stopped, everybody gets control',
    );
    expect(message).toMatchObject({
      title: 'flag checkout: 50% control, 50% treatment -> off in production',
      event: 'flag.disabled',
    });
    expect(s.serves('anybody')).toBe('control');
    expect(s.experiment()).toMatchObject({ state: 'stopped' });
  });

  it('R-605 keeps the numbers that are known, in the same commit', () => {
    const s = running();
    s.data = { checkout: conversions(s.now, { control: [10_000, 500], treatment: [10_000, 350] }) };
    const { message } = s.say('flag disable checkout');
    expect(message?.body).toContain('lost: conversion of treatment is worse');
    expect(s.experiment().decision).toMatchObject({ verdict: 'lost', data: s.data['checkout'] });
  });
});
