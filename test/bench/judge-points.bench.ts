/**
 * Judging 100 rollouts of 10 metrics with 10,000 points each in one tick, as after weeks in which nobody looked: comparisons of every kind, asked
 * for in parts of 400 windows as the engine does. Time, and the memory that the process needs beyond what it began with.
 */
import type { Answer } from '../../src/core/judge/rule.ts';
import { foldAnswers } from '../../src/core/judge/fold.ts';
import { type Evidence, type JudgeSpec, type Sample } from '../../src/core/model/metric.ts';
import { fromPercent } from '../../src/core/model/weight.ts';
import type { BenchRow } from './row.ts';

const ROLLOUTS = 100;
const METRICS = 10;
const POINTS = 10_000;
const PART = 400;
const WIDTH = 10_000;
const SLOWEST = 60_000;
const MOST_MEMORY = 200 * 2 ** 20;
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const KINDS = ['proportion', 'histogram', 'count', 'mean', 'value'] as const;

function specOf(index: number): JudgeSpec {
  const kind = KINDS[index % KINDS.length] ?? 'proportion';
  return {
    id: `judge-${String(index)}`,
    metric: `metric-${String(index)}`,
    ...(kind === 'histogram' && { read: 'p95' }),
    kind,
    better: 'lower',
    rule:
      index < KINDS.length
        ? { type: 'compare', with: 'stable', method: 'sequential', alpha: 0.01, ratio: 2 }
        : { type: 'below', bound: 1_000_000 },
    failures: 0,
    minSamples: 500,
    then: 'rollback',
    dryRun: false,
    source: 's',
    delay: 0,
    perVersion: true,
  };
}

function sampleOf({ kind }: JudgeSpec, window: number): Sample {
  if (kind === 'histogram') return { kind, bounds: BOUNDS, counts: [1, 4, 20, 40, 20, 10, 3, 1, 1, 0, 0, window % 2] };
  if (kind === 'count') return { kind, count: window % 4 };
  if (kind === 'mean') return { kind, sum: 100 + (window % 7), n: 100, sumSquares: 150 };
  if (kind === 'value') return { kind, value: 30 + (window % 11) };
  return { kind: 'proportion', bad: window % 3, total: 100 };
}

/** All points of one metric of one rollout, part by part, as a source answers them. */
function judged(spec: JudgeSpec): Evidence | undefined {
  let evidence: Evidence | undefined;
  for (let from = 0; from < POINTS; from += PART) {
    const answers = Array.from({ length: PART }, (_, at): Answer => {
      const sample = sampleOf(spec, from + at);
      return { candidate: sample, baseline: sample };
    });
    evidence = foldAnswers(evidence, spec, { stage: 'canary', answers, width: WIDTH, weight: fromPercent(25) });
  }
  return evidence;
}

/** @throws Error when a judge did not see every point */
export async function run(): Promise<readonly BenchRow[]> {
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let most = before;
  const began = performance.now();
  for (let rollout = 0; rollout < ROLLOUTS; rollout++) {
    for (let index = 0; index < METRICS; index++) {
      if (judged(specOf(index))?.folded !== POINTS) throw new Error(`judge-${String(index)} did not see every point`);
    }
    most = Math.max(most, process.memoryUsage().rss);
  }
  const took = performance.now() - began;
  const name = `judge ${String(ROLLOUTS)} rollouts x ${String(METRICS)} metrics x ${POINTS.toLocaleString('en')} points in one tick`;
  const nanoseconds = (took * 1e6) / (ROLLOUTS * METRICS * POINTS);
  const memory = most - before;
  return [
    {
      name: `${name}: time`,
      figure: `${(took / 1_000).toFixed(1)} s, ${nanoseconds.toFixed(0)} ns a point`,
      against: `${String(SLOWEST / 1_000)} s`,
      ratio: took / SLOWEST,
      target: `<= ${String(SLOWEST / 1_000)} s`,
      ok: took <= SLOWEST,
    },
    {
      name: `${name}: memory`,
      figure: `${(memory / 2 ** 20).toFixed(0)} MB`,
      against: `${String(MOST_MEMORY / 2 ** 20)} MB`,
      ratio: memory / MOST_MEMORY,
      target: `<= ${String(MOST_MEMORY / 2 ** 20)} MB`,
      ok: memory <= MOST_MEMORY,
    },
  ];
}
