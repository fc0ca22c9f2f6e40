/**
 * `regression`: the candidate against a baseline (the stable arm, or windows recorded before), by a ratio, a tolerance, or both:
 * then both must be exceeded. Fixed bounds and no chance of error: R-121. Judged like a threshold (`byWindow`).
 */
import type { Evidence, JudgeSpec, Sample } from '../model/metric.ts';
import type { Weight } from '../model/weight.ts';
import { WHOLE } from '../model/weight.ts';
import { byWindow } from './breach.ts';
import { betterOf, readSample } from './read.ts';
import { type Recorded, keepRecorded } from './recorded.ts';
import type { Answer, JudgeRule, Seen, Step, StepContext } from './rule.ts';
import { enoughSamples } from './threshold.ts';
import { nameReading, printBound, printSeen } from './wording.ts';

/** The rule of five: a proportion of fewer bad events than this says nothing about a ratio (0 against 1 would be infinite). */
const FEWEST_BAD = 5;

export const regression: JudgeRule = {
  key: 'regression',
  needs: (spec, weight) => ({ candidate: true, baseline: needsBaselineArm(spec, weight) }),
  start: keepBudget,
  open: (_before, context) => ({ step: (evidence, answer) => compareWindow(evidence, answer, context) }),
  verdict(evidence, { spec, width, recorded }): Seen {
    const baseline = baselineOf(evidence, width, recorded);
    const seen = readSample(evidence.candidate, spec.read, evidence.answered * width);
    const usual = readSample(baseline.sample, spec.read, baseline.span);
    const enough = enoughSamples(spec, evidence.candidate) && enoughSamples(spec, baseline.sample);
    const against = usual === null ? 'no baseline' : printSeen(usual, baseline.sample, spec);
    return {
      seen,
      baseline: usual,
      enough: seen !== null && usual !== null && enough,
      because: `${nameReading(spec)} ${printSeen(seen, evidence.candidate, spec)} against ${against}, ${allowance(spec)}`,
    };
  },
};

function compareWindow(evidence: Evidence, answer: Answer, { spec, width, recorded }: StepContext): Step {
  const whole = baselineOf(evidence, width, recorded);
  const enough = enoughSamples(spec, evidence.candidate) && enoughSamples(spec, whole.sample);
  const pair = byWindow(spec)
    ? {
        candidate: answer.candidate,
        span: width,
        baseline: answer.baseline ? { sample: answer.baseline, span: width } : whole,
      }
    : { candidate: evidence.candidate, span: evidence.answered * width, baseline: whole };
  return { breach: regressed(spec, pair), enough };
}

/** What a comparison has spent of its budget passes through a stage with all the traffic: the share may be lowered again. */
function keepBudget(...[spec, previous, width]: Parameters<JudgeRule['start']>): NonNullable<Evidence['extra']> {
  const { bets, series } = previous?.extra ?? {};
  return {
    ...keepRecorded(spec, previous, width),
    ...(bets !== undefined && { bets }),
    ...(series !== undefined && { series }),
  };
}

/** Traffic on both arms at once is needed below 100 %, unless the baseline is of another time. */
function needsBaselineArm({ rule }: JudgeSpec, weight: Weight): boolean {
  return rule.type === 'compare' && rule.with !== 'recorded' && weight < WHOLE;
}

/** response time 1.2, error rate 2.0, memory 1.3, throughput 0.8, by kind, direction and name. */
export function usualRatio(spec: JudgeSpec): number {
  if (spec.better === 'higher') return 0.8;
  if (spec.kind === 'proportion') return 2;
  if (/mem|heap|rss/i.test(spec.metric)) return 1.3;
  return spec.kind === 'count' || /error|fail|crash/i.test(spec.metric) ? 2 : 1.2;
}

interface Limits {
  readonly ratio?: number;
  readonly tolerance?: number;
}
function limitsOf(spec: JudgeSpec): Limits {
  if (spec.rule.type !== 'compare') return {};
  const { ratio, tolerance } = spec.rule;
  if (ratio === undefined && tolerance === undefined) return { ratio: usualRatio(spec) };
  return { ...(ratio !== undefined && { ratio }), ...(tolerance !== undefined && { tolerance }) };
}

interface Pair {
  readonly candidate: Sample | null;
  readonly span: number;
  readonly baseline: Recorded | { readonly sample: null; readonly span: number };
}

/** Whether the candidate is worse by more than allowed; undefined where one side has nothing to read. */
function regressed(spec: JudgeSpec, { candidate, span, baseline }: Pair): boolean | undefined {
  // A ratio of successes would hardly ever be exceeded (0.8 of 99 %): rates are compared by their bad events.
  const read = spec.kind === 'proportion' ? undefined : spec.read;
  const seen = readSample(candidate, read, span);
  const usual = readSample(baseline.sample, read, baseline.span);
  if (seen === null || usual === null) return undefined;
  const { ratio, tolerance } = limitsOf(spec);
  const lower = (spec.kind === 'proportion' ? spec.better : betterOf(spec)) === 'lower';
  if (lower && candidate?.kind === 'proportion' && candidate.bad < FEWEST_BAD) return false;
  const worse = lower ? seen - usual : usual - seen;
  const byRatio = ratio === undefined || (lower ? seen > usual * ratio : seen < usual * ratio);
  return worse > (tolerance ?? 0) && byRatio;
}

function allowance(spec: JudgeSpec): string {
  const { ratio, tolerance } = limitsOf(spec);
  const parts = [
    ratio === undefined ? '' : `${spec.better === 'lower' ? 'at most' : 'at least'} ${ratio} times it`,
    tolerance === undefined ? '' : `${printBound(tolerance, spec)} worse`,
  ];
  return `allowed ${parts.filter((part) => part !== '').join(' or ')}`;
}

/** The baseline's sums of this stage; where the stage has no second arm, what was kept from before. */
function baselineOf(evidence: Evidence, width: number, recorded: Recorded | undefined): Pair['baseline'] {
  if (evidence.baseline) return { sample: evidence.baseline, span: evidence.answered * width };
  return recorded ?? { sample: null, span: 0 };
}
