/** What cannot be tested never passes: quantiles of coarse buckets, gauges of few or like windows, means of skewed observations. */
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/core/judge/rule.ts';
import { foldAnswers } from '../../../src/core/judge/fold.ts';
import { judgeStage } from '../../../src/core/judge/stage.ts';
import type { JudgeSpec, Sample, Verdict } from '../../../src/core/model/metric.ts';
import { fromPercent } from '../../../src/core/model/weight.ts';
import { both, judge, look, T0, times } from './given.ts';
import { normal, seeded } from './random.ts';

type Compare = Extract<JudgeSpec['rule'], { type: 'compare' }>;

const compare = (more: Partial<JudgeSpec>, rule: Partial<Compare> = {}): JudgeSpec =>
  judge({ rule: { type: 'compare', with: 'stable', method: 'sequential', alpha: 0.05, ...rule }, ...more });

/** At the end of a stage that has as many windows as there are answers. */
function verdict(spec: JudgeSpec, answers: readonly Answer[]): Verdict | undefined {
  const windows = answers.length;
  const end = T0 + windows * 10_000;
  const at = look([spec], { windows, end, watchedUntil: end, bake: windows * 10_000, now: end + 60_000 });
  return judgeStage({ look: at, evidence: [], answers: new Map([[spec.id, { answers }]]) }).verdicts[0];
}

const BOUNDS = [0.1, 0.5, 1, 5];
const histogram = (counts: readonly number[], bounds: readonly number[] = BOUNDS): Sample => ({
  kind: 'histogram',
  bounds,
  counts,
});

describe('a quantile', () => {
  const p95 = (rule: Partial<Compare> = {}, more: Partial<JudgeSpec> = {}): JudgeSpec =>
    compare({ kind: 'histogram', metric: 'latency', read: 'p95', ...more }, rule);

  it.each<readonly [string, readonly number[], readonly number[]]>([
    ['the stable version lies wholly in the first bucket', [100, 0, 0, 0, 0], [20, 70, 10, 0, 0]],
    ['nearly all of the stable version lies beyond the last', [0, 0, 0, 20, 80], [0, 0, 0, 0, 100]],
    ['no boundary lies near the quantile', [40, 0, 60, 0, 0], [10, 0, 10, 80, 0]],
  ])('R-309 is compared at the nearest boundary where %s', (_, stable, slower) => {
    const worse = verdict(p95(), times(20, both(histogram(slower), histogram(stable.map((one) => 3 * one)))));
    const alike = verdict(p95(), times(20, both(histogram(stable), histogram(stable.map((one) => 3 * one)))));
    expect(worse?.verdict).toBe('fail');
    expect(alike?.verdict).toBe('pass');
  });

  it.each<readonly [string, JudgeSpec, readonly number[], RegExp]>([
    [
      'all of the stable version lies beyond the last boundary',
      p95(),
      [0, 0, 0, 0, 100],
      /: not tested; all of the stable version's lie beyond the last bucket boundary, 5 s: nothing can be compared$/,
    ],
    [
      'the buckets end before what is allowed',
      p95({ tolerance: 10 }),
      [80, 15, 5, 0, 0],
      /not tested; its buckets, from 100 ms to 5 s, have no boundary for what is allowed: nothing can be compared$/,
    ],
    [
      'more is better and all lies in the first bucket',
      p95({}, { better: 'higher' }),
      [100, 0, 0, 0, 0],
      /not tested; all of the stable version's lie in the first bucket, up to 100 ms: nothing can be compared$/,
    ],
  ])('R-309 is not passed where %s', (...[, spec, stable, because]) => {
    const said = verdict(spec, times(20, both(histogram(stable), histogram(stable.map((one) => 3 * one)))));
    expect(said).toMatchObject({ verdict: 'undecided' });
    expect(said?.because).toMatch(because);
  });

  it('R-309 says so where what is allowed lies between two boundaries, and nothing where it is one', () => {
    const fine = histogram([80, 15, 5, 0, 0]);
    const answers = times(20, both(fine, histogram([240, 45, 15, 0, 0])));
    expect(verdict(p95({ tolerance: 0.05 }), answers)?.because).toMatch(
      / \(compared above 500 ms, 1 s: what is allowed lies between buckets\)$/,
    );
    const doubling = (counts: readonly number[]): Sample => histogram(counts, [0.1, 0.2, 0.4, 0.8]);
    const twice = times(20, both(doubling([80, 15, 5, 0, 0]), doubling([240, 45, 15, 0, 0])));
    expect(verdict(p95({ ratio: 2 }), twice)?.because).not.toContain('between buckets');
    expect(verdict(p95(), answers)?.because).not.toContain('between buckets');
  });

  it('settles where to look only when enough is known, whoever looks when', () => {
    const answers = [
      both(histogram([1, 0, 0, 0, 0]), histogram([3, 0, 0, 0, 0])),
      ...times(20, both(histogram([80, 15, 5, 0, 0]), histogram([240, 45, 15, 0, 0]))),
    ];
    const options = { stage: 's', width: 10_000, weight: fromPercent(25) };
    const whole = foldAnswers(undefined, p95(), { ...options, answers });
    expect(whole.extra?.['bets']).toMatchObject({ marks: [0.1, 0.5] });
    let kept = foldAnswers(undefined, p95(), { ...options, answers: answers.slice(0, 1) });
    for (let at = 1; at < answers.length; at++)
      kept = foldAnswers(kept, p95(), { ...options, from: at, answers: answers.slice(at, at + 1) });
    expect(kept).toEqual(whole);
  });
});

describe('a gauge', () => {
  const cpu = compare({ kind: 'value', metric: 'cpu' });
  const gauge = (value: number): Sample => ({ kind: 'value', value });
  const windows = (count: number, of: (index: number) => readonly [number, number]): readonly Answer[] =>
    Array.from({ length: count }, (_, index) => both(gauge(of(index)[0]), gauge(of(index)[1])));

  it('R-309 does not pass before twenty windows', () => {
    const said = verdict(
      cpu,
      windows(12, (index) => [95 + (index % 3), 30 + (index % 2)]),
    );
    expect(said).toMatchObject({ verdict: 'undecided' });
    expect(said?.because).toMatch(/^cpu 96 against 30\.5: not tested; 12 windows, 20 are needed for a test$/);
  });

  it('R-309 does not pass while its windows resemble their neighbours', () => {
    const leak = verdict(
      cpu,
      windows(100, (index) => [100 + 2 * index, 100 + (index % 2)]),
    );
    expect(leak).toMatchObject({ verdict: 'undecided' });
    expect(leak?.because).toMatch(
      /100 windows resemble their neighbours so much that they count as \d+, 20 are needed/,
    );
  });

  it('R-309 that never moves fails from twenty windows on where it is worse than allowed, and passes where it is not', () => {
    const still = (candidate: number, count: number, spec = cpu) =>
      verdict(
        spec,
        windows(count, () => [candidate, 30]),
      )?.verdict;
    expect(still(95, 19)).toBe('undecided');
    expect(still(95, 20)).toBe('fail');
    expect(still(30, 20)).toBe('pass');
    expect(still(33, 20, compare({ kind: 'value', metric: 'cpu' }, { tolerance: 5 }))).toBe('pass');
    expect(still(36, 20, compare({ kind: 'value', metric: 'cpu' }, { tolerance: 5 }))).toBe('fail');
  });

  it('R-309 is tested like a mean without sums of squares', () => {
    const size = compare({ kind: 'mean', metric: 'size', minSamples: 10 });
    const mean = (value: number): Sample => ({ kind: 'mean', sum: 100 * value, n: 100 });
    expect(verdict(size, times(15, both(mean(3), mean(1))))?.verdict).toBe('undecided');
    expect(verdict(size, times(25, both(mean(3), mean(1))))?.verdict).toBe('fail');
  });

  it('R-309 a mean whose observations never differ needs twenty windows too', () => {
    const size = compare({ kind: 'mean', metric: 'size', minSamples: 10 });
    const same = (value: number): Sample => ({
      kind: 'mean',
      sum: 100 * value,
      n: 100,
      sumSquares: 100 * value * value,
    });
    expect(verdict(size, times(15, both(same(3), same(1))))).toMatchObject({ verdict: 'undecided' });
    expect(verdict(size, times(25, both(same(3), same(1))))?.verdict).toBe('fail');
    expect(verdict(size, times(25, both(same(1), same(1))))?.verdict).toBe('pass');
  });
});

describe('means of skewed observations', () => {
  const basket = compare({ kind: 'mean', metric: 'basket', better: 'higher', minSamples: 100 });
  /** Log-normal baskets, of which the largest make up much of the mean. */
  const window = (random: () => number, n: number, times: number): Sample => {
    let [sum, sumSquares] = [0, 0];
    for (let index = 0; index < n; index++) {
      const one = times * Math.exp(1.5 * normal(random));
      sum += one;
      sumSquares += one * one;
    }
    return { kind: 'mean', sum, n, sumSquares };
  };
  const failures = (rollouts: number, factor: number): number => {
    const random = seeded(5);
    let failed = 0;
    for (let rollout = 0; rollout < rollouts; rollout++) {
      const answers = Array.from({ length: 100 }, () => both(window(random, 12, factor), window(random, 60, 1)));
      const options = { stage: 's', width: 10_000, weight: fromPercent(17), answers };
      if (foldAnswers(undefined, basket, options).failedAt !== null) failed += 1;
    }
    return failed / rollouts;
  };

  it('R-605 wait for as many as their spread asks for: no more good rollouts fail than the budget allows', () => {
    expect(failures(200, 1)).toBeLessThanOrEqual(0.05);
    expect(failures(20, 0.3)).toBeGreaterThan(0.9);
  });

  it('R-605 say how many that is', () => {
    const random = seeded(5);
    const answers = Array.from({ length: 20 }, () => both(window(random, 20, 1), window(random, 60, 1)));
    const said = verdict(basket, answers);
    expect(said).toMatchObject({ verdict: 'undecided' });
    expect(said?.because).toMatch(/; 400 samples, [\d,]+ are needed: about \d+ min more at this pace$/);
  });
});
