import { describe, expect, it } from 'vitest';
import { forecast } from '../../../../src/core/judge/forecast/forecast.ts';
import { drawBinomial, seeded } from '../../../../src/core/judge/forecast/draw.ts';
import { foldAnswers } from '../../../../src/core/judge/fold.ts';
import { often } from '../../../../src/core/judge/forecast/often.ts';
import { sightOf, type Traffic } from '../../../../src/core/judge/forecast/sight.ts';
import { sightRemarks, sightTable } from '../../../../src/core/report/sight.ts';
import { windowWidth } from '../../../../src/core/judge/window.ts';
import type { Evidence, JudgeSpec, Sample } from '../../../../src/core/model/metric.ts';
import type { PlannedStage } from '../../../../src/core/model/plan.ts';
import { MINUTE, SECOND } from '../../../../src/core/model/time.ts';
import { fromPercent, WHOLE } from '../../../../src/core/model/weight.ts';
import { errorsBelow, judge } from '../given.ts';

const stage = (
  name: string,
  [percent, bake]: readonly [number, number],
  judges: readonly JudgeSpec[],
): PlannedStage => ({
  name,
  weight: fromPercent(percent),
  bake,
  promote: 'auto',
  judges,
  checks: [],
});
const stages = (...judges: readonly JudgeSpec[]): readonly PlannedStage[] => [
  stage('canary', [5, 5 * MINUTE], judges),
  stage('beta', [25, 15 * MINUTE], judges),
  stage('all', [100, 30 * MINUTE], judges),
];
const traffic: Traffic = { perSecond: 42, usual: {}, errorRate: 0.005, from: 'as given' };
const compared = (more: Partial<JudgeSpec['rule'] & { type: 'compare' }> = {}): JudgeSpec =>
  judge({ id: 'c', rule: { type: 'compare', with: 'stable', method: 'regression', ...more } });
const errors: Sample = { kind: 'proportion', bad: 500, total: 100_000 };

/** One rollout on its real windows, each request drawn by itself. */
function failsWindowByWindow(
  spec: JudgeSpec,
  plan: readonly PlannedStage[],
  { worse, random }: { readonly worse: number; readonly random: () => number },
): boolean {
  const draw = (total: number, rate: number): Sample => ({
    kind: 'proportion',
    bad: Array.from({ length: total }, () => (random() < rate ? 1 : 0)).reduce<number>((sum, one) => sum + one, 0),
    total,
  });
  let evidence: Evidence | undefined;
  for (const { name, weight, bake } of plan) {
    const width = windowWidth(bake);
    const planned = bake / width;
    for (let window = 0; window < planned; window++) {
      const share = (part: number): number => Math.round(42 * (width / SECOND) * part);
      const answer = {
        candidate: draw(share(weight / WHOLE), 0.005 * worse),
        baseline: draw(share(1 - weight / WHOLE), 0.005),
      };
      evidence = foldAnswers(evidence, spec, { stage: name, width, weight, planned, answers: [answer] });
      if (evidence.failedAt !== null) return true;
    }
  }
  return false;
}

describe('what a plan can see', () => {
  it('says requests and chances of the stages before everybody has it', () => {
    const sight = sightOf({ stages: stages(errorsBelow(0.01)), traffic });
    expect(sight.requests).toEqual([630, 9_450, 75_600]);
    expect(sight.sentences).toEqual([
      'canary and beta see about 10,000 requests; three times the errors are noticed nearly always, twice 9 times in 10',
    ]);
  });

  it('words chances no more precisely than they are known', () => {
    expect([0.01, 0.08, 0.52, 0.87, 0.96].map(often)).toEqual([
      'hardly ever',
      '1 time in 10',
      '5 times in 10',
      '9 times in 10',
      'nearly always',
    ]);
  });

  it('R-315 a bound on a rate is crossed as often as drawn rollouts cross it that are judged after every window', () => {
    const spec = errorsBelow(0.01);
    const random = seeded(7);
    const fails = (): boolean =>
      stages(spec).some(({ name, weight, bake }) => {
        const width = windowWidth(bake);
        const total = Math.floor(42 * (weight / WHOLE) * (width / SECOND));
        const answers = Array.from({ length: bake / width }, () => ({
          candidate: { kind: 'proportion' as const, bad: drawBinomial(total, 0.007, random), total },
          baseline: null,
        }));
        return foldAnswers(undefined, spec, { stage: name, width, answers }).failedAt !== null;
      });
    const share = Array.from({ length: 2_000 }, fails).filter(Boolean).length / 2_000;
    const usual: Sample = { kind: 'proportion', bad: 699.5, total: 99_999 };
    const seen = forecast(spec, { stages: stages(spec), perSecond: 42, usual, worse: 1 });
    expect(Math.abs((seen?.whole ?? 0) - share)).toBeLessThan(0.03);
    // Judged once at the end of each stage it would be half of that.
    expect(share).toBeGreaterThan(0.2);
  });

  it('R-315 warns of a bound that is crossed by chance, and proposes one that hardly ever is', () => {
    const spec = errorsBelow(0.01);
    const usual: Sample = { kind: 'proportion', bad: 700, total: 100_000 };
    const known = { perSecond: 42, usual: { 'error-rate': usual }, from: 'as given' };
    const { byChance } = sightOf({ stages: stages(spec), traffic: known });
    expect(byChance).toMatchObject([{ judge: { id: 'error-rate' } }]);
    const [found] = byChance;
    expect(found?.chance).toBeGreaterThan(0.2);
    const bound = found?.bound ?? Number.NaN;
    expect(bound).toBeGreaterThan(0.011);
    expect(bound).toBeLessThan(0.02);
    const better = errorsBelow(bound);
    expect(forecast(better, { stages: stages(better), perSecond: 42, usual, worse: 1 })?.whole).toBeLessThanOrEqual(
      0.05,
    );
    expect(sightOf({ stages: stages(better), traffic: known }).byChance).toEqual([]);
    expect(sightRemarks(sightOf({ stages: stages(spec), traffic: known }), known).at(-1)).toMatch(
      /^`errors below 1%` would be crossed by chance in about \d\d% of the rollouts that are no worse than usual: write below 1\.\d%$/,
    );
    // Of a few requests nobody knows what is usual; what only tells people holds nobody up.
    const few: Sample = { kind: 'proportion', bad: 1, total: 100 };
    expect(sightOf({ stages: stages(spec), traffic: { ...known, usual: { 'error-rate': few } } }).byChance).toEqual([]);
    const told = errorsBelow(0.01, { then: 'notify' });
    expect(sightOf({ stages: stages(told), traffic: known }).byChance).toEqual([]);
  });

  it('R-315 proposes less for what must stay above a bound', () => {
    const spec = judge({ read: 'success', rule: { type: 'above', bound: 0.99 } });
    const usual: Sample = { kind: 'proportion', bad: 700, total: 100_000 };
    const known = { perSecond: 42, usual: { 'error-rate': usual }, from: 'as given' };
    const mirrored = sightOf({ stages: stages(errorsBelow(0.01)), traffic: known }).byChance[0];
    const [found] = sightOf({ stages: stages(spec), traffic: known }).byChance;
    expect(found?.chance).toBeCloseTo(mirrored?.chance ?? 0, 6);
    expect(found?.bound).toBeCloseTo(1 - (mirrored?.bound ?? 0), 6);
  });

  it('R-315 asks mann-whitney about its real windows: what a lump of twelve shows is no reading of one', () => {
    const spec = compared({ method: 'mann-whitney', alpha: 0.05 });
    const plan = [stage('beta', [25, 30 * MINUTE], [spec])];
    const random = seeded(5);
    const share = Array.from({ length: 100 }, () => failsWindowByWindow(spec, plan, { worse: 1.6, random }));
    const seen = forecast(spec, { stages: plan, perSecond: 42, usual: errors, worse: 1.6, runs: 200 });
    expect(Math.abs((seen?.whole ?? 0) - share.filter(Boolean).length / 100)).toBeLessThan(0.15);
  });

  it('asks a comparison itself: chances are those of its own fold, and grow with traffic and with errors', () => {
    const spec = compared();
    const chance = (perSecond: number, worse: number): number =>
      forecast(spec, { stages: stages(spec), perSecond, usual: errors, worse })?.whole ?? Number.NaN;
    expect(chance(42, 4)).toBeGreaterThan(0.95);
    expect(chance(42, 1)).toBeLessThan(0.5);
    expect(chance(42, 1.5)).toBeLessThan(chance(42, 2.5));
    expect(chance(4, 2.2)).toBeLessThanOrEqual(chance(400, 2.2));
  });

  it('says of an anytime-valid comparison what its own fold does window by window', () => {
    const spec = compared({ method: 'sequential', alpha: 0.05 });
    const plan = stages(spec).slice(0, 2);
    for (const worse of [1, 3]) {
      const random = seeded(worse * 100);
      const share = Array.from({ length: 80 }, () => failsWindowByWindow(spec, plan, { worse, random })).filter(
        Boolean,
      );
      const seen = forecast(spec, { stages: plan, perSecond: 42, usual: errors, worse, runs: 200 });
      expect(Math.abs((seen?.whole ?? 0) - share.length / 80), `${worse} times`).toBeLessThan(0.16);
      if (worse === 1) expect(seen?.whole).toBeLessThan(0.06);
      if (worse === 3) expect(seen?.whole).toBeGreaterThan(0.9);
    }
  });

  it('notices nothing before min-samples, and says what would bring them', () => {
    const spec = errorsBelow(0.01, { minSamples: 1_000 });
    const first = stage('canary', [5, 5 * MINUTE], [spec]);
    const { outOfReach, judges } = sightOf({ stages: [first], traffic });
    expect(judges[0]?.noticed.map(({ whole }) => whole)).toEqual([0, 0]);
    expect(outOfReach).toEqual([
      {
        stage: 'canary',
        judges: ['error-rate'],
        samples: 630,
        minSamples: 1_000,
        bake: 8 * MINUTE,
        weight: fromPercent(8),
      },
    ]);
    // What is proposed is enough.
    const enough = [
      { ...first, bake: outOfReach[0]?.bake ?? 0 },
      { ...first, weight: outOfReach[0]?.weight ?? 0 },
    ];
    for (const better of enough) expect(sightOf({ stages: [better], traffic }).outOfReach).toEqual([]);
  });

  it('of latencies says by how much they must get worse', () => {
    const latency = judge({
      id: 'l',
      metric: 'latency',
      kind: 'histogram',
      read: 'p95',
      rule: { type: 'below', bound: 1 },
    });
    const usual: Sample = {
      kind: 'histogram',
      bounds: [0.1, 0.25, 0.5, 1, 2, 4],
      counts: [400, 300, 220, 70, 9, 1, 0],
    };
    const { judges, sentences } = sightOf({
      stages: stages(latency),
      traffic: { ...traffic, usual: { latency: usual } },
    });
    // 92 % are below 0.5 s, 99 % below 1 s: the p95 is 0.71 s, and leaves its bound when all is 1.4 times slower.
    expect(judges[0]?.smallest).toBeGreaterThan(1.3);
    expect(judges[0]?.smallest).toBeLessThan(1.75);
    expect(sentences[1]).toMatch(/^latency p95: \d\d% worse is noticed 9 times in 10$/);
    expect(judges[0]?.falseAlarm).toBe(0);
  });

  it('R-708 of what not even ten times worse would show says so in the table and in words, with the cause', () => {
    const bounds = [0.1, 0.5, 1];
    const coarse: Sample = { kind: 'histogram', bounds, counts: [500, 400, 80, 20] };
    const latency = { id: 'l', metric: 'latency', kind: 'histogram', read: 'p95' } as const;
    const below = (bound: number) => {
      const plan = stages(judge({ ...latency, rule: { type: 'below', bound } }));
      const sight = sightOf({ stages: plan, traffic: { ...traffic, usual: { latency: coarse } } });
      const table = sightTable(sight, plan);
      return { words: sightRemarks(sight, traffic)[1], row: table?.type === 'table' ? table.rows[0] : undefined };
    };
    expect(below(2).words).toBe(
      'latency p95: not even ten times worse would be noticed in 9 of 10 rollouts: its buckets end at 1 s',
    );
    expect(below(2).row).toEqual(['l', 'not even ten times worse', '', '', '', 'hardly ever', 'hardly ever']);
    expect(below(0.9).row?.at(-2)).toBe('9 times in 10');
    expect(below(0.9).words).not.toContain('buckets end');
  });

  it('leaves out what decides nothing and what nobody knows', () => {
    const other = judge({ id: 'm', metric: 'size', kind: 'mean', rule: { type: 'below', bound: 1 } });
    const { judges } = sightOf({ stages: stages(errorsBelow(0.01, { dryRun: true }), other), traffic });
    expect(judges).toEqual([]);
  });

  it('says the same of the same plan', () => {
    const plan = { stages: stages(compared()), traffic };
    expect(sightOf(plan)).toEqual(sightOf(plan));
  });
});
