/**
 * `regression`: the candidate against a baseline (the stable arm, or windows recorded before), by a ratio, a tolerance, or both:
 * then both must be exceeded. Fixed bounds, whatever chance does: R-121. Judged like a threshold (`byWindow`).
 */
import type { Evidence, JudgeSpec, Sample } from '../model/metric.ts';
import { SECOND } from '../model/time.ts';
import type { Weight } from '../model/weight.ts';
import { WHOLE } from '../model/weight.ts';
import { baselineWeight, exposedOf } from './arms.ts';
import { byWindow } from './breach.ts';
import { AS_IF_WHOLE, asCompared } from './compared.ts';
import { betterOf, readSample, sizeOf } from './read.ts';
import { keepRecorded } from './recorded.ts';
import type { Answer, JudgeRule, Seen, Step, StepContext } from './rule.ts';
import { enoughSamples } from './threshold.ts';
import { nameReading, printBound, printSeen } from './wording.ts';

/** The rule of five: where a side has, or should have had, fewer events than this, a ratio says nothing (0 against 1 would be infinite). */
const FEWEST_EVENTS = 5;
/** So many windows of a gauge make a mean; every bake has as many. */
const FEWEST_WINDOWS = 5;

export const regression: JudgeRule = {
  key: 'regression',
  needs: (spec, weight) => ({ candidate: true, baseline: needsBaselineArm(spec, weight) }),
  start: keepBudget,
  open: (_before, context) => ({ step: (evidence, answer) => compareWindow(evidence, answer, context) }),
  verdict(evidence, context): Seen {
    const { spec } = context;
    const pair = pairOf(evidence, context);
    const { seen, usual, because } = readPair(spec, pair);
    const enough = seen !== null && usual !== null && enoughOf(spec, pair);
    return { seen, baseline: usual, enough, because, ...neededOf(spec, FEWEST_WINDOWS) };
  },
};

function compareWindow(evidence: Evidence, answer: Answer, context: StepContext): Step {
  const { spec, width, weight, stableWeight } = context;
  const whole = pairOf(evidence, context);
  const enough = enoughOf(spec, whole);
  if (!byWindow(spec)) return { breach: regressed(spec, whole), enough };
  const span = (width * weight) / WHOLE;
  const baseline = answer.baseline
    ? { sample: answer.baseline, span: (width * baselineWeight(spec, stableWeight)) / WHOLE }
    : whole.baseline;
  return { breach: regressed(spec, { candidate: { sample: answer.candidate, span }, baseline }), enough };
}

function enoughOf(spec: JudgeSpec, { candidate, baseline }: Pair): boolean {
  if (!enoughSamples(spec, candidate.sample) || !enoughSamples(spec, baseline.sample)) return false;
  if (spec.kind === 'value') return (sizeOf(candidate.sample) ?? 0) >= FEWEST_WINDOWS;
  return enoughWanted(spec, { candidate, baseline });
}

/** What a pass needs of kinds that have no `min-samples`: windows of gauges; of counts it cannot be said in samples. */
export function neededOf({ kind }: JudgeSpec, windows: number): Pick<Seen, 'needed'> {
  if (kind === 'value') return { needed: windows };
  return kind === 'count' ? { needed: 0 } : {};
}

/** Of wanted events as many as nobody would take their absence for chance. That unwanted ones do not come is no lack of them. */
export function enoughWanted(spec: JudgeSpec, pair: Pair): boolean {
  if (spec.kind !== 'count' || betterOf(spec) === 'lower') return true;
  const usual = readSample(pair.baseline.sample, undefined, pair.baseline.span);
  return usual !== null && (usual * pair.candidate.span) / SECOND >= FEWEST_EVENTS;
}

/** What a comparison has spent of its budget passes through a stage with all the traffic: the share may be lowered again. */
export function keepBudget(...[spec, previous, width]: Parameters<JudgeRule['start']>): NonNullable<Evidence['extra']> {
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

/** What a regression allows: what the rule says, else the usual ratio. */
export function limitsOf(spec: JudgeSpec): Limits {
  if (spec.rule.type !== 'compare') return {};
  const { ratio, tolerance } = spec.rule;
  if (ratio === undefined && tolerance === undefined) return { ratio: usualRatio(spec) };
  return { ...(ratio !== undefined && { ratio }), ...(tolerance !== undefined && { tolerance }) };
}

/** Sums, and over how long; of counts: how long all the traffic would have taken for them, in ms. */
export interface Spanned {
  readonly sample: Sample | null;
  readonly span: number;
}
export interface Pair {
  readonly candidate: Spanned;
  readonly baseline: Spanned;
}

/** The baseline's sums of this stage; where the stage has no second arm, what was kept from before. */
export function pairOf(evidence: Evidence, context: StepContext): Pair {
  const { recorded } = context;
  const [own, other] = exposedOf(evidence, context);
  const candidate = { sample: evidence.candidate, span: own };
  if (evidence.baseline) return { candidate, baseline: { sample: evidence.baseline, span: other } };
  return { candidate, baseline: { sample: recorded?.sample ?? null, span: recorded?.exposure ?? recorded?.span ?? 0 } };
}

/** Both readings, and the sentence that tells them with what is allowed. */
export function readPair(
  given: JudgeSpec,
  { candidate, baseline }: Pair,
): { readonly seen: number | null; readonly usual: number | null; readonly because: string } {
  const spec = asCompared(given);
  const seen = readSample(candidate.sample, spec.read, candidate.span);
  const usual = readSample(baseline.sample, spec.read, baseline.span);
  const against = usual === null ? 'no baseline' : printSeen(usual, baseline.sample, spec);
  const scaled = spec.kind === 'count' ? AS_IF_WHOLE : '';
  const because = `${nameReading(spec)} ${printSeen(seen, candidate.sample, spec)} against ${against}${scaled}, ${allowance(spec)}`;
  return { seen, usual, because };
}

/** Whether the candidate is worse by more than allowed; undefined where one side has nothing to read. */
export function regressed(spec: JudgeSpec, pair: Pair): boolean | undefined {
  const { candidate, baseline } = pair;
  // A ratio of successes would hardly ever be exceeded (0.8 of 99 %): rates are compared by their bad events.
  const read = spec.kind === 'proportion' ? undefined : asCompared(spec).read;
  const seen = readSample(candidate.sample, read, candidate.span);
  const usual = readSample(baseline.sample, read, baseline.span);
  if (seen === null || usual === null) return undefined;
  const { ratio, tolerance } = limitsOf(spec);
  const lower = (spec.kind === 'proportion' ? spec.better : betterOf(spec)) === 'lower';
  if (eventsOf(spec, pair, { lower, usual }) < FEWEST_EVENTS) return false;
  const worse = lower ? seen - usual : usual - seen;
  const byRatio = ratio === undefined || (lower ? seen > usual * ratio : seen < usual * ratio);
  return worse > (tolerance ?? 0) && byRatio;
}

interface Expected {
  readonly lower: boolean;
  readonly usual: number;
}
/** The events that a ratio speaks of: the candidate's; of wanted ones those it should have had; of a quantile those beyond it. */
function eventsOf({ read = 'p95' }: JudgeSpec, { candidate }: Pair, { lower, usual }: Expected): number {
  const { sample, span } = candidate;
  if (sample?.kind === 'proportion') return lower ? sample.bad : usual * sample.total;
  if (sample?.kind === 'count') return lower ? sample.count : (usual * span) / SECOND;
  if (sample?.kind !== 'histogram' || read === 'mean') return Infinity;
  const beyond = Number(read.slice(1)) / 100;
  // A binary fraction less is not an observation less.
  return (sizeOf(sample) ?? 0) * (lower ? 1 - beyond : beyond) + 1e-9;
}

function allowance(spec: JudgeSpec): string {
  const { ratio, tolerance } = limitsOf(spec);
  // Twice a success rate of 99.6 % would be nonsense: it is the failures that are compared.
  const whose = spec.kind === 'proportion' && spec.read === 'success' ? 'its failures' : 'it';
  const parts = [
    ratio === undefined ? '' : `${spec.better === 'lower' ? 'at most' : 'at least'} ${ratio} times ${whose}`,
    tolerance === undefined ? '' : `${printBound(tolerance, spec)} worse`,
  ];
  return `allowed ${parts.filter((part) => part !== '').join(' or ')}`;
}
