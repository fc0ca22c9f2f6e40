import { describe, expect, it } from 'vitest';
import { analysisReport } from '../../../src/core/experiment/report.ts';
import type { Analysis } from '../../../src/core/experiment/results.ts';
import { directionOf } from '../../../src/core/experiment/direction.ts';
import type { ExperimentMetric, MetricSums } from '../../../src/core/model/experiment.ts';
import { HOUR } from '../../../src/core/model/time.ts';
import { conversions, session, share, START } from './given.ts';
import { conversion, dataOf, look, NOW, running } from './looking.ts';

const errors: ExperimentMetric = { name: 'errors', role: 'guardrail', kind: 'proportion', better: 'lower' };

/** 90 users a variant, of 1,000 that are asked for: below the tenth from which asymptotic intervals count. */
function few(control: number, treatment: number): Analysis {
  const of = (wrong: number) => [90, { conversion: share(90, 9), errors: share(90, wrong) }] as const;
  return look(running([conversion, errors]), dataOf({ control: of(control), treatment: of(treatment) }));
}

function textOf(analysis: Analysis): string {
  return JSON.stringify(analysisReport(analysis));
}

describe('a guardrail that is worse while there are few users', () => {
  it('R-605 is lost at once where shares are compared exactly', () => {
    const { ruling } = few(2, 60);
    expect(ruling).toMatchObject({ verdict: 'guardrail-lost', variant: 'treatment' });
    expect(ruling.because).toContain('errors of treatment is worse than allowed');
  });

  it('R-605 is named where the interval asks for more users, with the number from which it counts', () => {
    const { ruling } = few(20, 70);
    expect(ruling).toMatchObject({ verdict: 'collecting', harmed: [] });
    expect(ruling.because).toMatch(
      /^errors of treatment looks worse than allowed: \+250% \(.*\); with 100 users of each variant it counts as lost; undecided/,
    );
  });

  it('R-605 is lost by a quantile at once: its interval takes no large samples for granted', () => {
    const load: ExperimentMetric = { name: 'load', role: 'guardrail', kind: 'quantile', better: 'lower', q: 0.5 };
    const times = (counts: readonly number[]): MetricSums => ({ kind: 'quantile', bounds: [1, 2, 3, 4], counts });
    const of = (counts: readonly number[]) => [90, { conversion: share(90, 9), load: times(counts) }] as const;
    const { ruling } = look(
      running([conversion, load]),
      dataOf({ control: of([85, 5, 0, 0, 0]), treatment: of([0, 0, 5, 85, 0]) }),
    );
    expect(ruling).toMatchObject({ verdict: 'guardrail-lost' });
  });
});

describe('a goal that is worse', () => {
  const worse = conversions(START + 12 * HOUR, { control: [10_000, 700], treatment: [10_000, 400] });

  it('R-603 is said before time and users are enough, with when it is called lost', () => {
    const { ruling } = look(running(), worse, START + 12 * HOUR);
    expect(ruling.verdict).toBe('collecting');
    expect(ruling.because).toMatch(
      /^conversion of treatment is worse already: -42.9% \(.*\); called lost after 1 d and 1,000 users of each variant: 12 h are left$/,
    );
    const { ruling: later } = look(running(), { ...worse, until: new Date(NOW).toISOString() });
    expect(later).toMatchObject({ verdict: 'lost', variant: 'treatment' });
    expect(later.because).toMatch(/^conversion of treatment is worse: -42.9%/);
  });

  it('R-603 of which nothing is known is said as a sentence', () => {
    const { ruling } = look(running(), dataOf({ control: [0, {}], treatment: [0, {}] }));
    expect(ruling.because).toContain('the effect of treatment on conversion is not known yet');
  });
});

it('R-605 a guardrail of which neither variant shows anything is not called as good: nothing was seen', () => {
  const of = () => [10_000, { conversion: share(10_000, 500), errors: share(10_000, 0) }] as const;
  const analysis = look(running([conversion, { ...errors, margin: 0.1 }]), dataOf({ control: of(), treatment: of() }));
  expect(analysis.metrics[1]?.arms[0]?.result).toBe('nothing-seen');
  expect(textOf(analysis)).toContain('"nothing seen"');
  expect(textOf(analysis)).not.toContain('as-good');
});

it('R-605 the table says that secondary metrics decide nothing, and stand outside of the budget', () => {
  const support: ExperimentMetric = { ...errors, name: 'support', role: 'secondary' };
  const of = (asked: number) => [10_000, { conversion: share(10_000, 500), support: share(10_000, asked) }] as const;
  const analysis = look(running([conversion, support]), dataOf({ control: of(100), treatment: of(900) }));
  expect(analysis.ruling).toMatchObject({ verdict: 'collecting', harmed: [] });
  expect(textOf(analysis)).toContain('"secondary (decides nothing)"');
  expect(textOf(analysis)).toContain('support: secondary, each at the whole level of its own');
});

it('R-601 the list says how far the leader is ahead in the unit that the analysis has', () => {
  const s = session();
  s.say('experiment create checkout --goal revenue');
  s.say('experiment start checkout');
  const mean = (sum: number): MetricSums => ({ kind: 'mean', n: 10_000, sum, sumSquares: 10_000 });
  s.now = NOW;
  s.data = {
    checkout: dataOf({ control: [10_000, { revenue: mean(10) }], treatment: [10_000, { revenue: mean(3_000) }] }),
  };
  const list = JSON.stringify(s.say('experiment list').outcome.report);
  expect(list).toContain('"treatment +0.299"');
});

describe('a direction that is read from a name', () => {
  it.each(['errors', 'error-rate', 'checkout.latency', 'page_crashes', 'cart-refunds'])(
    'R-605 %s shall fall',
    (name) => {
      expect(directionOf(name)).toBe('lower');
    },
  );
  it.each(['not-errors', 'non-errors', 'without-crashes', 'crash-free', 'no-refunds', 'terrors', 'conversion'])(
    'R-605 %s does not say so',
    (name) => {
      expect(directionOf(name)).toBeUndefined();
    },
  );
});
