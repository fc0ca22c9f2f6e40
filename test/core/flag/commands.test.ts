import { describe, expect, it } from 'vitest';
import { needsOfFlagCommand } from '../../../src/core/flag/needs.ts';
import { rampServe } from '../../../src/core/flag/ramp.ts';
import type { Flag } from '../../../src/core/model/flag.ts';
import { Flag as FlagSchema } from '../../../src/core/model/flag.ts';
import type { Rollout } from '../../../src/core/model/rollout.ts';
import type { State } from '../../../src/core/model/state.ts';
import { flagOf } from './arbitrary.ts';
import { after, ask, stateOf, type Words } from './setup.ts';

const key = 'new-dashboard';
const created = (): State => {
  const state = stateOf();
  return after(state, ask(state, 'flag create', { args: { key, name: 'New dashboard', description: 'Better' } }));
};
const then = (state: State, name: string, words: Words): State => after(state, ask(state, name, words));
const enabled = (percent: number, state = created()): State => then(state, 'flag enable', { args: { key, percent } });

function rolloutOf(rule: string, phase: Rollout['phase'] = 'exposing'): Rollout {
  const subject = {
    type: 'flag',
    flag: key,
    environment: 'production',
    rule,
    candidate: 'on',
    stable: 'off',
    services: [],
  };
  return { id: 'new-dashboard-production-20261121-81bc', subject, phase } as unknown as Rollout;
}

describe('flag create', () => {
  it('R-501 creates a boolean flag that is off everywhere, as a document of the schema', () => {
    const decision = ask(stateOf(), 'flag create', { args: { key, name: 'New dashboard', description: 'Better' } });
    expect(decision.outcome).toMatchObject({
      ok: true,
      code: 'done',
      summary: 'flag new-dashboard created, off everywhere',
    });
    expect(decision.message).toEqual({
      title: 'flag new-dashboard: created, off everywhere',
      event: 'flag.created',
      subject: 'flag/new-dashboard',
    });
    const [change] = decision.changes;
    expect(change?.path).toBe('flags/new-dashboard.json');
    expect(FlagSchema.parse(change?.document)).toMatchObject({
      variants: { on: true, off: false },
      off: 'off',
      environments: {},
      created: '2026-11-21T10:00:00.000Z',
    });
  });

  it('R-502 takes typed variants, tags, an owner and an end', () => {
    const words: Words = {
      args: { key: 'colour' },
      options: {
        type: 'string',
        variant: ['red=10', 'blue=#00f'],
        tag: ['ui'],
        owner: 'team:web',
        expires: 86_400_000,
      },
    };
    const [change] = ask(stateOf(), 'flag create', words).changes;
    expect(change?.document).toMatchObject({
      variants: { red: '10', blue: '#00f' },
      off: 'red',
      tags: ['ui'],
      owner: 'team:web',
      expires: '2026-11-22T10:00:00.000Z',
    });
  });

  it.each([
    [{ variant: ['a=1', 'b=text'] }, 'value-invalid'],
    [{ type: 'number', variant: ['a=x'] }, 'value-invalid'],
    [{ type: 'string' }, 'value-invalid'],
    [{ type: 'colour' }, 'value-invalid'],
    [{ expires: 'soon' }, 'value-invalid'],
  ])('R-502 refuses variants of mixed or wrong types and lengths that are none: %j', (options, code) => {
    expect(ask(stateOf(), 'flag create', { args: { key }, options }).outcome).toMatchObject({ ok: false, code });
  });

  it('refuses a key that exists or cannot be a file name, and R-511 warns of a key outside the naming rules', () => {
    expect(ask(created(), 'flag create', { args: { key } }).outcome.code).toBe('flag-exists');
    expect(ask(stateOf(), 'flag create', { args: { key: '../x' } }).outcome.code).toBe('value-invalid');
    const named = stateOf({ names: '^(feature|canary|experiment|rollback)\\.' });
    const { outcome } = ask(named, 'flag create', { args: { key } });
    expect(outcome.ok).toBe(true);
    expect(outcome.summary).toContain('does not fit flags.names');
  });
});

describe('flag enable and disable', () => {
  it('R-501 R-504 R-508 sets a percentage at once, in one environment, with a commit that says from where to where', () => {
    const decision = ask(enabled(10_000), 'flag enable', { args: { key, percent: 25_000 } });
    expect(decision.outcome).toMatchObject({
      ok: true,
      code: 'done',
      summary: 'new-dashboard: 10% -> 25% in production',
    });
    expect(decision.message).toEqual({
      title: 'flag new-dashboard: 10% -> 25% in production',
      event: 'flag.enabled',
      subject: 'flag/new-dashboard',
    });
    expect(decision.changes[0]?.document).toMatchObject({
      environments: {
        production: { enabled: true, serve: { ramp: { candidate: 'on', stable: 'off', percent: 25_000 } } },
      },
    });
    expect(decision.changes[0]?.document).not.toHaveProperty('environments.staging');
  });

  it('serves everybody without a percentage, and a plain variant at either end', () => {
    const full = ask(enabled(10_000), 'flag enable', { args: { key } });
    expect(full.outcome.summary).toBe('new-dashboard: 10% -> 100% in production');
    expect(full.changes[0]?.document).toMatchObject({ environments: { production: { serve: 'on' } } });
    const none = ask(enabled(100_000), 'flag enable', { args: { key, percent: 0 } });
    expect(none.changes[0]?.document).toMatchObject({ environments: { production: { serve: 'off' } } });
    const less = ask(enabled(100_000), 'flag enable', { args: { key, percent: 50_000 } });
    expect(less.outcome.summary).toBe('new-dashboard: 100% -> 50% in production');
  });

  it('is unchanged, without a commit, when it already was so', () => {
    const decision = ask(enabled(25_000), 'flag enable', { args: { key, percent: 25_000 } });
    expect(decision).toMatchObject({ changes: [], outcome: { ok: true, code: 'unchanged' } });
    expect(decision.message).toBeUndefined();
    expect(ask(created(), 'flag disable', { args: { key } })).toMatchObject({
      changes: [],
      outcome: { code: 'unchanged' },
    });
  });

  it('keeps what the others have when a third variant is ramped over a served one', () => {
    const flag = flagOf(key, { enabled: true, targets: [], rules: [], serve: 'blue' });
    const decision = ask(stateOf({ flags: [flag] }), 'flag enable', {
      args: { key, percent: 5_000 },
      options: { variant: 'on' },
    });
    expect(decision.changes[0]?.document).toMatchObject({
      environments: { production: { serve: { ramp: { candidate: 'on', stable: 'blue', percent: 5_000 } } } },
    });
  });

  it('R-501 switches off for everybody at once, whatever rollout moves it, and names that rollout', () => {
    const state = { ...enabled(25_000), rollouts: new Map([['r', rolloutOf('default')]]) };
    const decision = ask(state, 'flag disable', { args: { key } });
    expect(decision.outcome.ok).toBe(true);
    expect(decision.outcome.summary).toContain('25% -> off in production');
    expect(decision.outcome.summary).toContain('81bc');
    expect(decision.changes[0]?.document).toMatchObject({ environments: { production: { enabled: false } } });
  });

  it('R-506 refuses to set by hand what an unfinished rollout moves, unless it is taken over', () => {
    const moved = { ...enabled(5_000), rollouts: new Map([['r', rolloutOf('default')]]) };
    const words: Words = { args: { key, percent: 50_000 } };
    const { outcome } = ask(moved, 'flag enable', words);
    expect(outcome).toMatchObject({ ok: false, code: 'flag-in-rollout' });
    expect(outcome.summary).toContain('new-dashboard-production-20261121-81bc');
    expect(outcome.summary).toContain('--take-over');
    const taken = ask(moved, 'flag enable', { ...words, options: { 'take-over': true } });
    expect(taken.outcome).toMatchObject({
      ok: true,
      details: { tookOver: ['new-dashboard-production-20261121-81bc'] },
    });
    const other = { ...moved, rollouts: new Map([['r', rolloutOf('rule-1')]]) };
    expect(ask(other, 'flag enable', words).outcome.ok).toBe(true);
    const over = { ...moved, rollouts: new Map([['r', rolloutOf('default', 'completed')]]) };
    expect(ask(over, 'flag enable', words).outcome.ok).toBe(true);
  });

  it('refuses flags, variants, environments and percentages that are none, saying which there are', () => {
    const state = created();
    const codes = [
      ask(state, 'flag enable', { args: { key: 'none' } }),
      ask(state, 'flag enable', { args: { key }, options: { variant: 'green' } }),
      ask(state, 'flag enable', { args: { key }, environment: 'moon' }),
      ask(state, 'flag enable', { args: { key, percent: 100_001 } }),
    ].map(({ outcome }) => outcome);
    expect(codes.map(({ code }) => code)).toEqual([
      'flag-unknown',
      'variant-unknown',
      'environment-unknown',
      'value-invalid',
    ]);
    expect(codes.map(({ summary }) => summary).join('\n')).toMatch(/new-dashboard[^]*on, off[^]*staging, production/);
  });
});

describe('flag target, untarget and archive', () => {
  const targeted = (): State =>
    then(created(), 'flag target', {
      args: { key, variant: 'on' },
      options: { when: ['country in DE,FR', 'age >= 18'] },
    });

  it('R-503 adds a rule, last or where it is told to, and numbers it', () => {
    const decision = ask(targeted(), 'flag target', {
      args: { key, variant: 'off' },
      options: { when: 'beta exists', position: 1 },
    });
    expect(decision.outcome.summary).toBe('new-dashboard: rule 1 of 2 in production, beta exists -> off');
    expect(decision.message?.event).toBe('flag.targeted');
    expect(decision.changes[0]?.document).toMatchObject({
      environments: {
        production: {
          enabled: true,
          rules: [
            { id: 'rule-2', serve: 'off' },
            { id: 'rule-1', serve: 'on', if: [{ operator: 'in' }, { operator: 'greater-or-equal' }] },
          ],
        },
      },
    });
  });

  it('R-503 refuses regular expressions, unknown segments, positions outside, no condition', () => {
    const ways: readonly Words['options'][] = [
      { when: 'email matches x' },
      { when: 'segment moon' },
      { when: 'beta exists', position: 3 },
      {},
    ];
    const codes = ways.map(
      (options) =>
        ask(targeted(), 'flag target', { args: { key, variant: 'on' }, options: options ?? {} }).outcome.code,
    );
    expect(codes).toEqual(['operator-not-portable', 'segment-unknown', 'rule-unknown', 'command-invalid']);
  });

  it('adds the same rule only once, and removes by number, given as a number or as text', () => {
    const state = targeted();
    const again = ask(state, 'flag target', {
      args: { key, variant: 'on' },
      options: { when: ['country in DE,FR', 'age >= 18'] },
    });
    expect(again.outcome.code).toBe('unchanged');
    for (const number of [1, '1']) {
      const decision = ask(state, 'flag untarget', { args: { key, number } });
      expect(decision.outcome.summary).toBe('new-dashboard: rule 1 removed in production, 0 left');
      expect(decision.message?.event).toBe('flag.untargeted');
    }
    expect(ask(state, 'flag untarget', { args: { key, number: 2 } }).outcome.code).toBe('rule-unknown');
    const moved = { ...state, rollouts: new Map([['r', rolloutOf('rule-1')]]) };
    expect(ask(moved, 'flag untarget', { args: { key, number: 1 } }).outcome.code).toBe('flag-in-rollout');
  });

  it('R-501 archives only what no environment serves and no flag requires, and changes nothing archived', () => {
    expect(ask(enabled(1_000), 'flag archive', { args: { key } }).outcome).toMatchObject({ code: 'flag-served' });
    expect(ask(targeted(), 'flag archive', { args: { key } }).outcome.code).toBe('flag-served');
    const parent = created();
    const child: Flag = {
      ...flagOf('child', { enabled: false, targets: [], rules: [], serve: 'off' }),
      requires: [{ flag: key, variant: 'on' }],
    };
    const required = { ...parent, flags: new Map(parent.flags).set('child', child) };
    expect(ask(required, 'flag archive', { args: { key } }).outcome).toMatchObject({ code: 'flag-required' });
    const archived = ask(parent, 'flag archive', { args: { key } });
    expect(archived.message).toMatchObject({ event: 'flag.archived', title: 'flag new-dashboard: archived' });
    const state = after(parent, archived);
    expect(ask(state, 'flag archive', { args: { key } }).outcome.code).toBe('unchanged');
    expect(ask(state, 'flag enable', { args: { key } }).outcome.code).toBe('flag-archived');
    expect(ask(state, 'flag list').outcome.summary).toBe('0 flags');
  });
});

describe('flag list, show and check', () => {
  it('R-501 lists percent by environment and keeps to a tag', () => {
    const state = enabled(25_000);
    const { outcome } = ask(state, 'flag list', { environment: 'production' });
    expect(outcome.summary).toBe('1 flag');
    expect(outcome.report?.blocks[0]).toMatchObject({ type: 'table', rows: [['new-dashboard', '25%', '', '0d', '']] });
    expect(ask(state, 'flag list', { options: { tag: ['ui'] } }).outcome.summary).toBe('0 flags');
  });

  it('R-514 lists expired and fully rolled-out flags as stale', () => {
    const old: Flag = {
      ...flagOf('old', { enabled: false, targets: [], rules: [], serve: 'off' }),
      expires: '2026-01-01T00:00:00.000Z',
    };
    const everywhere = flagOf('everywhere', { enabled: true, targets: [], rules: [], serve: 'on' });
    const state = stateOf({
      flags: [
        old,
        everywhere,
        rampServe(
          flagOf('fresh', { enabled: true, targets: [], rules: [], serve: 'off' }),
          { environment: 'production', rule: 'default' },
          { candidate: 'on', stable: 'off', percent: 5_000 },
        ),
      ],
    });
    const { outcome } = ask(state, 'flag list', { options: { stale: true } });
    expect(outcome.summary).toBe('2 stale flags');
    expect(outcome.details).toMatchObject([
      { key: 'everywhere', findings: [{ kind: 'rolled-out' }] },
      { key: 'old', findings: [{ kind: 'expired' }] },
    ]);
  });

  it('R-501 shows rules and percents', () => {
    const state = then(enabled(25_000), 'flag target', {
      args: { key, variant: 'on' },
      options: { when: 'country in DE,FR' },
    });
    const { outcome } = ask(state, 'flag show', { args: { key } });
    expect(outcome.summary).toBe('flag new-dashboard: production 25%');
    expect(JSON.stringify(outcome.report)).toContain('1. country in DE,FR -> on');
    expect(JSON.stringify(outcome.report)).toContain('everybody else -> 25% by targetingKey');
  });

  it('R-501 R-502 tells a user’s variant with the rule, the percentage and the bucket, and warns of addresses', () => {
    const state = then(enabled(25_000), 'flag target', {
      args: { key, variant: 'on' },
      options: { when: 'user = ann@acme.com' },
    });
    const { outcome } = ask(state, 'flag check', {
      args: { key, user: 'user123' },
      options: { with: ['country=DE', 'account.id=7'] },
    });
    expect(outcome.summary).toMatch(
      /^flag new-dashboard: (on|off), by the default serve \(split 25%, bucket [\d,]+\)$/,
    );
    const { variant, buckets } = outcome.details as { variant: string; buckets: { bucket: number }[] };
    expect(variant).toBe((buckets[0]?.bucket ?? 0) < 25_000 ? 'on' : 'off');
    expect(outcome.details).toMatchObject({
      reason: 'SPLIT',
      findings: [expect.stringContaining('git never forgets')],
    });
    const ann = ask(state, 'flag check', { args: { key, user: 'ann@acme.com' } });
    expect(ann.outcome).toMatchObject({
      summary: 'flag new-dashboard: on, by rule 1',
      details: { variant: 'on', rule: 1 },
    });
    expect(ask(state, 'flag check', { args: { key, user: 'x' }, options: { with: ['country'] } }).outcome.code).toBe(
      'value-invalid',
    );
  });

  it('R-505 says which required flag is in the way', () => {
    const parent = flagOf('parent', { enabled: true, targets: [], rules: [], serve: 'off' });
    const child = flagOf('child', { enabled: true, targets: [], rules: [], serve: 'on' }, [
      { flag: 'parent', variant: 'on' },
    ]);
    const { outcome } = ask(stateOf({ flags: [parent, child] }), 'flag check', { args: { key: 'child', user: 'u' } });
    expect(outcome.summary).toBe('flag child: off, because it requires parent = on, which is off here');
  });
});

describe('segments', () => {
  const staff = (): State =>
    then(created(), 'segment set', { args: { name: 'staff' }, options: { when: 'email ends-with @acme.com' } });

  it('R-503 sets, lists, shows, uses and deletes a segment, but none that is used', () => {
    const state = staff();
    expect(
      ask(state, 'segment set', { args: { name: 'staff' }, options: { when: 'email ends-with @acme.com' } }).outcome
        .code,
    ).toBe('unchanged');
    expect(ask(state, 'segment show', { args: { name: 'staff' } }).outcome.summary).toBe(
      'segment staff: email ends-with @acme.com; used by 0 flags',
    );
    const used = then(state, 'flag target', { args: { key, variant: 'on' }, options: { when: 'segment staff' } });
    expect(ask(used, 'segment list').outcome).toMatchObject({
      summary: '1 segment',
      details: [{ name: 'staff', flags: [key] }],
    });
    expect(ask(used, 'segment delete', { args: { name: 'staff' } }).outcome.code).toBe('segment-used');
    const deleted = ask(state, 'segment delete', { args: { name: 'staff' } });
    expect(deleted).toMatchObject({
      changes: [{ path: 'segments/staff.json', document: null }],
      message: { event: 'segment.deleted' },
    });
    const check = ask(used, 'flag check', { args: { key, user: 'u' }, options: { with: ['email=ann@acme.com'] } });
    expect(check.outcome.summary).toBe('flag new-dashboard: on, by rule 1');
  });

  it('refuses segments of themselves and of nothing', () => {
    const state = staff();
    expect(
      ask(state, 'segment set', { args: { name: 'staff' }, options: { when: 'segment staff' } }).outcome.code,
    ).toBe('requires-cycle');
    expect(ask(state, 'segment set', { args: { name: 'x' }, options: { when: 'segment none' } }).outcome.code).toBe(
      'segment-unknown',
    );
    expect(ask(state, 'segment show', { args: { name: 'none' } }).outcome.code).toBe('segment-unknown');
  });
});

describe('what a command reads', () => {
  it('is its own flag where that is enough, and rollouts and experiments where it sets what one may have', () => {
    const needs = (name: string): readonly string[] => needsOfFlagCommand({ name, args: { key }, options: {} });
    expect(needs('flag disable')).toEqual(['flags/new-dashboard.json', 'rollouts/', 'experiments/']);
    expect(needs('flag enable')).toEqual(['flags/new-dashboard.json', 'rollouts/', 'experiments/', 'environments/']);
    expect(needs('flag create')).toEqual(['flags/new-dashboard.json']);
    expect(needs('flag list')).toEqual(['flags/', 'segments/']);
    expect(needs('flag target')).toContain('rollouts/');
  });
});
