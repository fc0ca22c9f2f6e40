/**
 * Judging 100 rollouts of 10 metrics: a usual tick folds one window each; the latest tick possible folds all 300.
 * Measured against what has to be done anyway: reading the evidence from its files, and adding the windows up.
 */
import type { Answer } from '../../src/core/judge/rule.ts';
import type { StageLook } from '../../src/core/judge/look.ts';
import { judgeStage } from '../../src/core/judge/stage.ts';
import { type Evidence, type JudgeSpec, type Sample, addSamples } from '../../src/core/model/metric.ts';
import { fromPercent } from '../../src/core/model/weight.ts';
import { type BenchRow, interleave, median, spread } from './row.ts';

const ROLLOUTS = 100;
const METRICS = 10;
const WINDOWS = 300;
const WIDTH = 10_000;
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const ROUNDS = 7;
const AGAINST_READING = 4;
const AGAINST_SUMS = 5;
/** Evidence costs a handful of logarithms a window and arm beside the sums. */
const COMPARED_AGAINST_SUMS = 20;

function specOf(index: number): JudgeSpec {
  const common = { failures: 0, minSamples: 500, then: 'rollback', dryRun: false, source: 's', delay: 0 } as const;
  const rest = { ...common, id: `judge-${String(index)}`, better: 'lower', perVersion: true } as const;
  if (index % 3 === 0)
    return { ...rest, metric: 'latency', kind: 'histogram', read: 'p95', rule: { type: 'below', bound: 2 } };
  if (index % 3 === 1)
    return { ...rest, metric: 'error-rate', kind: 'proportion', rule: { type: 'below', bound: 0.5 } };
  const rule = { type: 'compare', with: 'stable', method: 'regression' } as const;
  return { ...rest, metric: 'errors', kind: 'proportion', rule };
}

/** The method that is honest at any number of looks, for each kind that is compared window by window. */
function comparisonOf(index: number): JudgeSpec {
  const spec = specOf(index);
  const rule = { type: 'compare', with: 'stable', method: 'sequential', alpha: 0.005 } as const;
  return index % 3 === 2 ? { ...spec, rule, kind: 'count' } : { ...spec, rule };
}

function sampleOf({ kind }: JudgeSpec, window: number): Sample {
  if (kind === 'count') return { kind, count: window % 3 };
  if (kind !== 'histogram') return { kind: 'proportion', bad: window % 3, total: 100 };
  return { kind, bounds: BOUNDS, counts: [1, 4, 20, 40, 20, 10, 3, 1, 1, 0, 0, 0] };
}

const specs = Array.from({ length: METRICS }, (_, index) => specOf(index));
const comparisons = Array.from({ length: METRICS }, (_, index) => comparisonOf(index));

type Answers = ReadonlyMap<string, { readonly answers: readonly Answer[] }>;

function answersTo(judges: readonly JudgeSpec[]): Answers {
  return new Map(
    judges.map((spec) => {
      const all = Array.from({ length: WINDOWS }, (_, window): Answer => {
        const sample = sampleOf(spec, window);
        return { candidate: sample, baseline: sample };
      });
      return [spec.id, { answers: all }];
    }),
  );
}
const answers = answersTo(specs);
const compared = answersTo(comparisons);

function lookUntil(windows: number, judges: readonly JudgeSpec[] = specs): StageLook {
  const end = WINDOWS * WIDTH;
  return {
    stage: 'canary',
    judges,
    exposedAt: 0,
    width: WIDTH,
    bake: end,
    end,
    windows: WINDOWS,
    watchedUntil: end,
    weight: fromPercent(25),
    hasStable: true,
    perVersion: true,
    now: windows * WIDTH,
  };
}

function milliseconds(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

/** All windows of all rollouts at once. */
function whole(): void {
  for (let rollout = 0; rollout < ROLLOUTS; rollout += 1) {
    const { stage } = judgeStage({ look: lookUntil(WINDOWS), evidence: [], answers });
    if (stage.result !== 'pass') throw new Error(`the bench judged ${stage.result}`);
  }
}

/** The same of comparisons; both arms are alike but for the counts, of which the candidate's are three times its share. */
function wholeCompared(): void {
  for (let rollout = 0; rollout < ROLLOUTS; rollout += 1) {
    const { stage } = judgeStage({ look: lookUntil(WINDOWS, comparisons), evidence: [], answers: compared });
    if (stage.result !== 'fail') throw new Error(`the bench compared and judged ${stage.result}`);
  }
}

/** One more window for every judge. */
function usual(evidence: readonly Evidence[]): void {
  const one = new Map([...answers].map(([id, all]) => [id, { answers: all.answers.slice(WINDOWS - 1) }]));
  for (let rollout = 0; rollout < ROLLOUTS; rollout += 1)
    judgeStage({ look: lookUntil(WINDOWS), evidence, answers: one });
}

/** What a tick does before it can judge. */
function read(texts: readonly string[]): void {
  for (let rollout = 0; rollout < ROLLOUTS; rollout += 1)
    for (const text of texts) {
      const one = JSON.parse(text) as Evidence;
      if (one.folded !== WINDOWS - 1) throw new Error('the bench read something else');
    }
}

/** The least a judge must keep: both arms' sums. */
function sums(): void {
  for (let rollout = 0; rollout < ROLLOUTS; rollout += 1)
    for (const { answers: all } of answers.values()) {
      const candidate = all.reduce<Sample | null>((sum, one) => addSamples(sum, one.candidate), null);
      const baseline = all.reduce<Sample | null>((sum, one) => addSamples(sum, one.baseline), null);
      if (!candidate || !baseline) throw new Error('the bench added nothing up');
    }
}

function printed(figures: readonly number[]): string {
  return `${median(figures).toFixed(1)} ms ± ${spread(figures).toFixed(1)}`;
}

export async function run(): Promise<readonly BenchRow[]> {
  const early = new Map([...answers].map(([id, all]) => [id, { answers: all.answers.slice(0, WINDOWS - 1) }]));
  const { evidence } = judgeStage({ look: lookUntil(WINDOWS - 1), evidence: [], answers: early });
  const texts = evidence.map((one) => JSON.stringify(one));
  const figures = await interleave(
    {
      whole: () => milliseconds(whole),
      compared: () => milliseconds(wholeCompared),
      usual: () => milliseconds(() => usual(evidence)),
      read: () => milliseconds(() => read(texts)),
      sums: () => milliseconds(sums),
    },
    ROUNDS,
  );
  const size = `${String(ROLLOUTS)} rollouts x ${String(METRICS)} metrics`;
  const late = median(figures.whole) / median(figures.sums);
  const share = median(figures.usual) / median(figures.read);
  return [
    {
      name: `judge ${size}, one new window each`,
      figure: printed(figures.usual),
      against: `reading their evidence, ${printed(figures.read)}`,
      ratio: share,
      target: `<= ${String(AGAINST_READING)} x`,
      ok: share <= AGAINST_READING,
    },
    {
      name: `judge ${size} x ${String(WINDOWS)} windows at once`,
      figure: printed(figures.whole),
      against: `adding the numbers up, ${printed(figures.sums)}`,
      ratio: late,
      target: `<= ${String(AGAINST_SUMS)} x`,
      ok: late <= AGAINST_SUMS,
    },
    {
      name: `compare ${size} x ${String(WINDOWS)} windows at once`,
      figure: printed(figures.compared),
      against: `adding the numbers up, ${printed(figures.sums)}`,
      ratio: median(figures.compared) / median(figures.sums),
      target: `<= ${String(COMPARED_AGAINST_SUMS)} x`,
      ok: median(figures.compared) <= COMPARED_AGAINST_SUMS * median(figures.sums),
    },
  ];
}
