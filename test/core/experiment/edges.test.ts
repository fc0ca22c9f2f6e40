import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analysisReport } from '../../../src/core/experiment/report.ts';
import type { Analysis } from '../../../src/core/experiment/results.ts';
import type { ExperimentMetric, MetricSums } from '../../../src/core/model/experiment.ts';
import { riskRatio } from '../../../src/core/statistics/risk-ratio.ts';
import { conversions, share } from './given.ts';
import { conversion, look, NOW, running } from './looking.ts';

const WON = { control: [10_000, 500], treatment: [10_000, 700] } as const;

/** A clear winner whose guardrail shows this in control and treatment. */
function guarded(
  guardrail: Partial<ExperimentMetric> & Pick<ExperimentMetric, 'kind'>,
  control: MetricSums,
  treatment: MetricSums,
): Analysis {
  const metric: ExperimentMetric = { name: 'guard', role: 'guardrail', better: 'lower', ...guardrail };
  return look(
    running([conversion, metric]),
    conversions(NOW, WON, { control: { guard: control }, treatment: { guard: treatment } }),
  );
}

function resultOf(analysis: Analysis): string | undefined {
  return analysis.metrics[1]?.arms[0]?.result;
}

const count = (n: number, sum: number): MetricSums => ({ kind: 'count', count: sum, n, sumSquares: sum });
const mean = (n: number, value: number, variance = 0): MetricSums => ({
  kind: 'mean',
  n,
  sum: n * value,
  sumSquares: n * (value * value + variance),
});
const ratio = (n: number, some: number): MetricSums => ({
  kind: 'ratio',
  n,
  numerator: { sum: some, sumSquares: some },
  denominator: { sum: 3 * n, sumSquares: 10 * n },
  sumOfProducts: 3 * some,
});
const times = (zero: number, slow: number): MetricSums => ({
  kind: 'quantile',
  bounds: [0, 1, 5],
  counts: [zero, 0, slow, 0],
});

describe('a guardrail of which the control shows nothing', () => {
  it.each<readonly [string, Parameters<typeof guarded>]>([
    ['a share', [{ kind: 'proportion' }, share(10_000, 0), share(10_000, 60)]],
    ['a share with a margin', [{ kind: 'proportion', margin: 0.1 }, share(10_000, 0), share(10_000, 60)]],
    [
      'a share of which all is good',
      [{ kind: 'proportion', better: 'higher' }, share(10_000, 10_000), share(10_000, 9_900)],
    ],
    ['events of users', [{ kind: 'count' }, count(10_000, 0), count(10_000, 60)]],
    ['events of users with a margin', [{ kind: 'count', margin: 0.05 }, count(10_000, 0), count(10_000, 60)]],
    ['events alone', [{ kind: 'count' }, { kind: 'count', count: 0 }, { kind: 'count', count: 60 }]],
    ['a mean', [{ kind: 'mean' }, mean(10_000, 0), mean(10_000, 0.5, 4)]],
    ['a constant mean', [{ kind: 'mean' }, mean(10_000, 5), mean(10_000, 6)]],
    ['a ratio', [{ kind: 'ratio' }, ratio(10_000, 0), ratio(10_000, 60)]],
    ['a quantile', [{ kind: 'quantile', q: 0.5 }, times(9_000, 1_000), times(1_000, 9_000)]],
  ])('R-605 is lost where the treatment harms: %s', (_, [guardrail, control, treatment]) => {
    const { ruling } = guarded(guardrail, control, treatment);
    expect(ruling).toMatchObject({ verdict: 'guardrail-lost', variant: 'treatment' });
    expect(ruling.because).not.toContain('no effect');
  });

  it.each<readonly [string, Parameters<typeof guarded>]>([
    ['a share', [{ kind: 'proportion' }, share(10_000, 0), share(10_000, 0)]],
    ['a share with a margin', [{ kind: 'proportion', margin: 0.1 }, share(10_000, 0), share(10_000, 0)]],
    [
      'a share of which all is good',
      [{ kind: 'proportion', better: 'higher', margin: 0.01 }, share(10_000, 10_000), share(10_000, 10_000)],
    ],
    ['events of users', [{ kind: 'count', margin: 0.05 }, count(10_000, 0), count(10_000, 0)]],
    ['events alone', [{ kind: 'count' }, { kind: 'count', count: 0 }, { kind: 'count', count: 0 }]],
    ['a mean', [{ kind: 'mean', margin: 0.05 }, mean(10_000, 0), mean(10_000, 0)]],
    ['a constant mean', [{ kind: 'mean', margin: 0.05 }, mean(10_000, 5), mean(10_000, 5)]],
    ['a ratio', [{ kind: 'ratio' }, ratio(10_000, 0), ratio(10_000, 0)]],
    ['a quantile', [{ kind: 'quantile', q: 0.5 }, times(9_000, 1_000), times(9_000, 1_000)]],
  ])('R-605 stops no winner where the treatment shows nothing either: %s', (_, [guardrail, control, treatment]) => {
    const analysis = guarded(guardrail, control, treatment);
    expect(analysis.ruling).toMatchObject({ verdict: 'won', variant: 'treatment' });
    expect(JSON.stringify(analysisReport(analysis))).not.toContain('no numbers');
  });

  it('R-605 with a few events in the treatment alone is neither lost nor as good as a margin asks for, and says so', () => {
    const { ruling } = guarded({ kind: 'proportion', margin: 0.1 }, share(10_000, 0), share(10_000, 2));
    expect(ruling.verdict).toBe('collecting');
    expect(ruling.missing).toEqual([
      'treatment: guard is 0 in control, of which 10% is nothing, and 0.02% in treatment: not shown to be worse, nor to be as good',
    ]);
  });

  it('R-605 says that there are no numbers only where there are none', () => {
    const empty = guarded({ kind: 'proportion' }, share(0, 0), share(0, 0));
    expect(resultOf(empty)).toBe('no-data');
    expect(empty.ruling.missing.join()).toContain('there are no numbers of the guardrail guard');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 0, max: 1_000 }), (a, b) => {
        for (const kind of ['proportion', 'count', 'ratio'] as const) {
          const of = { proportion: share, count, ratio }[kind];
          expect(resultOf(guarded({ kind }, of(1_000, a), of(1_000, b)))).not.toBe('no-data');
        }
      }),
      { numRuns: 60 },
    );
  });

  it('R-605 takes no chance for harm: 3 events against none', () => {
    expect(resultOf(guarded({ kind: 'proportion' }, share(10_000, 0), share(10_000, 3)))).toBe('open');
    expect(resultOf(guarded({ kind: 'count' }, count(10_000, 0), count(10_000, 3)))).toBe('open');
    expect(resultOf(guarded({ kind: 'ratio' }, ratio(10_000, 0), ratio(10_000, 3)))).toBe('open');
  });

  it('R-605 shares with fewer than 20 users on either side are compared exactly', () => {
    const effectOf = (a: number, b: number) =>
      guarded({ kind: 'proportion' }, share(10_000, a), share(10_000, b)).metrics[1]?.arms[0]?.effect;
    const exactOf = (a: number, b: number): number =>
      riskRatio({ n: 10_000, successes: a }, { n: 10_000, successes: b }, { alpha: 0.05, tOpt: 2_500 }).lower - 1;
    expect(effectOf(19, 60)?.lower).toBeCloseTo(exactOf(19, 60), 10);
    expect(effectOf(9_981, 9_990)?.lower).toBeCloseTo(exactOf(9_981, 9_990), 10);
    expect(effectOf(20, 60)?.lower).not.toBeCloseTo(exactOf(20, 60), 3);
  });

  it('R-605 a control within its own noise of 0 is compared in units, not in percent', () => {
    const analysis = guarded({ kind: 'mean', better: 'higher' }, mean(10_000, 0.001, 1), mean(10_000, -0.3, 1));
    expect(analysis.metrics[1]?.arms[0]?.effect).toMatchObject({ scale: 'absolute' });
    expect(analysis.metrics[1]?.arms[0]?.effect?.estimate).toBeCloseTo(-0.301, 10);
    expect(analysis.ruling.because).toContain('0.001 -> -0.3');
  });
});
