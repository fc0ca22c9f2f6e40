import { describe, expect, it } from 'vitest';
import { foldAnswers, restartEvidence } from '../../../src/core/judge/fold.ts';
import { judgeStage } from '../../../src/core/judge/stage.ts';
import { beginLogs } from '../../../src/core/judge/sequential/alternatives.ts';
import type { Answer } from '../../../src/core/judge/rule.ts';
import type { Evidence, JudgeSpec, Sample } from '../../../src/core/model/metric.ts';
import { fromPercent, WHOLE } from '../../../src/core/model/weight.ts';
import { both, judge, look, only, requests, times } from './given.ts';
import { BUDGET, compare, counts, errors, failures, gauge, later, slack } from './whole-plan.ts';

type Method = 'sequential' | 'regression' | 'mann-whitney';
const count = (value: number): Sample => ({ kind: 'count', count: value });
const value = (reading: number): Sample => ({ kind: 'value', value: reading });
const by = (method: Method, more: Partial<JudgeSpec> = {}): JudgeSpec =>
  judge({ rule: { type: 'compare', with: 'stable', method, alpha: 0.05 }, ...more });
const crashes = { kind: 'count', metric: 'crashes' } as const;
const orders = { kind: 'count', metric: 'orders', better: 'higher' } as const;

const canary = (spec: JudgeSpec, answers: readonly Answer[], percent = 5): Evidence =>
  foldAnswers(undefined, spec, { stage: 'canary', width: 10_000, weight: fromPercent(percent), answers });
const all = (spec: JudgeSpec, before: Evidence | undefined, answers: readonly Answer[]): Evidence =>
  inStage('all', { spec, before, answers });
const inStage = (
  stage: string,
  { spec, before, answers }: { spec: JudgeSpec; before: Evidence | undefined; answers: readonly Answer[] },
): Evidence => foldAnswers(before, spec, { stage, width: 10_000, weight: WHOLE, answers });
const said = (spec: JudgeSpec, evidence: Evidence, more: Parameters<typeof look>[1] = {}) =>
  judgeStage({ look: look([spec], { stage: evidence.stage, ...more }), evidence: [evidence] }).verdicts[0];

describe('counts of arms with other shares of the traffic', () => {
  it('R-121 are compared as if each had all of it, by every method, also in words', () => {
    for (const method of ['sequential', 'regression'] as const) {
      const spec = by(method, crashes);
      const same = canary(spec, times(10, both(count(5), count(95))));
      expect(same.failedAt).toBeNull();
      expect(said(spec, same, { weight: fromPercent(5) })).toMatchObject({ seen: 10, baseline: 10 });
      expect(said(spec, same, { weight: fromPercent(5) })?.because).toContain(
        'crashes 10/s against 10/s, each as if it had all the traffic',
      );
    }
  });

  it('R-121 fail a regression where the candidate has more for its share, of wanted events less', () => {
    expect(canary(by('regression', crashes), times(10, both(count(11), count(95)))).failedAt).not.toBeNull();
    expect(canary(by('regression', crashes), times(10, both(count(9), count(95)))).failedAt).toBeNull();
    expect(canary(by('regression', orders), times(10, both(count(3), count(95)))).failedAt).not.toBeNull();
    expect(canary(by('regression', orders), times(10, both(count(4.5), count(95)))).failedAt).toBeNull();
  });

  it('R-121 R-605 are not more at 100 % because 5 % and 25 % recorded less', () => {
    for (const method of ['sequential', 'regression', 'mann-whitney'] as const) {
      const spec = by(method, crashes);
      const first = canary(spec, times(10, both(count(5), count(95))));
      const second = foldAnswers(first, spec, {
        stage: 'quarter',
        width: 10_000,
        weight: fromPercent(25),
        answers: times(10, both(count(25), count(75))),
      });
      const healthy = all(spec, second, times(30, only(count(110))));
      expect(healthy.failedAt).toBeNull();
      expect(said(spec, healthy, { weight: WHOLE })).toMatchObject({ seen: 11, baseline: 10 });
      expect(all(spec, second, times(30, only(count(300)))).failedAt).not.toBeNull();
    }
  });

  it('R-121 counts for how long an arm had which share, also where that was lowered in between', () => {
    const spec = by('regression', crashes);
    const before = canary(spec, times(10, both(count(40), count(60))), 40);
    const lowered = foldAnswers(before, spec, {
      stage: 'canary',
      width: 10_000,
      weight: fromPercent(20),
      from: 10,
      answers: times(10, both(count(20), count(80))),
    });
    expect(said(spec, lowered, { weight: fromPercent(20) })).toMatchObject({ seen: 10, baseline: 10 });
  });
});

describe('too little', () => {
  it('R-121 fewer than five events fail nothing, whatever their kind, and wanted ones that could not be missed pass nothing', () => {
    const none = times(10, both(count(0), count(0)));
    const spec = by('regression', crashes);
    expect(all(spec, canary(spec, none), [only(count(4))]).failedAt).toBeNull();
    expect(all(spec, canary(spec, none), [only(count(5))]).failedAt).toBe(0);
    const wanted = by('regression', orders);
    const before = canary(wanted, times(10, both(count(0), count(0.3))));
    const after = all(wanted, before, times(10, only(count(0))));
    expect(after.failedAt).toBeNull();
    expect(said(wanted, after, { weight: WHOLE })?.verdict).toBe('undecided');
  });

  it('R-121 that unwanted events do not come is no lack of them', () => {
    const spec = by('sequential', crashes);
    const evidence = all(spec, canary(spec, times(10, both(count(0), count(0)))), times(10, only(count(0))));
    expect(said(spec, evidence, { weight: WHOLE })?.verdict).toBe('pass');
  });

  it('R-605 fewer than 20 windows of a gauge neither fail nor pass a comparison with all the traffic, five a regression', () => {
    const cpu = { kind: 'value', metric: 'cpu' } as const;
    const wave = (mean: number, size: number): readonly Sample[] =>
      Array.from({ length: size }, (_, index) => value(mean + ((7 * index) % 5)));
    const statistical = by('sequential', cpu);
    const before = canary(
      statistical,
      wave(30, 40).map((one) => both(one, one)),
    );
    const early = all(statistical, before, wave(90, 19).map(only));
    expect(early.failedAt).toBeNull();
    const short = all(statistical, before, wave(30, 10).map(only));
    expect(said(statistical, short, { weight: WHOLE })).toMatchObject({ verdict: 'undecided' });
    expect(said(statistical, short, { weight: WHOLE })?.because).toContain('10 samples, 20 are needed');
    expect(all(statistical, before, wave(90, 40).map(only)).failedAt).not.toBeNull();
    const fixed = by('regression', cpu);
    const kept = canary(
      fixed,
      wave(30, 40).map((one) => both(one, one)),
    );
    expect(all(fixed, kept, wave(90, 4).map(only)).failedAt).toBeNull();
    expect(all(fixed, kept, wave(90, 5).map(only)).failedAt).toBe(4);
  });

  it('R-605 a gauge that never moves but rises is worse for certain', () => {
    const spec = by('sequential', { kind: 'value', metric: 'cpu' });
    const before = canary(spec, times(40, both(value(30), value(30))));
    expect(all(spec, before, times(40, only(value(95)))).failedAt).toBe(19);
    expect(all(spec, before, times(40, only(value(30)))).failedAt).toBeNull();
  });
});

describe('a comparison with all the traffic', () => {
  it('R-605 fails only where the reading exceeds what is allowed by more than chance', () => {
    const spec = by('sequential');
    const before = canary(spec, times(20, both(requests(0, 50), requests(1, 100))));
    // 2.5 % against 20 of 2,000: beyond twice as many, and within chance.
    expect(all(spec, before, times(20, only(requests(5, 200)))).failedAt).toBeNull();
    expect(all(spec, before, times(20, only(requests(12, 200)))).failedAt).not.toBeNull();
    // For certain more, and no more than allowed.
    expect(all(spec, before, times(300, only(requests(19, 1_000)))).failedAt).toBeNull();
  });

  it('R-605 says the evidence beside what is allowed', () => {
    const spec = by('sequential');
    const before = canary(spec, times(20, both(requests(0, 50), requests(1, 100))));
    const evidence = all(spec, before, times(10, only(requests(1, 200))));
    expect(said(spec, evidence, { weight: WHOLE })?.because).toBe(
      'errors 0.5% (10 of 2,000) against 1% (20 of 2,000), allowed at most 2 times it: no worse: evidence below 1, rollback at 20',
    );
  });

  it('R-605 depends on windows and not on looks', () => {
    for (const spec of [by('sequential'), by('sequential', { kind: 'value', metric: 'cpu' })]) {
      const sample = (index: number): Sample =>
        spec.kind === 'value' ? value(30 + ((index * 11) % 7)) : requests((index * 7) % 5, 100);
      const before = canary(
        spec,
        times(30, 0).map((_, index) => both(sample(index), sample(index + 3))),
      );
      const answers = times(30, 0).map((_, index) => only(sample(index + 1)));
      let step: Evidence | undefined = before;
      for (const [index, answer] of answers.entries())
        step = foldAnswers(step, spec, { stage: 'all', width: 10_000, weight: WHOLE, from: index, answers: [answer] });
      expect(step).toEqual(all(spec, before, answers));
    }
  });

  it('R-605 spends less of its budget with each stage and each beginning: nothing gives it a second chance', () => {
    const spec = by('sequential');
    const before = canary(spec, times(20, both(requests(0, 50), requests(1, 100))));
    const worse = times(40, only(requests(10, 200)));
    const first = all(spec, before, worse);
    expect(first.failedAt).not.toBeNull();
    let again = first;
    for (let round = 0; round < 4; round++)
      again = inStage(`all/${round + 2}`, { spec, before: restartEvidence(again), answers: worse });
    expect(again.failedAt ?? Infinity).toBeGreaterThan(first.failedAt ?? Infinity);
    const settled = inStage('(settling)', { spec, before: first, answers: worse });
    expect(settled.extra?.['spent']).toBe(1);
    expect(again.extra?.['spent']).toBe(4);
  });

  it('R-605 compares with what another rule of its plan recorded of the same baseline, and takes none of its evidence', () => {
    const below = by('sequential', { id: 'error-rate compare stable, sequential' });
    const spec = by('regression', { id: 'error-rate compare stable, regression' });
    const before = canary(below, times(20, both(requests(0, 50), requests(1, 100))));
    const bad = new Map([[spec.id, { answers: times(20, only(requests(20, 200))) }]]);
    const full = look([spec], { stage: 'all', weight: WHOLE });
    const judged = judgeStage({ look: full, evidence: [before], answers: bad });
    expect(judged.verdicts[0]?.verdict).toBe('fail');
    expect(judged.evidence[0]?.extra).not.toHaveProperty('bets');
    expect(judgeStage({ look: full, evidence: [before] }).evidence).toEqual([]);
  });

  it('R-605 fails no more healthy rollouts than its budget, nor those exactly as bad as allowed, and finds what is worse', () => {
    const run = 60;
    const cpu = { kind: 'value', metric: 'cpu' } as const;
    for (const [spec, draw] of [
      [compare(), errors(20, 0.001)],
      [compare(crashes), counts(0.05)],
      [compare(cpu), gauge(30, 20)],
      [compare(), later(errors(20, 0.002), errors(20, 0.002, 2))],
    ] as const)
      expect(failures(spec, draw, run).length / run).toBeLessThanOrEqual(BUDGET + slack(run));
    expect(failures(compare(), later(errors(20, 0.005), errors(20, 0.005, 5)), 10)).toEqual(times(10, 'all'));
  });
});

describe('logs of another rule', () => {
  it('R-605 forgive nothing that was lost', () => {
    expect(beginLogs([-3, -1, 2], 2)).toEqual([-3, -3]);
    expect(beginLogs([1, 2], 2)).toEqual([1, 2]);
    expect(beginLogs(undefined, 2)).toEqual([0, 0]);
  });
});
