import { describe, expect, it } from 'vitest';
import type { ExperimentMetric, MetricSums } from '../../../src/core/model/experiment.ts';
import { conversions } from './given.ts';
import { dataOf, firstArm, look, NOW, running, seeded } from './looking.ts';

interface Sums {
  n: number;
  sum: number;
  squares: number;
}

/** How many of the experiments without any difference are won or lost at one of their looks. */
function falselyDecided(
  kind: 'mean' | 'count',
  { value, runs, users }: { readonly value: () => number; readonly runs: number; readonly users: number },
  random: () => number,
): number {
  const metric: ExperimentMetric = { name: 'amount', role: 'goal', kind, better: 'higher' };
  let decided = 0;
  for (let run = 0; run < runs; run += 1) {
    const arms: readonly [Sums, Sums] = [
      { n: 0, sum: 0, squares: 0 },
      { n: 0, sum: 0, squares: 0 },
    ];
    let isDecided = false;
    for (let user = 1; user <= users; user += 1) {
      const arm = arms[random() < 0.5 ? 0 : 1];
      const drawn = value();
      arm.n += 1;
      arm.sum += drawn;
      arm.squares += drawn * drawn;
      if (user % 1_000 !== 0) continue;
      const [control, treatment] = arms.map(({ n, sum, squares }): readonly [number, Record<string, MetricSums>] => [
        n,
        {
          amount:
            kind === 'count' ? { kind, count: sum, n, sumSquares: squares } : { kind, n, sum, sumSquares: squares },
        },
      ]);
      if (!control || !treatment) throw new Error('two arms');
      const { verdict } = look(running([metric]), dataOf({ control, treatment })).ruling;
      isDecided ||= verdict === 'won' || verdict === 'lost';
    }
    if (isDecided) decided += 1;
  }
  return decided / runs;
}

describe("users' numbers that are far from normal", () => {
  it('R-605 counts of clicks a user (geometric, mean 3) call a winner or loser in at most 5 of 100 experiments without a difference', () => {
    const random = seeded(1);
    const value = (): number => Math.floor(Math.log(1 - random()) / Math.log(3 / 4));
    expect(falselyDecided('count', { value, runs: 100, users: 10_000 }, random)).toBeLessThanOrEqual(0.05);
  });

  it('R-605 so do counts of which few users have many', () => {
    const random = seeded(2);
    const value = (): number => (random() < 0.2 ? 15 : 0);
    expect(falselyDecided('count', { value, runs: 100, users: 10_000 }, random)).toBeLessThanOrEqual(0.05);
  });

  it('R-605 so does revenue of 1 % buyers with log-normal amounts (sigma 2)', () => {
    const random = seeded(3);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const value = (): number => (random() < 0.01 ? Math.exp(2 * normal()) : 0);
    expect(falselyDecided('mean', { value, runs: 100, users: 20_000 }, random)).toBeLessThanOrEqual(0.05);
  });

  it('R-605 a mean that a few large values carry decides nothing yet, and the sentence says why', () => {
    const revenue: ExperimentMetric = { name: 'revenue', role: 'goal', kind: 'mean', better: 'higher' };
    const sums = (n: number, buyers: number, each: number): MetricSums => ({
      kind: 'mean',
      n,
      sum: buyers * each,
      sumSquares: buyers * each * each,
    });
    const few = look(
      running([revenue]),
      dataOf({
        control: [5_000, { revenue: sums(5_000, 4, 90) }],
        treatment: [5_000, { revenue: sums(5_000, 40, 90) }],
      }),
    );
    expect(few.ruling.verdict).toBe('collecting');
    expect(few.ruling.because).toContain(
      'revenue rests on few large values: it counts as 44 alike users, and 50 are needed',
    );
    const more = look(
      running([revenue]),
      dataOf({
        control: [5_000, { revenue: sums(5_000, 40, 90) }],
        treatment: [5_000, { revenue: sums(5_000, 120, 90) }],
      }),
    );
    expect(more.ruling.verdict).toBe('won');
  });

  it('R-605 events without their users are compared with the split, and the report says what that takes for granted', () => {
    const clicks: ExperimentMetric = { name: 'clicks', role: 'goal', kind: 'count', better: 'higher' };
    const of = (sums: (clicks: number) => MetricSums) =>
      look(
        running([clicks]),
        dataOf({ control: [1_000, { clicks: sums(5_000) }], treatment: [1_000, { clicks: sums(5_600) }] }),
      );
    const summed = of((total) => ({ kind: 'count', count: total }));
    expect(summed.metrics[0]?.isSummed).toBe(true);
    expect(firstArm(summed).result).toBe('better');
    const users = of((total) => ({ kind: 'count', count: total, n: 1_000, sumSquares: 20 * total }));
    expect(users.metrics[0]?.isSummed).toBeUndefined();
    expect(users.metrics[0]?.control.value).toBe(5);
    expect(firstArm(users).result).toBe('open');
    expect(firstArm(users).effect?.estimate).toBeCloseTo(0.12, 10);
  });

  it('R-603 asks for the least number of users of each metric too, not of the exposed alone', () => {
    const data = conversions(NOW, { control: [10_000, 500], treatment: [10_000, 700] });
    const some = { kind: 'proportion' as const, n: 400, successes: 100 };
    const variants = Object.fromEntries(
      Object.entries(data.variants).map(([name, { users }], index) => [
        name,
        { users, metrics: { conversion: { ...some, successes: 100 + 200 * index } } },
      ]),
    );
    const { ruling } = look(running(), { ...data, variants });
    expect(ruling.verdict).toBe('collecting');
    expect(ruling.missing).toEqual([
      'conversion of control was measured of 400 of 1,000 users',
      'conversion of treatment was measured of 400 of 1,000 users',
    ]);
  });
});
