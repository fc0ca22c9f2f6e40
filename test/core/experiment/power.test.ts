import { describe, expect, it } from 'vitest';
import { DAY } from '../../../src/core/model/time.ts';
import { conversions, session } from './given.ts';

describe('experiment power', () => {
  it('R-604 says for numbers how many users a variant, and how long', () => {
    const s = session();
    const { outcome } = s.say('experiment power --usual 5% --effect 10% --users 5000');
    expect(outcome.summary).toMatch(
      /^needs [\d,]+ users a variant for \+10% of the metric, looked at whenever you like \(31,234 with one look planned in advance\), \d+ days of 5,000 users$/,
    );
    const details = outcome.details as {
      readonly needs: readonly { readonly users: number; readonly anytime: number; readonly days: number }[];
    };
    const [need] = details.needs;
    expect(need?.anytime).toBeGreaterThan(31_234);
    expect(need?.days).toBe(Math.ceil((2 * (need?.anytime ?? 0)) / 5_000));
    expect(s.say('experiment power --usual 10% --effect 5%').outcome.summary).toContain('(57,763 with one look');
    expect(s.say('experiment power --usual 40 --variance 900 --effect 10%').outcome.summary).toContain(
      '(883 with one look',
    );
  });

  it('R-604 R-605 more variants share the error level, and so need more users', () => {
    const s = session();
    const users = (text: string): number =>
      (s.say(text).outcome.details as { readonly needs: readonly { readonly users: number }[] }).needs[0]?.users ?? 0;
    expect(users('experiment power --usual 5% --variants 4')).toBeGreaterThan(users('experiment power --usual 5%'));
  });

  it('R-604 says of an experiment what its goals need, and what the users there show already', () => {
    const s = session();
    s.say('experiment create checkout --goal conversion,orders');
    const before = s.say('experiment power checkout').outcome;
    expect(before.summary).toContain('users a variant for +10% of conversion');
    expect(before.summary).toContain('how many users orders needs is not known');
    expect(s.say('experiment power checkout --effect 20%').outcome.summary).toContain('for +20% of conversion');
    s.say('experiment start checkout');
    s.now += DAY;
    s.data = { checkout: conversions(s.now, { control: [20_000, 1_000], treatment: [20_000, 1_010] }) };
    expect(s.say('experiment power checkout').outcome.summary).toMatch(/now ±\d+(\.\d+)?% of conversion would show/);
  });

  it.each([
    ['experiment power', 'experiment-unknown'],
    ['experiment power --usual 5% --effect 0%', 'value-invalid'],
    ['experiment power --usual 5', 'value-invalid'],
    ['experiment power --usual many', 'value-invalid'],
    ['experiment power --usual 40 --variance none', 'value-invalid'],
    ['experiment power --usual 5% --variants 1', 'value-invalid'],
  ])('refuses %s', (text, code) => {
    expect(session().say(text).outcome.code).toBe(code);
  });
});
