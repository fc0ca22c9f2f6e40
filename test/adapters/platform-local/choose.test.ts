import { Agent } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choose } from '../../../src/adapters/platform-local/router/choose.ts';
import type { Upstream } from '../../../src/adapters/platform-local/router/upstream.ts';

const agent = new Agent();
const upstream = (label: string, weight: number, more: Partial<Upstream> = {}): Upstream => {
  const sequence = Number.parseInt(label, 10);
  return { label, sequence, agent, port: 1, weight, healthy: true, failures: 0, active: 0, credit: 0, ...more };
};
const users = Array.from({ length: 2_000 }, (_, index) => `user-${index}`);
const versionsOf = (upstreams: readonly Upstream[]) => users.map((user) => choose(upstreams, 'weighted', user)?.label);

describe('the choice of a version', () => {
  it('R-201 gives any weights their exact share of any 100 requests in a row, to one request a version', () => {
    const shares = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(shares, (weights) => {
        const sum = weights.reduce((one, other) => one + other, 0);
        fc.pre(sum > 0);
        const upstreams = weights.map((weight, index) => upstream(`${index}`, weight));
        const counts = weights.map(() => 0);
        for (let n = 0; n < sum; n++) counts[Number(choose(upstreams, 'weighted')?.label)]!++;
        expect(counts).toEqual(weights);
      }),
    );
  });

  it('R-205 moves users only to the version that grows, whatever the steps, and gives it its share', () => {
    const steps = fc.tuple(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 100_000 }));
    fc.assert(
      fc.property(steps, ([one, other]) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        const before = versionsOf([upstream('1', 100_000 - less), upstream('2', less)]);
        const after = versionsOf([upstream('1', 100_000 - more), upstream('2', more)]);
        expect(before.every((label, user) => label === '1' || after[user] === '2')).toBe(true);
        const share = after.filter((label) => label === '2').length / users.length;
        expect(Math.abs(share - more / 100_000)).toBeLessThan(0.05);
      }),
      { numRuns: 20 },
    );
  });

  it('R-205 takes users for the newest of three from both others and moves none between them', () => {
    const before = versionsOf([upstream('1', 45_000), upstream('2', 45_000), upstream('3', 10_000)]);
    const after = versionsOf([upstream('1', 25_000), upstream('2', 25_000), upstream('3', 50_000)]);
    expect(before.every((label, user) => after[user] === label || after[user] === '3')).toBe(true);
    expect(new Set(before.filter((_, user) => after[user] === '3'))).toEqual(new Set(['1', '2', '3']));
  });

  it('R-205 does not let the same users try each new version first', () => {
    const first = versionsOf([upstream('1', 90_000), upstream('2', 10_000)]);
    const next = versionsOf([upstream('2', 90_000), upstream('3', 10_000)]);
    const both = users.filter((_, user) => first[user] === '2' && next[user] === '3').length;
    expect(both).toBeLessThan(60); // of 200; independent hashes give 20
  });

  it('R-206 moves only the users of a version that is unwell, and they come back', () => {
    const all = (healthy: boolean) => [
      upstream('1', 50_000),
      upstream('2', 30_000, { healthy }),
      upstream('3', 20_000),
    ];
    const before = versionsOf(all(true));
    const during = versionsOf(all(false));
    expect(during.includes('2')).toBe(false);
    expect(before.every((label, user) => label === '2' || label === during[user])).toBe(true);
    expect(new Set(during.filter((_, user) => before[user] === '2'))).toEqual(new Set(['1', '3']));
  });

  it('R-206 leaves the one that failed least where all are unwell, and nobody where none has a share', () => {
    const sick = (label: string, failures: number) => upstream(label, 50_000, { healthy: false, failures });
    expect(choose([sick('1', 5), sick('2', 3), upstream('3', 0)], 'weighted')?.label).toBe('2');
    expect(choose([upstream('1', 0)], 'weighted')).toBeUndefined();
  });
});
