import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../../src/core/model/time.ts';
import { flagOn } from '../deciding.ts';
import { conversions, experimentsConfig, server, session, type Session, START } from './given.ts';

function started(more = ''): Session {
  const s = session();
  s.say(`experiment create checkout --goal conversion ${more}`);
  s.say('experiment start checkout');
  return s;
}

describe('experiment start', () => {
  it('R-601 gives the flag the split with a salt of its own, in one commit', () => {
    const s = session();
    s.say('experiment create checkout --goal conversion');
    const { outcome, changes, message } = s.say('experiment start checkout');
    expect(outcome).toMatchObject({ ok: true, summary: expect.stringContaining('runs in production since 08:00 UTC') });
    expect(changes.map(({ path }) => path)).toEqual(['experiments/checkout.json', 'flags/checkout.json']);
    expect(message).toMatchObject({ event: 'experiment.started', subject: 'experiment/checkout' });
    expect(s.flag().environments['production']).toMatchObject({
      enabled: true,
      serve: {
        split: [
          ['control', 50_000],
          ['treatment', 50_000],
        ],
        generation: 1,
      },
    });
    expect(s.experiment()).toMatchObject({ state: 'running', started: '2026-11-01T08:00:00.000Z', before: null });
  });

  it('says that it already runs, and never runs a second time', () => {
    const s = started();
    expect(s.say('experiment start checkout').outcome.code).toBe('unchanged');
    s.say('experiment stop checkout');
    expect(s.say('experiment start checkout').outcome).toMatchObject({
      ok: false,
      summary: expect.stringContaining('runs once'),
    });
  });

  it('acts where the experiment is, and refuses another environment', () => {
    const s = session();
    s.say('experiment create checkout --goal conversion in staging');
    expect(s.say('experiment start checkout in production').outcome).toMatchObject({ code: 'target-unknown' });
    expect(s.say('experiment start checkout').outcome.ok).toBe(true);
    expect(Object.keys(s.flag().environments)).toEqual(['staging']);
  });

  it('refuses a flag that a rollout or another experiment has', () => {
    const s = session({ flags: new Map([['dash', flagOn('dash')]]) });
    s.say('experiment create one --flag dash --goal conversion');
    s.say('experiment create two --flag dash --goal conversion');
    expect(s.say('flag rollout dash --strategy steps').outcome.code).toBe('started');
    expect(s.say('experiment start one').outcome.code).toBe('flag-in-rollout');
    s.state = { ...s.state, rollouts: new Map() };
    expect(s.say('experiment start one').outcome.ok).toBe(true);
    expect(s.say('experiment start two').outcome.code).toBe('flag-in-experiment');
  });

  it('R-804 asks for the right to experiment there, and waits for the end of a freeze', () => {
    const config = experimentsConfig('allow: { experiment: [user:bob] }');
    const s = session({ config });
    s.say('experiment create checkout --goal conversion in staging');
    expect(s.say('experiment start checkout').outcome.ok).toBe(true);
    expect(s.say('experiment create other --goal conversion in production').outcome.code).toBe('not-permitted');
    const freezes = '[{ name: holidays, from: "2026-10-01T00:00", until: "2026-12-01T00:00" }]';
    const frozen = session({ config: experimentsConfig(`freezes: ${freezes}`) });
    expect(frozen.say('experiment create checkout --goal conversion').outcome.ok).toBe(true);
    expect(frozen.say('experiment start checkout').outcome.code).toBe('frozen');
  });

  it('a dead flag, a lost variant, a missing experiment: each says what is wrong', () => {
    const s = session({ flags: new Map([['dash', flagOn('dash')]]) });
    s.say('experiment create one --flag dash --goal conversion');
    s.state = { ...s.state, flags: new Map() };
    expect(s.say('experiment start one').outcome.code).toBe('flag-unknown');
    s.state = { ...s.state, flags: new Map([['dash', { ...flagOn('dash'), archived: true }]]) };
    expect(s.say('experiment start one').outcome.code).toBe('flag-archived');
    s.state = { ...s.state, flags: new Map([['dash', { ...flagOn('dash'), variants: { off: false } }]]) };
    expect(s.say('experiment start one').outcome.code).toBe('variant-unknown');
    expect(s.say('experiment start nothing').outcome.code).toBe('experiment-unknown');
  });
});

describe('experiment stop', () => {
  it('R-601 gives everybody back what they had before, and keeps the numbers of the last look', () => {
    const s = started();
    s.now += 2 * DAY;
    s.data = { checkout: conversions(s.now, { control: [5_000, 250], treatment: [5_000, 260] }) };
    const { outcome, message } = s.say('experiment stop checkout --reason "other plans"');
    expect(outcome.summary).toContain('its flag is off again (control)');
    expect(message).toMatchObject({ event: 'experiment.stopped' });
    expect(s.flag().environments).toEqual({});
    expect(s.experiment()).toMatchObject({
      state: 'stopped',
      decision: { verdict: 'collecting', data: { from: 'file orders.csv' }, by: { name: 'alice' } },
    });
    expect(s.say('experiment stop checkout').outcome.code).toBe('unchanged');
    expect(s.say('experiment analyze checkout').outcome.ok).toBe(true);
  });

  it('gives back one variant as it was, and the control where a percentage stood', () => {
    const s = session({ flags: new Map([['dash', flagOn('dash', 'production')]]) });
    s.say('experiment create one --flag dash --goal conversion');
    s.say('experiment start one');
    expect(s.say('experiment stop one').outcome.summary).toContain('everybody gets on again');
    expect(s.flag('dash')).toEqual(flagOn('dash', 'production'));
    s.say('flag enable dash 30%');
    s.say('experiment create two --flag dash --goal conversion');
    s.say('experiment start two');
    s.say('experiment stop two');
    expect(s.flag('dash').environments['production']).toMatchObject({ enabled: true, serve: 'off' });
  });

  it('takes its layer and holdouts away, and leaves holdouts that stood there before', () => {
    const dash = flagOn('dash', 'production');
    const there = dash.environments['production'];
    if (!there) throw new Error('no production');
    const held = { ...dash, environments: { production: { ...there, holdouts: [{ name: 'mine', percent: 1_000 }] } } };
    const s = session({ flags: new Map([['dash', held]]) });
    s.say('experiment create one --flag dash --variant on,off --goal conversion --holdout 2026q4 --layer checkout');
    s.say('experiment start one');
    expect(s.flag('dash').environments['production']?.holdouts?.map(({ name }) => name)).toEqual(['mine', '2026q4']);
    s.say('experiment stop one');
    expect(s.flag('dash')).toEqual(held);
  });

  it('a draft has nothing to stop', () => {
    const s = session();
    s.say('experiment create checkout --goal conversion');
    expect(s.say('experiment stop checkout').outcome.code).toBe('experiment-not-running');
  });

  it('refuses numbers that cannot be', () => {
    const s = started();
    s.data = { checkout: conversions(s.now, { control: [100, 101], treatment: [100, 3] }) };
    expect(s.say('experiment stop checkout').outcome).toMatchObject({
      code: 'data-invalid',
      summary: expect.stringContaining('101 of 100 is no share'),
    });
  });
});

describe('a flag in an experiment', () => {
  it.each([
    'flag enable checkout 50% --variant treatment',
    'flag rollout checkout --variant treatment --strategy steps',
    'flag target checkout treatment --when "country in DE"',
    'flag archive checkout',
  ])('R-601 refuses `%s`, and says what to do', (text) => {
    const s = started();
    const { outcome, changes } = s.say(text);
    expect(outcome).toMatchObject({ ok: false, code: 'flag-in-experiment' });
    expect(outcome.summary).toContain('experiment stop checkout');
    expect(changes).toEqual([]);
  });

  it('refuses an import over it', () => {
    const s = started();
    const document = JSON.stringify({
      flags: {
        checkout: {
          state: 'ENABLED',
          variants: { control: 'control', treatment: 'treatment' },
          defaultVariant: 'treatment',
        },
      },
    });
    expect(s.say('flag import x.json', {}, document).outcome.code).toBe('flag-in-experiment');
    expect(s.say('flag import x.json in staging', {}, document).outcome.ok).toBe(true);
  });

  it('is disabled at once, which stops the experiment in the same commit', () => {
    const s = started('--layer checkout --holdout 2026q4');
    const { outcome, changes, message } = s.say('flag disable checkout');
    expect(outcome).toMatchObject({
      ok: true,
      code: 'done',
      summary: expect.stringContaining('experiment checkout is stopped'),
    });
    expect(changes.map(({ path }) => path).toSorted()).toEqual(['experiments/checkout.json', 'flags/checkout.json']);
    expect(message?.body).toContain('experiment checkout is stopped');
    expect(s.experiment().state).toBe('stopped');
    expect(s.serves('anybody')).toBe('off');
    expect(JSON.stringify(s.flag())).not.toContain('layer');
  });

  it('is taken over where that is said: the others get what stood before, not what is left of the split', () => {
    const s = started();
    const { outcome } = s.say('flag enable checkout 10% --variant treatment --take-over');
    expect(outcome).toMatchObject({ ok: true, summary: expect.stringContaining('experiment checkout is stopped') });
    expect(s.experiment().state).toBe('stopped');
    expect(s.flag().environments['production']?.serve).toEqual({
      ramp: { candidate: 'treatment', stable: 'control', percent: 10_000 },
    });
  });

  it('R-804 is taken over only by who may experiment there; disabling asks for the flag alone', () => {
    const config = experimentsConfig('allow: { flag: [user:alice], experiment: [user:bob] }');
    const bob = { kind: 'github' as const, id: '42', name: 'bob', verified: true };
    const s = session({ config });
    s.say('experiment create checkout --goal conversion', { actor: bob });
    s.say('experiment start checkout', { actor: bob });
    expect(s.experiment().state).toBe('running');
    expect(s.say('flag enable checkout --variant treatment --take-over').outcome.code).toBe('not-permitted');
    expect(s.say('flag disable checkout').outcome.ok).toBe(true);
    expect(s.experiment().state).toBe('stopped');
  });

  it('elsewhere is free', () => {
    const s = started();
    expect(s.say('flag enable checkout --variant treatment in staging').outcome.ok).toBe(true);
    expect(s.experiment().state).toBe('running');
  });
});

describe('an emergency', () => {
  it('R-402 stops every running experiment', () => {
    const s = started();
    const asked = s.say('rollback --all --reason incident');
    expect(asked.outcome).toMatchObject({
      code: 'confirmation-needed',
      summary: '1 experiments would stop (checkout): say it again with --yes',
    });
    const { outcome, changes } = s.say('rollback --all --yes --reason incident');
    expect(outcome).toMatchObject({ ok: true, details: { experiments: ['checkout'] } });
    expect(changes.map(({ path }) => path)).toEqual(['experiments/checkout.json', 'flags/checkout.json']);
    expect(s.experiment().state).toBe('stopped');
  });
});

describe('what is shown of experiments', () => {
  it('R-601 R-603 lists users and who leads, and shows hypothesis, goals and state', () => {
    const s = started('--hypothesis "more orders"');
    s.now = START + 3 * HOUR;
    s.data = { checkout: conversions(s.now, { control: [500, 25], treatment: [510, 40] }) };
    expect(s.say('experiment list').outcome).toMatchObject({
      summary: '1 experiment, 1 running',
      details: [{ experiment: 'checkout', state: 'running', users: 1_010, leads: 'treatment' }],
    });
    const shown = s.say('ab:status checkout').outcome;
    expect(shown.summary).toContain('running in production, 50% control, 50% treatment, started 3 h ago');
    expect(JSON.stringify(shown.report)).toContain('Hypothesis: more orders');
    expect(s.say('experiment show').outcome.summary).toBe(shown.summary);
  });

  it('R-603 show says what the numbers say beside what it is, and refuses a file of numbers that cannot be', () => {
    const s = started();
    s.now = START + 3 * HOUR;
    expect(s.say('experiment show checkout').outcome.details).toMatchObject({ analysis: null });
    s.data = { checkout: conversions(s.now, { control: [900, 45], treatment: [890, 50] }) };
    const { outcome } = s.say('experiment show checkout --data users.csv');
    expect(outcome.summary).toContain('; collecting: undecided: ');
    expect(outcome.details).toMatchObject({
      flag: 'checkout',
      analysis: { verdict: 'collecting', from: 'file orders.csv' },
    });
    s.data = { checkout: conversions(s.now, { control: [900, 945], treatment: [890, 50] }) };
    expect(s.say('experiment show checkout --data users.csv').outcome.code).toBe('data-invalid');
    expect(s.say('experiment show checkout').outcome.summary).toContain('its numbers cannot be read: file orders.csv');
  });

  it('R-603 analyze needs numbers, and says from where they come', () => {
    const s = started();
    expect(s.say('experiment analyze checkout').outcome).toMatchObject({
      code: 'data-missing',
      summary: expect.stringContaining('--data FILE'),
    });
    s.data = { checkout: conversions(s.now, { control: [900, 45], treatment: [890, 50] }) };
    const { outcome } = s.say('experiment analyze checkout');
    expect(outcome.details).toMatchObject({
      from: 'file orders.csv',
      verdict: 'collecting',
      users: [{ users: 900 }, { users: 890 }],
    });
    expect(JSON.stringify(outcome.report)).toContain('with one look (Welch)');
    expect(server(s.state, 'checkout')('a')).toMatch(/control|treatment/);
  });
});
