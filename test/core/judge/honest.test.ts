/** The promise: however often anybody looks, a candidate that is no worse fails with a chance of at most alpha. Seeded simulations. */
import { describe, expect, it } from 'vitest';
import { foldAnswers } from '../../../src/core/judge/fold.ts';
import type { Answer } from '../../../src/core/judge/rule.ts';
import { betsOf, mixture } from '../../../src/core/judge/sequential/bets.ts';
import type { JudgeSpec, Sample } from '../../../src/core/model/metric.ts';
import { fromPercent } from '../../../src/core/model/weight.ts';
import { both, judge, requests } from './given.ts';
import { binomial, normal, poisson, seeded } from './random.ts';

type Compare = Extract<JudgeSpec['rule'], { type: 'compare' }>;
type Window = (random: () => number, index: number) => Answer;

const ALPHA = 0.05;
const compare = (more: Partial<JudgeSpec> = {}, rule: Partial<Compare> = {}): JudgeSpec =>
  judge({ rule: { type: 'compare', with: 'stable', method: 'sequential', alpha: ALPHA, ...rule }, ...more });

interface Simulation {
  readonly window: Window;
  readonly rollouts: number;
  /** A look after each window. */
  readonly looks: number;
  readonly weight?: number;
}

/** Which share of simulated rollouts failed; three standard errors of such a share at alpha are SLACK. */
function failed(spec: JudgeSpec, { window, rollouts, looks, weight = 10 }: Simulation): number {
  const random = seeded(20_261_121);
  let count = 0;
  for (let rollout = 0; rollout < rollouts; rollout++) {
    const answers = Array.from({ length: looks }, (_, index) => window(random, index));
    const evidence = foldAnswers(undefined, spec, {
      stage: 's',
      width: 10_000,
      answers,
      weight: fromPercent(weight),
      planned: looks,
    });
    if (evidence.failedAt !== null) count += 1;
  }
  return count / rollouts;
}
const slack = (rollouts: number): number => 3 * Math.sqrt((ALPHA * (1 - ALPHA)) / rollouts);

/** Error rates that follow the hour of the day in both arms, and traffic that does too. */
const moving = (index: number): number => 0.02 * (1 + 0.8 * Math.sin(index / 15));
const rates =
  (times: number, more = 0): Window =>
  (random, index) => {
    const [nc, ns] = [15 + (index % 11), 150 + ((7 * index) % 61)];
    const rate = moving(index);
    return both(requests(binomial(random, nc, rate * times + more), nc), requests(binomial(random, ns, rate), ns));
  };
const counts =
  (times: number): Window =>
  (random, index) => {
    const mean = 400 * moving(index);
    const count = (share: number): Sample => ({ kind: 'count', count: poisson(random, mean * share) });
    return both(count(0.1 * times), count(0.9));
  };

describe('over a whole rollout, however often anybody looks', () => {
  it('R-605 2,000 healthy rollouts with 200 looks fail with a chance of at most alpha, and a faulty one is found', () => {
    const healthy = failed(compare(), { window: rates(1), rollouts: 2_000, looks: 200 });
    expect(healthy).toBeLessThanOrEqual(ALPHA + slack(2_000));
    // A test that could not fail anybody would be honest too.
    expect(failed(compare(), { window: rates(2), rollouts: 100, looks: 200 })).toBeGreaterThan(0.95);
  });

  it('R-605 a candidate exactly as bad as allowed fails no more often: by ratio, by tolerance', () => {
    const atRatio = failed(compare({}, { ratio: 1.5 }), { window: rates(1.5), rollouts: 600, looks: 100 });
    const atTolerance = failed(compare({}, { tolerance: 0.02 }), { window: rates(1, 0.02), rollouts: 600, looks: 100 });
    expect(atRatio).toBeLessThanOrEqual(ALPHA + slack(600));
    expect(atTolerance).toBeLessThanOrEqual(ALPHA + slack(600));
  });

  it('R-605 counts, whose base rate moves, in both directions', () => {
    const errors = compare({ kind: 'count' });
    const orders = compare({ kind: 'count', better: 'higher' });
    const run = { rollouts: 600, looks: 100 };
    expect(failed(errors, { ...run, window: counts(1) })).toBeLessThanOrEqual(ALPHA + slack(600));
    expect(failed(orders, { ...run, window: counts(1) })).toBeLessThanOrEqual(ALPHA + slack(600));
    expect(failed(errors, { ...run, window: counts(2.5), rollouts: 50 })).toBeGreaterThan(0.95);
    expect(failed(orders, { ...run, window: counts(0.4), rollouts: 50 })).toBeGreaterThan(0.95);
  });

  it('R-605 gauges, whose windows resemble their neighbours', () => {
    const gauge = (shift: number): Window => {
      let [a, b] = [0, 0];
      return (random, index) => {
        const next = (last: number): number =>
          index === 0 ? normal(random) : 0.5 * last + Math.sqrt(0.75) * normal(random);
        [a, b] = [next(a), next(b)];
        return both({ kind: 'value', value: 100 + shift + 5 * a }, { kind: 'value', value: 100 + 5 * b });
      };
    };
    const spec = compare({ kind: 'value', metric: 'cpu' });
    expect(failed(spec, { window: gauge(0), rollouts: 400, looks: 150 })).toBeLessThanOrEqual(ALPHA + slack(400));
    expect(failed(spec, { window: gauge(6), rollouts: 40, looks: 150 })).toBeGreaterThan(0.9);
  });

  it('R-605 Mann-Whitney at its fixed moments', () => {
    const gauge =
      (shift: number): Window =>
      (random) =>
        both(
          { kind: 'value', value: 100 + shift + 5 * normal(random) },
          { kind: 'value', value: 100 + 5 * normal(random) },
        );
    const spec = compare({ kind: 'value', metric: 'cpu' }, { method: 'mann-whitney' });
    expect(failed(spec, { window: gauge(0), rollouts: 200, looks: 60 })).toBeLessThanOrEqual(ALPHA + slack(200));
    expect(failed(spec, { window: gauge(6), rollouts: 30, looks: 60 })).toBeGreaterThan(0.9);
  });
});

describe('a bet’s evidence', () => {
  /** The mean of exp(log evidence) and its standard error. */
  function average(
    spec: JudgeSpec,
    { window, rollouts, looks, weight = 10 }: Simulation,
  ): readonly [mean: number, error: number] {
    const random = seeded(7);
    const values = Array.from({ length: rollouts }, () => {
      const answers = Array.from({ length: looks }, (_, index) => window(random, index));
      const evidence = foldAnswers(undefined, spec, {
        stage: 's',
        width: 10_000,
        answers,
        weight: fromPercent(weight),
      });
      const { logs } = betsOf(evidence) ?? { logs: [0] };
      return Math.exp(mixture(logs, 0, logs.length));
    });
    const mean = values.reduce((sum, one) => sum + one, 0) / rollouts;
    const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
    return [mean, Math.sqrt(squares / (rollouts - 1) / rollouts)];
  }

  it.each<readonly [string, JudgeSpec, Window]>([
    ['equal rates that move', compare(), rates(1)],
    ['a rate on the border of its tolerance', compare({}, { tolerance: 0.02 }), rates(1, 0.02)],
    [
      'rates near one',
      compare({ better: 'higher' }),
      (random, index) => {
        const [nc, ns] = [poisson(random, 20), poisson(random, 60)];
        const rate = 1 - moving(index);
        return both(requests(binomial(random, nc, rate), nc), requests(binomial(random, ns, rate), ns));
      },
    ],
    [
      'counts with a tolerance',
      compare({ kind: 'count' }, { tolerance: 0.4 }),
      (random) =>
        both({ kind: 'count', count: poisson(random, 0.1 * 12) }, { kind: 'count', count: poisson(random, 0.9 * 8) }),
    ],
    [
      'most of the traffic on the candidate',
      compare(),
      (random, index) => {
        const [nc, ns] = [poisson(random, 150), poisson(random, 30)];
        return both(
          requests(binomial(random, nc, moving(index)), nc),
          requests(binomial(random, ns, moving(index)), ns),
        );
      },
    ],
  ])('averages at most 1 under the null hypothesis: %s', (_, spec, window) => {
    const [mean, error] = average(spec, { window, rollouts: 3_000, looks: 6 });
    expect(mean).toBeLessThanOrEqual(1 + 3 * error);
    // Bets are made: evidence that never moves would average 1 as well.
    expect(error).toBeGreaterThan(0.001);
  });
});
