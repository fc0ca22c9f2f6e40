import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesOf } from '../../../src/core/rollout/changes.ts';
import type { Rollout } from '../../../src/core/model/rollout.ts';
import { DAY, HOUR, MINUTE } from '../../../src/core/model/time.ts';
import { flagOn } from '../deciding.ts';
import { conversions, server, session, type Session, share } from './given.ts';

function started(more = ''): Session {
  const s = session();
  s.say(`experiment create checkout --goal conversion ${more}`);
  s.say('experiment start checkout');
  s.now += 2 * DAY;
  return s;
}

const WON = { control: [10_000, 500], treatment: [10_000, 700] } as const;

function only(s: Session): Rollout {
  const [rollout] = [...s.state.rollouts.values()];
  if (!rollout) throw new Error('no rollout');
  return rollout;
}

describe('experiment ship', () => {
  it('R-606 ends the experiment and begins a rollout of the winner, in one commit with the numbers', () => {
    const s = started();
    s.data = { checkout: conversions(s.now, WON) };
    const { outcome, changes, message } = s.say('experiment ship checkout --strategy steps');
    expect(outcome).toMatchObject({ ok: true, code: 'started' });
    expect(outcome.summary).toContain('experiment checkout ships treatment');
    const rollout = only(s);
    expect(changes.map(({ path }) => path)).toEqual([`rollouts/${rollout.id}.json`, 'experiments/checkout.json']);
    expect(rollout.subject).toMatchObject({ flag: 'checkout', candidate: 'treatment', stable: { generation: 1 } });
    expect(s.experiment()).toMatchObject({
      state: 'shipped',
      rollout: rollout.id,
      decision: { verdict: 'won', variant: 'treatment', data: { variants: { treatment: { users: 10_000 } } } },
    });
    expect(message).toMatchObject({
      event: 'experiment.shipped',
      subject: 'experiment/checkout',
      body: expect.stringContaining('treatment wins: conversion +40%'),
    });
    expect(s.say('experiment ship checkout').outcome.code).toBe('rollout-active');
  });

  it.each(['', '--layer checkout --slots 2', '--holdout 2026q4', '--layer checkout --holdout 2026q4', '--by account'])(
    'R-606 never takes the winner from a user who had it, at any share of the rollout (%s)',
    (more) => {
      const s = started(more);
      s.data = { checkout: conversions(s.now, WON) };
      const during = server(s.state, 'checkout');
      s.say('experiment ship checkout --strategy steps');
      const rollout = only(s);
      const stages = [{ stage: 'some', began: rollout.began, verdicts: [] }];
      const at = (weight: number): ((user: string) => string) => {
        const after = { ...rollout, phase: 'exposing', weight, stages } as Rollout;
        const [, flag] = changesOf({ state: s.state, before: rollout, after, now: s.now });
        const flags = new Map(s.state.flags).set('checkout', flag?.document as never);
        const serves = server({ ...s.state, flags }, 'checkout');
        return (user) => serves(user, { account: `account-${user}` });
      };
      const users = Array.from({ length: 400 }, (_, index) => `u${index}`);
      const had = new Set(users.filter((user) => during(user, { account: `account-${user}` }) === 'treatment'));
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: 1, max: 99_999 }), (one, other) => {
          const [low, high] = [at(Math.min(one, other)), at(Math.max(one, other))];
          const inLow = users.filter((user) => low(user) === 'treatment');
          expect([...had].filter((user) => low(user) !== 'treatment')).toEqual([]);
          expect(inLow.filter((user) => high(user) !== 'treatment')).toEqual([]);
        }),
        { numRuns: 4 },
      );
      const all = at(100_000);
      const out = users.filter((user) => all(user) !== 'treatment').length / users.length;
      expect(Math.abs(out - (more.includes('holdout') ? 0.05 : 0))).toBeLessThan(0.04);
      // Beginning alone changes nobody's answer.
      const begun = server(s.state, 'checkout');
      const same = users.filter(
        (user) => begun(user, { account: `account-${user}` }) === during(user, { account: `account-${user}` }),
      );
      expect(same.length).toBe(users.length);
    },
  );

  it('R-606 goes on by account: at every share all users of one have one variant', () => {
    const s = started('--by account');
    s.data = { checkout: conversions(s.now, WON) };
    s.say('experiment ship checkout --strategy steps');
    const rollout = only(s);
    const stages = [{ stage: 'some', began: rollout.began, verdicts: [] }];
    const after = { ...rollout, phase: 'exposing', weight: 50_000, stages } as Rollout;
    const [, flag] = changesOf({ state: s.state, before: rollout, after, now: s.now });
    const serves = server({ ...s.state, flags: new Map([['checkout', flag?.document as never]]) }, 'checkout');
    for (let account = 0; account < 20; account += 1) {
      const seen = new Set(Array.from({ length: 30 }, (_, user) => serves(`u${user}`, { account: `a${account}` })));
      expect(seen.size).toBe(1);
    }
  });

  it('R-603 R-606 refuses before enough users and time, with the exact numbers', () => {
    const s = session();
    s.say('experiment create checkout --goal conversion');
    s.say('experiment start checkout');
    s.now += 48 * MINUTE;
    s.data = { checkout: conversions(s.now, { control: [1_020, 20], treatment: [812, 300] }) };
    const early = s.say('experiment ship checkout').outcome;
    expect(early).toMatchObject({ code: 'sample-ratio' });
    s.data = { checkout: conversions(s.now, { control: [850, 20], treatment: [812, 300] }) };
    const { outcome, changes } = s.say('experiment ship checkout');
    expect(outcome.code).toBe('experiment-undecided');
    expect(outcome.summary).toContain(
      '23 h 12 min are left; control has 850 of 1,000 users; treatment has 812 of 1,000 users',
    );
    expect(outcome.details).toMatchObject({ verdict: 'collecting' });
    expect(changes).toEqual([]);
  });

  it('R-606 counts the time that the numbers cover, not the time that has passed', () => {
    const s = started();
    s.data = { checkout: conversions(s.now - 47 * HOUR, WON) };
    expect(s.say('experiment ship checkout').outcome).toMatchObject({
      code: 'experiment-undecided',
      summary: expect.stringContaining('23 h are left'),
    });
  });

  it('R-605 R-606 ships nothing while users do not arrive by the split', () => {
    const s = started();
    s.data = { checkout: conversions(s.now, { control: [10_000, 500], treatment: [9_000, 900] }) };
    const { outcome } = s.say('experiment ship checkout');
    expect(outcome).toMatchObject({ ok: false, code: 'sample-ratio' });
    expect(outcome.summary).toContain('of 19,000, control 10,000 (50% was set), treatment 9,000');
  });

  it('R-605 R-606 ships nothing that loses a guardrail', () => {
    const s = started('--guardrail errors');
    const errors = { control: { errors: share(10_000, 500) }, treatment: { errors: share(10_000, 900) } };
    s.data = { checkout: conversions(s.now, WON, errors) };
    const { outcome } = s.say('experiment ship checkout');
    expect(outcome).toMatchObject({ ok: false, code: 'guardrail-lost' });
    expect(outcome.summary).toContain('errors of treatment is worse than allowed: +80%');
  });

  it('R-606 ships another variant than the winner only with a reason', () => {
    const s = started();
    s.data = { checkout: conversions(s.now, { control: [10_000, 500], treatment: [10_000, 505] }) };
    expect(s.say('experiment ship checkout').outcome.code).toBe('experiment-undecided');
    expect(s.say('experiment ship checkout --variant treatment').outcome.code).toBe('reason-needed');
    expect(s.say('experiment ship checkout --variant blue --reason x').outcome.code).toBe('variant-unknown');
    const { outcome } = s.say(
      'experiment ship checkout --variant treatment --strategy steps --reason "cheaper to run"',
    );
    expect(outcome.ok).toBe(true);
    expect(s.experiment().decision).toMatchObject({ verdict: 'collecting', variant: 'treatment' });
  });

  it('ships what a stopped experiment had won, from the numbers that were kept', () => {
    const s = started();
    s.data = { checkout: conversions(s.now, WON) };
    s.say('experiment stop checkout');
    s.data = {};
    expect(s.say('experiment ship checkout --strategy steps').outcome).toMatchObject({ ok: true });
    expect(only(s).subject).toMatchObject({ candidate: 'treatment', stable: 'control' });
  });

  it('R-606 ships a winner without a strategy and without a judge: the experiment has judged it, and the answer says so', () => {
    const s = started();
    s.data = { checkout: conversions(s.now, WON) };
    const { outcome } = s.say('experiment ship checkout');
    expect(outcome).toMatchObject({ ok: true, code: 'started' });
    expect(outcome.summary).toContain(
      'stages 75%, 100%; 50% have it already; nothing judges 75 and 100, which only bake',
    );
    expect(only(s).plan.stages.every(({ unjudged, judges }) => unjudged === true && judges.length === 0)).toBe(true);
  });

  it('R-606 what did not win needs a judge, or stages that say they have none', () => {
    const s = started();
    s.data = { checkout: conversions(s.now, { control: [10_000, 500], treatment: [10_000, 505] }) };
    const { outcome } = s.say('experiment ship checkout --variant treatment --reason "cheaper to run"');
    expect(outcome).toMatchObject({ ok: false, code: 'nothing-applicable' });
  });

  it('R-606 a stage says how many users have the winner, and flag show says the same', () => {
    const s = started();
    s.data = { checkout: conversions(s.now, WON) };
    s.say('experiment ship checkout --strategy steps');
    const rollout = only(s);
    // 20 % and 50 % are behind: half of all users have the winner already.
    expect(rollout.plan.stages.map(({ weight }) => weight)).toEqual([100_000]);
    const stages = [{ stage: 'some', began: rollout.began, verdicts: [] }];
    const after = { ...rollout, phase: 'exposing', weight: 75_000, stages } as Rollout;
    const [, change] = changesOf({ state: s.state, before: rollout, after, now: s.now });
    s.state = { ...s.state, flags: new Map([['checkout', change?.document as never]]) };
    const users = Array.from({ length: 4_000 }, (_, index) => `u${index}`);
    const have = users.filter((user) => s.serves(user) === 'treatment').length / users.length;
    expect(Math.abs(have - 0.75)).toBeLessThan(0.03);
    const { outcome } = s.say('flag show checkout');
    expect(outcome.summary).toContain('production 75% treatment (50% over 50% control, 50% treatment)');
    s.state = { ...s.state, rollouts: new Map() };
    expect(s.say('flag disable checkout --environment production --reason x').outcome.summary).toContain(
      '75% treatment (50% over 50% control, 50% treatment) -> off',
    );
  });

  it('R-402 R-606 rolling back says what users have, and what becomes of the experiment', () => {
    const s = started();
    s.data = { checkout: conversions(s.now, WON) };
    s.say('experiment ship checkout --strategy steps');
    const rollout = only(s);
    const stages = [{ stage: 'all', began: rollout.began, verdicts: [] }];
    s.state = { ...s.state, rollouts: new Map([[rollout.id, { ...rollout, phase: 'exposing', stages } as Rollout]]) };
    const { outcome } = s.say('rollback flag/checkout --reason odd');
    expect(outcome.summary).toContain(
      'experiment checkout is not shipped: experiment ship checkout does it again, experiment stop checkout ends it',
    );
    const said = JSON.stringify(outcome.report);
    expect(said).toContain('everybody has 50% control, 50% treatment again');
    expect(said).not.toMatch(/is gone|nothing serves/);
  });

  it('goes back to the split with its slots when the rollout does, and is then stopped or shipped again', () => {
    const s = started('--layer checkout');
    s.data = { checkout: conversions(s.now, WON) };
    const during = server(s.state, 'checkout');
    s.say('experiment ship checkout --strategy steps');
    const rollout = only(s);
    const gone = {
      ...rollout,
      phase: 'rolled-back',
      stages: [{ stage: 'some', began: rollout.began, verdicts: [] }],
    } as unknown as Rollout;
    const back = changesOf({ state: s.state, before: rollout, after: gone, now: s.now }).find(
      ({ path }) => path === 'flags/checkout.json',
    );
    s.state = { ...s.state, rollouts: new Map(), flags: new Map([['checkout', back?.document as never]]) };
    const users = Array.from({ length: 500 }, (_, index) => `u${index}`);
    const serves = server(s.state, 'checkout');
    expect(users.map((user) => serves(user))).toEqual(users.map((user) => during(user)));
    expect(s.say('experiment ship checkout --strategy steps').outcome.ok).toBe(true);
    s.state = { ...s.state, rollouts: new Map() };
    expect(s.say('experiment stop checkout').outcome).toMatchObject({ ok: true, code: 'done' });
    expect(serves('u1')).toBeDefined();
    expect(s.serves('u1')).toBe('off');
  });

  it('a dry run says what would begin, and begins nothing', () => {
    const s = started();
    s.data = { checkout: conversions(s.now, WON) };
    const { outcome, changes } = s.say('experiment ship checkout --strategy steps --dry-run', { dryRun: true });
    expect(outcome).toMatchObject({ ok: true, code: 'planned' });
    expect(changes).toEqual([]);
    expect(s.experiment().state).toBe('running');
  });

  it('a draft, missing numbers and a strategy that does not exist are refused', () => {
    const s = session({ flags: new Map([['dash', flagOn('dash')]]) });
    s.say('experiment create dash --goal conversion');
    expect(s.say('experiment ship dash').outcome.code).toBe('experiment-not-running');
    s.say('experiment start dash');
    expect(s.say('experiment ship dash').outcome.code).toBe('data-missing');
    s.now += 2 * DAY;
    s.data = { dash: conversions(s.now, { off: WON.control, on: WON.treatment }) };
    expect(s.say('experiment ship dash --strategy nothing').outcome.code).toBe('strategy-unknown');
    expect(s.experiment('dash').state).toBe('running');
  });
});
