import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chiSquareTail } from '../../../src/core/statistics/distribution.ts';
import { server, session } from './given.ts';

const USERS = Array.from({ length: 10_000 }, (_, index) => `user-${index}`);

function counts(serves: (user: string) => string, users: readonly string[] = USERS): Readonly<Record<string, number>> {
  const seen: Record<string, number> = {};
  for (const user of users) {
    const variant = serves(user);
    seen[variant] = (seen[variant] ?? 0) + 1;
  }
  return seen;
}

describe('assignment', () => {
  it('R-602 draws users into the variants in the shares that were set', () => {
    const splits = fc.constantFrom('50%,50%', '90%,10%', '40%,30%,20%,10%', '25%,25%,25%,25%');
    fc.assert(
      fc.property(splits, fc.integer({ min: 0, max: 10_000 }), (split, salt) => {
        const s = session();
        const names = split.split(',').map((_, index) => `v${index}`);
        const key = `test-${salt}`;
        s.say(`experiment create ${key} --variant ${names.join(',')} --split ${split} --goal conversion`);
        s.say(`experiment start ${key}`);
        const seen = counts(server(s.state, key));
        const statistic = s.experiment(key).variants.reduce((sum, [name, weight]) => {
          const expected = (weight / 100_000) * USERS.length;
          return sum + ((seen[name] ?? 0) - expected) ** 2 / expected;
        }, 0);
        // One fair draw in a million is further off.
        expect(chiSquareTail(statistic, names.length - 1)).toBeGreaterThan(1e-6);
      }),
      { numRuns: 12 },
    );
  });

  it('R-602 gives the same user the same variant, whatever happens to others', () => {
    const s = session();
    s.say('experiment create checkout --goal conversion');
    s.say('experiment start checkout');
    const before = USERS.slice(0, 2_000).map((user) => s.serves(user));
    s.say('experiment create other --goal conversion');
    s.say('experiment start other');
    const serves = server(s.state, 'checkout');
    const after = USERS.slice(0, 2_000).map((user) => serves(user));
    expect(after).toEqual(before);
  });

  it('R-602 draws anew for every experiment on the same flag: an arm says nothing of an earlier one', () => {
    const s = session();
    s.say('experiment create first --flag checkout --goal conversion');
    s.say('experiment start first');
    const first = server(s.state, 'checkout');
    s.say('experiment stop first');
    s.say('experiment create second --flag checkout --goal conversion');
    s.say('experiment start second');
    const second = server(s.state, 'checkout');
    expect(s.experiment('second').generation).toBe(2);
    const both = USERS.filter((user) => first(user) === 'treatment' && second(user) === 'treatment').length;
    expect(Math.abs(both / USERS.length - 0.25)).toBeLessThan(0.025);
  });

  it('R-602 assigns by account where that was asked: all users of one have one variant', () => {
    const s = session();
    s.say('experiment create checkout --goal conversion --by account');
    s.say('experiment start checkout');
    const serves = server(s.state, 'checkout');
    const seen = new Set(USERS.slice(0, 500).map((user) => serves(user, { account: 'acme' })));
    expect(seen.size).toBe(1);
    expect(new Set(USERS.slice(0, 200).map((user) => serves('x', { account: user }))).size).toBe(2);
    expect(serves('somebody')).toBe('control');
  });

  it('R-605 two experiments of one layer never share a user', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ max: 9_999 }),
        (a, b, salt) => {
          fc.pre(a + b <= 4);
          const s = session();
          s.say(`experiment create one --goal conversion --layer checkout --slots ${a}`);
          s.say(`experiment create two --goal conversion --layer checkout --slots ${b}`);
          s.say('experiment start one');
          s.say('experiment start two');
          const [one, two] = [server(s.state, 'one'), server(s.state, 'two')];
          const users = USERS.slice(0, 3_000).map((user) => `${user}-${salt}`);
          const isIn = (variant: string): boolean => variant !== 'off';
          expect(users.filter((user) => isIn(one(user)) && isIn(two(user)))).toEqual([]);
          const share = users.filter((user) => isIn(one(user))).length / users.length;
          expect(Math.abs(share - a / 4)).toBeLessThan(0.06);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('R-605 keeps held-out users out of every experiment that names the holdout, the same ones in each', () => {
    const s = session();
    s.say('experiment create one --goal conversion --holdout 2026q4');
    s.say('experiment create two --goal conversion --holdout 2026q4');
    s.say('experiment start one');
    s.say('experiment start two');
    const [one, two] = [server(s.state, 'one'), server(s.state, 'two')];
    const out = USERS.filter((user) => one(user) === 'off');
    expect(out.every((user) => two(user) === 'off')).toBe(true);
    expect(Math.abs(out.length / USERS.length - 0.05)).toBeLessThan(0.01);
  });
});
