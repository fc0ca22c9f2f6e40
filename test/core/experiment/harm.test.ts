import { describe, expect, it } from 'vitest';
import { verdictTick } from '../../../src/core/experiment/decision.ts';
import { experimentFindings } from '../../../src/core/experiment/finding.ts';
import type { Experiment, ExperimentData, ExperimentMetric } from '../../../src/core/model/experiment.ts';
import { conversions, share } from './given.ts';
import { config, conversion, dataOf, look, NOW, running } from './looking.ts';

const errors: ExperimentMetric = { name: 'errors', role: 'guardrail', kind: 'proportion', better: 'lower' };
const NAMES = ['control', 'a', 'b'];

function three(wrong: { readonly a: number; readonly b: number }, converted = 520): ExperimentData {
  const of = (conversionsSeen: number, errorsSeen: number) =>
    [10_000, { conversion: share(10_000, conversionsSeen), errors: share(10_000, errorsSeen) }] as const;
  return dataOf({ control: of(500, 300), a: of(converted, wrong.a), b: of(520, wrong.b) });
}

const experiment: Experiment = running([conversion, errors], NAMES);

describe('one harmful treatment among several', () => {
  it('R-605 is named by the verdict, whatever the others do', () => {
    const { ruling } = look(experiment, three({ a: 300, b: 900 }));
    expect(ruling.verdict).toBe('collecting');
    expect(ruling.harmed.map(({ variant }) => variant)).toEqual(['b']);
    expect(ruling.because).toMatch(/^errors of b is worse than allowed: \+200%/);
    expect(ruling.because).toContain('its users stay in it until experiment stop checkout');
    const won = look(experiment, three({ a: 300, b: 900 }, 800)).ruling;
    expect(won).toMatchObject({ verdict: 'won', variant: 'a' });
    expect(won.because).toContain('errors of b is worse than allowed');
  });

  it('R-605 all that are harmful are named when every guardrail is lost', () => {
    const { ruling } = look(experiment, three({ a: 800, b: 900 }));
    expect(ruling).toMatchObject({ verdict: 'guardrail-lost', variant: 'a' });
    expect(ruling.because).toContain('errors of a is worse');
    expect(ruling.because).toContain('errors of b is worse');
  });

  it('R-605 is recorded by the tick once, and has an alert of its own', () => {
    const ticking = { now: NOW, config };
    const first = verdictTick(experiment, three({ a: 300, b: 900 }), ticking);
    expect(first).toMatchObject({ verdict: 'collecting', harmed: ['b'] });
    if (!first) throw new Error('no decision');
    const decided = { ...experiment, decision: first };
    expect(verdictTick(decided, three({ a: 301, b: 910 }), ticking)).toBeUndefined();
    const open = experimentFindings([decided]).filter(({ state }) => state === 'breach');
    expect(open).toMatchObject([
      { rule: 'guardrail-lost-b', title: 'experiment checkout: a guardrail of b is lost', severity: 'high' },
    ]);
    expect(open[0]?.detail).toContain('errors of b is worse');
    const healed = verdictTick(decided, three({ a: 300, b: 300 }), ticking);
    expect(healed).toMatchObject({ verdict: 'collecting' });
    if (!healed) throw new Error('no decision');
    const after = experimentFindings([{ ...experiment, decision: healed }]);
    expect(after.find(({ rule }) => rule === 'guardrail-lost-b')).toMatchObject({ state: 'quiet' });
    expect(after.every(({ state }) => state !== 'breach')).toBe(true);
  });

  it('of one treatment alone there is the one alert', () => {
    const one = running([conversion, errors]);
    const data = conversions(
      NOW,
      { control: [10_000, 500], treatment: [10_000, 500] },
      {
        control: { errors: share(10_000, 300) },
        treatment: { errors: share(10_000, 900) },
      },
    );
    const decision = verdictTick(one, data, { now: NOW, config });
    if (!decision) throw new Error('no decision');
    const open = experimentFindings([{ ...one, decision }]).filter(({ state }) => state === 'breach');
    expect(open.map(({ rule }) => rule)).toEqual(['guardrail-lost']);
  });
});

describe('users seen in several variants', () => {
  const won = conversions(NOW, { control: [10_000, 500], treatment: [10_000, 700] });

  it('R-602 withhold the verdict above 1 %, and the numbers stay in the report', () => {
    const { ruling, metrics } = look(running(), { ...won, crossed: 300 });
    expect(ruling.verdict).toBe('sample-ratio');
    expect(ruling.because).toContain('300 of 20,300 were seen in more than one');
    expect(metrics[0]?.arms[0]?.effect?.estimate).toBeCloseTo(0.4, 10);
  });

  it('R-602 below 1 %, and a handful of few, withhold nothing', () => {
    expect(look(running(), { ...won, crossed: 150 }).ruling.verdict).toBe('won');
    const few = conversions(NOW, { control: [300, 10], treatment: [300, 10] });
    expect(look(running(), { ...few, crossed: 9 }).ruling.verdict).toBe('collecting');
  });
});
