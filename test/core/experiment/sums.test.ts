import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../../src/core/experiment/analysis.ts';
import { analysisDetails } from '../../../src/core/experiment/details.ts';
import { analysisReport } from '../../../src/core/experiment/report.ts';
import { dataProblem } from '../../../src/core/experiment/sums.ts';
import type { ExperimentData, MetricSums } from '../../../src/core/model/experiment.ts';
import { DAY, toInstant } from '../../../src/core/model/time.ts';
import { conversions, experimentsConfig, session, share, START } from './given.ts';

const { experiments: config } = experimentsConfig();
const METRICS = ['conversion', 'revenue', 'orders', 'crashes', 'load'] as const;

function experiment(): ReturnType<ReturnType<typeof session>['experiment']> {
  const s = session();
  s.say('experiment create checkout --goal conversion,revenue,orders --guardrail crashes --secondary load');
  s.say('experiment start checkout');
  return s.experiment();
}

const count = fc.oneof(fc.constantFrom(0, 1, 2), fc.nat({ max: 2_000_000 }));
const values = fc.array(fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constant(0)), { maxLength: 12 });

function sumOf(all: readonly number[]): number {
  return all.reduce((sum, value) => sum + value, 0);
}

function meanOf([y, x]: readonly [readonly number[], readonly number[]], withBefore: boolean): MetricSums {
  const before = y.map((_, index) => x[index] ?? 0);
  const covariate = {
    sum: sumOf(before),
    sumSquares: sumOf(before.map((value) => value * value)),
    sumOfProducts: sumOf(y.map((value, index) => value * (before[index] ?? 0))),
  };
  const sums = { n: y.length, sum: sumOf(y), sumSquares: sumOf(y.map((value) => value * value)) };
  return { kind: 'mean', ...sums, ...(withBefore && { covariate }) };
}

function ratioOf([y, x]: readonly [readonly number[], readonly number[]]): MetricSums {
  const of = y.map((_, index) => x[index] ?? 0);
  const sums = (all: readonly number[]) => ({ sum: sumOf(all), sumSquares: sumOf(all.map((value) => value * value)) });
  const sumOfProducts = sumOf(y.map((value, index) => value * (of[index] ?? 0)));
  return { kind: 'ratio', n: y.length, numerator: sums(y), denominator: sums(of), sumOfProducts };
}

const arm: fc.Arbitrary<ExperimentData['variants'][string]> = fc
  .record({
    n: count,
    converted: fc.double({ min: 0, max: 1, noNaN: true }),
    revenue: fc.tuple(values, values),
    orders: fc.tuple(values, values),
    withBefore: fc.boolean(),
    crashes: count,
    load: fc.array(fc.nat({ max: 5_000 }), { minLength: 4, maxLength: 4 }),
    missing: fc.subarray([...METRICS], { maxLength: 2 }),
  })
  .map(({ n, converted, revenue, orders, withBefore, crashes, load, missing }) => {
    const metrics: Readonly<Record<string, MetricSums>> = {
      conversion: share(n, Math.round(n * converted)),
      revenue: meanOf(revenue, withBefore),
      orders: ratioOf(orders),
      crashes: { kind: 'count', count: crashes },
      load: { kind: 'quantile', bounds: [0.5, 1, 4], counts: load },
    };
    const left = Object.entries(metrics).filter(([name]) => !missing.includes(name as never));
    return { users: Math.max(n, 12), metrics: Object.fromEntries(left) };
  });

describe('numbers of an experiment', () => {
  it('R-605 whatever can be is analysed: never an error, never NaN', () => {
    const running = experiment();
    fc.assert(
      fc.property(arm, arm, (control, treatment) => {
        const data = { from: 'events', until: toInstant(START + DAY), crossed: 0, variants: { control, treatment } };
        expect(dataProblem(running, data)).toBeUndefined();
        const analysis = analyze(running, data, { now: START + DAY, config });
        expect(JSON.stringify([analysisDetails(analysis), analysisReport(analysis)])).not.toMatch(/NaN|undefined/);
        const arms = analysis.metrics.flatMap((metric) => metric.arms);
        for (const { effect, chance = 0, fixed } of arms) {
          for (const value of [
            effect?.lower,
            effect?.upper,
            effect?.estimate,
            effect?.p,
            fixed?.p,
            fixed?.adjusted,
            chance,
          ])
            expect(value).not.toBeNaN();
          expect(effect === undefined || effect.lower <= effect.upper).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('nobody at all is no fault, and decides nothing', () => {
    const running = experiment();
    const analysis = analyze(
      running,
      { from: 'x', until: toInstant(START), crossed: 0, variants: {} },
      { now: START, config },
    );
    expect(analysis.ruling.verdict).toBe('collecting');
    expect(analysis.ratio).toEqual({ p: 1, chiSquare: 1, mismatch: false });
  });

  it.each<readonly [string, MetricSums, string]>([
    ['conversion', share(5, 6), '6 of 5 is no share'],
    ['conversion', share(500, 6), '500 users were measured, and 100 were seen'],
    ['conversion', share(-1, 0), 'n cannot be -1'],
    ['conversion', { kind: 'count', count: 4 }, 'a proportion was expected, found a count'],
    ['revenue', { kind: 'mean', n: 10, sum: 100, sumSquares: 10 }, 'no values have this sum'],
    ['revenue', { kind: 'mean', n: 10, sum: Infinity, sumSquares: 10 }, 'finite'],
    ['crashes', { kind: 'count', count: -1 }, '-1 is no count'],
    ['load', { kind: 'quantile', bounds: [1, 1], counts: [1, 2, 3] }, 'bounds rise'],
    ['load', { kind: 'quantile', bounds: [1], counts: [1] }, '1 bounds need 2 counts'],
    ['load', { kind: 'quantile', bounds: [], counts: [1] }, 'needs bounds'],
  ])('refuses %s as %j', (name, sums, words) => {
    const data = conversions(START, { control: [100, 5], treatment: [100, 5] }, { treatment: { [name]: sums } });
    expect(dataProblem(experiment(), data)).toMatchObject({
      code: 'data-invalid',
      message: expect.stringContaining(words),
    });
  });

  it('refuses a variant that takes no part, and histograms that do not compare', () => {
    const running = experiment();
    expect(dataProblem(running, conversions(START, { blue: [5, 1] }))?.message).toContain('blue takes no part');
    const load = (bounds: readonly number[]): Readonly<Record<string, MetricSums>> => ({
      load: { kind: 'quantile', bounds, counts: [1, 2] },
    });
    const data = conversions(
      START,
      { control: [9, 1], treatment: [9, 1] },
      { control: load([1]), treatment: load([2]) },
    );
    expect(dataProblem(running, data)?.message).toContain('the same bounds');
  });
});
