/** Which side is the bad one: the same for every kind, reading, direction and method. */
import { describe, expect, it } from 'vitest';
import { foldAnswers } from '../../../src/core/judge/fold.ts';
import type { Answer } from '../../../src/core/judge/rule.ts';
import type { JudgeSpec, Sample } from '../../../src/core/model/metric.ts';
import { fromPercent } from '../../../src/core/model/weight.ts';
import { both, judge } from './given.ts';
import { binomial, normal, poisson, seeded } from './random.ts';

const METHODS = ['sequential', 'regression', 'mann-whitney'] as const;
const BETTER = ['lower', 'higher'] as const;
const READS: Readonly<Record<JudgeSpec['kind'], readonly string[]>> = {
  proportion: ['rate', 'success'],
  count: ['rate', 'count'],
  mean: ['mean'],
  histogram: ['mean', 'p50', 'p95'],
  value: ['value', 'mean'],
};
const BOUNDS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1, 1.5, 2, 3, 5];

type Random = () => number;

/** A window in which everything the metric counts or measures is so many times what it usually is. */
const DRAWS: Readonly<Record<JudgeSpec['kind'], (random: Random, times: number, part: number) => Sample>> = {
  proportion: (random, times, part) => {
    const total = 800 * part;
    return { kind: 'proportion', bad: binomial(random, total, 0.1 * times), total };
  },
  count: (random, times, part) => ({ kind: 'count', count: poisson(random, 200 * part * times) }),
  mean: (random, times, part) => {
    const all = Array.from({ length: 200 * part }, () => times * (10 + normal(random)));
    const sum = all.reduce((one, other) => one + other, 0);
    return { kind: 'mean', sum, n: all.length, sumSquares: all.reduce((one, other) => one + other * other, 0) };
  },
  histogram: (random, times, part) => {
    const counts = Array.from({ length: BOUNDS.length + 1 }, () => 0);
    for (let index = 0; index < 800 * part; index++) {
      const at = BOUNDS.findIndex((bound) => 0.3 * times * Math.exp(0.4 * normal(random)) <= bound);
      const bucket = at < 0 ? BOUNDS.length : at;
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    return { kind: 'histogram', bounds: BOUNDS, counts };
  },
  value: (random, times) => ({ kind: 'value', value: times * (50 + normal(random)) }),
};

const CASES = Object.entries(READS).flatMap(([kind, reads]) =>
  reads.flatMap((read) =>
    BETTER.flatMap((better) => METHODS.map((method) => [kind as JudgeSpec['kind'], read, better, method] as const)),
  ),
);

describe('a candidate whose metric is three times (a third of) what the stable version shows', () => {
  it.each(CASES)('R-309 a %s read as %s, better when %s, by %s: the bad side fails, the good one never', (...one) => {
    const [kind, read, better, method] = one;
    const spec = judge({
      kind,
      read,
      better,
      minSamples: 100,
      rule: { type: 'compare', with: 'stable', method, ...(method === 'regression' ? {} : { alpha: 0.05 }) },
    });
    const failedWith = (times: number): boolean => {
      const random = seeded(17);
      const answers: readonly Answer[] = Array.from({ length: 60 }, () =>
        both(DRAWS[kind](random, times, 0.25), DRAWS[kind](random, 1, 0.75)),
      );
      const options = { stage: 's', width: 10_000, weight: fromPercent(25), planned: 60, answers };
      return foldAnswers(undefined, spec, options).failedAt !== null;
    };
    // What a proportion counts is what `better` is about, also where its complement is shown.
    const [bad, good] = better === 'lower' ? [3, 1 / 3] : [1 / 3, 3];
    expect(failedWith(bad)).toBe(true);
    expect(failedWith(good)).toBe(false);
    expect(failedWith(1)).toBe(false);
  });
});
