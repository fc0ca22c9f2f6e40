/** Three judges for the same canaries: ours, a fixed-size test read at every look, and Kayenta's judge. */
import { foldAnswers } from '../../../src/core/judge/fold.ts';
import { SETTLING } from '../../../src/core/judge/look.ts';
import type { Evidence, JudgeSpec } from '../../../src/core/model/metric.ts';
import { fromPercent } from '../../../src/core/model/weight.ts';
import { meanRatio } from '../../../src/core/statistics/descriptive.ts';
import { normalQuantile } from '../../../src/core/statistics/distribution.ts';
import { classify, mannWhitney } from '../../../src/core/statistics/mann-whitney.ts';
import { wilcoxon } from '../../../src/core/statistics/wilcoxon.ts';
import type { Contestant } from './race.ts';
import type { Reading } from './traffic.ts';

export const ALPHA = 0.05;
const WIDTH = 10_000;
/** The others look from here on: so many windows, 500 requests of the candidate; Kayenta's guidance is 50 readings. */
const FIRST_LOOK = 10;
const FIRST_READINGS = 50;

type Kind = 'proportion' | 'histogram' | 'mean';

/** The judge `compare: stable` of a rollout with one comparison, so with the whole budget. */
function specOf(kind: Kind): JudgeSpec {
  return {
    id: 'judged',
    metric: kind === 'proportion' ? 'error-rate' : 'latency',
    ...(kind === 'histogram' && { read: 'p95' }),
    kind,
    better: 'lower',
    rule: { type: 'compare', with: 'stable', method: 'sequential', alpha: ALPHA },
    failures: 0,
    minSamples: 500,
    then: 'rollback',
    dryRun: false,
    source: 'simulated',
    delay: 0,
    perVersion: true,
  };
}

export function sluice(kind: Kind): Contestant {
  const spec = specOf(kind);
  return {
    name: kind === 'proportion' ? 'Sluice' : `Sluice, ${kind === 'histogram' ? 'p95' : 'mean'}`,
    begin() {
      let evidence: Evidence | undefined;
      return ({ answer }) => {
        evidence = foldAnswers(evidence, spec, {
          stage: 'canary',
          answers: [answer],
          width: WIDTH,
          weight: fromPercent(25),
        });
        return evidence.failedAt !== null;
      };
    },
  };
}

/** Where the stages of a whole plan begin, as parts of all looks, and the candidate's percent there. */
export const PLAN: readonly { readonly from: number; readonly stage: string; readonly percent: number }[] = [
  { from: 0, stage: 'canary', percent: 5 },
  { from: 0.25, stage: 'quarter', percent: 25 },
  { from: 0.5, stage: 'all', percent: 100 },
  { from: 0.75, stage: SETTLING, percent: 100 },
];

/** The same judge over a whole plan, with half of the budget below 100 % and half there. */
export function sluiceOverPlan(looks: number): Contestant {
  const one = specOf('proportion');
  const spec = one.rule.type === 'compare' ? { ...one, rule: { ...one.rule, alpha: ALPHA / 2 } } : one;
  return {
    name: 'Sluice',
    begin() {
      let evidence: Evidence | undefined;
      return ({ answer }, look) => {
        const { stage = '', percent = 0 } = PLAN.findLast(({ from }) => look / looks > from) ?? {};
        const weight = fromPercent(percent);
        evidence = foldAnswers(evidence, spec, { stage, answers: [answer], width: WIDTH, weight, planned: looks / 4 });
        return evidence.failedAt !== null;
      };
    },
  };
}

/** A one-sided z test of two means or rates at 5 %, made for one look, read at every one. */
export function fixedSize(): Contestant {
  const critical = normalQuantile(1 - ALPHA);
  return {
    name: 'z test at each look',
    begin() {
      const [candidate, stable] = [emptySums(), emptySums()];
      return (window, look) => {
        add(candidate, window.candidate);
        add(stable, window.stable);
        if (look < FIRST_LOOK) return false;
        const error = Math.sqrt(varianceOfMean(candidate) + varianceOfMean(stable));
        return error > 0 && (candidate.sum / candidate.n - stable.sum / stable.n) / error > critical;
      };
    },
  };
}

interface Sums {
  n: number;
  sum: number;
  sumSquares: number;
}

function emptySums(): Sums {
  return { n: 0, sum: 0, sumSquares: 0 };
}

function add(sums: Sums, { n, sum, sumSquares }: Reading): void {
  sums.n += n;
  sums.sum += sum;
  sums.sumSquares += sumSquares;
}

function varianceOfMean({ n, sum, sumSquares }: Sums): number {
  return (sumSquares - (sum * sum) / n) / (n - 1) / n;
}

/** NetflixACAJudge on one reading a window and arm: confidence 0.98, tolerance 0.25, direction increase, looked at each window. */
export function kayenta(): Contestant {
  const critical = normalQuantile(0.99);
  return {
    name: "Kayenta's judge at each look",
    begin() {
      const [candidate, stable] = [[] as number[], [] as number[]];
      return (window, look) => {
        insert(candidate, window.candidate.value);
        insert(stable, window.stable.value);
        if (look < FIRST_READINGS) return false;
        // The interval lies above zero exactly where the unshifted statistic is beyond its bound: most looks end here.
        const arms = { x: Float64Array.from(candidate), y: Float64Array.from(stable) };
        if (!((wilcoxon(arms, 0) ?? 0) > critical)) return false;
        const shift = mannWhitney(candidate, stable, { confidence: 0.98 });
        if (!shift) return false;
        const allowed = { increase: 1, decrease: 1 };
        const effect = meanRatio(candidate, stable);
        return classify({ shift, effect, tolerance: 0.25, direction: 'increase', allowed }) === 'High';
      };
    },
  };
}

/** Keeps the list in order. */
function insert(list: number[], value: number): void {
  let at = list.length;
  list.push(value);
  for (; at > 0 && (list[at - 1] ?? 0) > value; at--) list[at] = list[at - 1] ?? 0;
  list[at] = value;
}
