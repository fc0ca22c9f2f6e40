/**
 * Evidence that a candidate with all the traffic is worse than allowed against what was recorded before, right at any number of looks
 * for samples that are large enough. Recorded sums are a fixed sample: over its information 1/SE^2 as time the standardised
 * excess is a Brownian motion whose time ends at what the recorded sample knows, and a normal mixture of it has the mean 1.
 */
import type { Evidence, JudgeSpec, Sample } from '../model/metric.ts';
import { SECOND } from '../model/time.ts';
import { WHOLE } from '../model/weight.ts';
import { logMixture, rhoFor } from '../statistics/normal-mixture.ts';
import { signedRoot } from '../statistics/signed-root.ts';
import { alphaOf } from './alpha.ts';
import { type Arms, armsOf, type Readings } from './arms.ts';
import { limitsOf, type Pair } from './regression.ts';
import type { Answer, StepContext } from './rule.ts';
import { betsOf, mixture } from './sequential/bets.ts';
import { above, BOUNDARIES, candidateIndex, chooseMarks, tailOf, whyNoBoundary } from './sequential/boundaries.ts';
import { EACH_OF_THE_SAME, FEWEST_WINDOWS, independentOf, normalOf, spreadAround } from './sequential/differences.ts';
import { addMeans, addWindow, beginPlaces, carriedOn, factorsOf } from './sequential/dispersion.ts';
import { type Margin, marginsOf } from './sequential/margin.ts';
import { fewestOf } from './sequential/mean.ts';
import { type Spread, spreadOf } from './sequential/spread.ts';

/** Tightest after so many events, or windows of a gauge. */
const TUNED_EVENTS = 20;
const TUNED_WINDOWS = 60;
const KEY = 'spread';

export interface Weighed {
  readonly log: number;
  /** By how much it is weakened, since events come in groups. */
  readonly dispersion: number;
  /** Why nothing was tested. */
  readonly missing?: string;
}

/** At work on the windows of one stage. */
export interface Excess {
  add(answer: Answer, pair: Pair): void;
  /** ln of the evidence, with the window added last. */
  log(evidence: Evidence, pair: Pair): number;
  keep(extra: Evidence['extra']): NonNullable<Evidence['extra']>;
}

export function openExcess(before: Evidence, context: StepContext): Excess {
  const spread = spreadKept(before, context.spec);
  return {
    add: (answer, pair) => addTo(spread, answer, { pair, context }),
    log: (evidence, pair) => weigh({ context, pair, spread, arms: context.armsNow?.() ?? armsOf(evidence) }).log,
    keep: (extra) => ({ ...extra, [KEY]: spread }),
  };
}

/** What a stage's evidence says. */
export function evidenceOf(
  evidence: Evidence,
  { context, pair }: { readonly context: StepContext; readonly pair: Pair },
): Weighed {
  return weigh({ context, pair, spread: spreadKept(evidence, context.spec), arms: armsOf(evidence) });
}

/** Where nothing is given, what a regression allows. */
function hypotheses(spec: JudgeSpec): readonly Margin[] {
  const { rule } = spec;
  return rule.type === 'compare' ? marginsOf({ ...spec, rule: { ...rule, ...limitsOf(spec) } }) : [];
}

/** Begins with what comparisons of the stages before measured. */
function spreadKept({ extra }: Evidence, spec: JudgeSpec): number[] {
  const own = extra?.[KEY];
  const comparisons = isQuantile(spec) ? hypotheses(spec).length * BOUNDARIES : 1;
  if (Array.isArray(own)) return beginPlaces(own.map(Number), comparisons);
  const earlier = betsOf({ ...(extra && { extra }) })?.spread;
  return beginPlaces(earlier && carriedOn(earlier), comparisons);
}

function isQuantile({ kind, read }: JudgeSpec): boolean {
  return kind === 'histogram' && read !== 'mean';
}

interface Given {
  readonly context: StepContext;
  readonly pair: Pair;
}
interface Weighing extends Given {
  readonly spread: number[];
  readonly arms: Arms;
}

/** The weakest null hypothesis counts, since each has to fall. */
function weigh(weighing: Weighing): Weighed {
  const all = hypotheses(weighing.context.spec).map((margin, index) => against(margin, index, weighing));
  return all.reduce((one, other) => (other.log < one.log ? other : one), all[0] ?? NOTHING);
}

const NOTHING: Weighed = { log: 0, dispersion: 1 };

function against(margin: Margin, index: number, weighing: Weighing): Weighed {
  const { context, pair } = weighing;
  const { kind } = context.spec;
  if (isQuantile(context.spec)) return ofShares(margin, index, weighing);
  if (kind === 'proportion' || kind === 'count') return ofRates(ratesOf(pair), { margin, index: 0, weighing });
  const candidate = hasSpread(pair.candidate.sample) ? spreadOf(pair.candidate.sample) : undefined;
  const baseline = hasSpread(pair.baseline.sample) ? spreadOf(pair.baseline.sample) : undefined;
  return candidate && baseline ? ofMeans(margin, { candidate, baseline }, weighing) : ofWindows(margin, weighing);
}

interface Rates {
  readonly candidate: { readonly bad: number; readonly size: number };
  readonly stable: { readonly bad: number; readonly size: number };
  readonly events: 'trials' | 'poisson';
}
function ratesOf({ candidate, baseline }: Pair): Rates {
  return {
    candidate: eventsOf(candidate.sample, candidate.span),
    stable: eventsOf(baseline.sample, baseline.span),
    events: candidate.sample?.kind === 'count' ? 'poisson' : 'trials',
  };
}

/** Sources that extrapolate may give more bad events than events. */
function eventsOf(sample: Sample | null, span: number): Rates['candidate'] {
  if (sample?.kind === 'count') return { bad: Math.max(0, sample.count), size: span / SECOND };
  if (sample?.kind !== 'proportion') return { bad: 0, size: 0 };
  return { bad: Math.min(Math.max(0, sample.bad), sample.total), size: sample.total };
}

interface OneOf {
  readonly margin: Margin;
  /** Of the comparison whose windows were measured. */
  readonly index: number;
  readonly weighing: Weighing;
}
function ofRates(rates: Rates, { margin, index, weighing }: OneOf): Weighed {
  const found = signedRoot(rates, margin);
  if (!found || !(found.size > 0)) return NOTHING;
  const dispersion = dispersionOf(found.part, { kept: weighing.spread, index });
  const log = mixed(found.z / Math.sqrt(dispersion), found.size, { tunedAt: TUNED_EVENTS, weighing });
  return { log, dispersion };
}

/** By what each arm adds to the variance; at least 1. */
function dispersionOf(part: number, place: Parameters<typeof factorsOf>[0]): number {
  const [candidate, stable] = factorsOf(place);
  return Math.max(1, part * candidate + (1 - part) * stable);
}

interface Mixing {
  readonly tunedAt: number;
  readonly weighing: Weighing;
}
function mixed(z: number, v: number, { tunedAt, weighing }: Mixing): number {
  const rho = rhoFor({ vOpt: tunedAt, alpha: Math.min(alphaOf(weighing.context.spec), 0.4), sided: 1 });
  return logMixture({ s: z * Math.sqrt(v), v, rho, sided: 1 });
}

type Histogram = Extract<Sample, { kind: 'histogram' }>;

/** A boundary among the recorded ones, and the bucket behind the candidate's that is as slow as allowed. */
interface Mark {
  readonly bound: number;
  readonly from: number;
  readonly reached: number;
}

function marksOf(baseline: Histogram, candidate: Histogram, { spec, margin }: MarkOptions): readonly Mark[] {
  return chooseMarks(baseline, tailOf(spec.read), hypotheses(spec)).flatMap((bound): readonly Mark[] => {
    const reached = candidateIndex(candidate.bounds, bound, margin);
    return reached === undefined ? [] : [{ bound, from: baseline.bounds.indexOf(bound), reached }];
  });
}

interface MarkOptions {
  readonly spec: JudgeSpec;
  readonly margin: Margin;
}

function ofShares(margin: Margin, index: number, weighing: Weighing): Weighed {
  const { context, pair } = weighing;
  const candidate = pair.candidate.sample;
  const baseline = pair.baseline.sample;
  if (candidate?.kind !== 'histogram' || baseline?.kind !== 'histogram') return NOTHING;
  const marks = marksOf(baseline, candidate, { spec: context.spec, margin });
  if (marks.length === 0) {
    const missing = whyNoBoundary(baseline, { spec: context.spec, margins: [margin], marks: [] });
    return { ...NOTHING, ...(missing !== undefined && { missing }) };
  }
  const all = marks.map(({ from, reached }, at) => {
    const rates = {
      candidate: { bad: above(candidate, reached + 1), size: above(candidate, 0) },
      stable: { bad: above(baseline, from + 1), size: above(baseline, 0) },
      events: 'trials' as const,
    };
    const border = { sign: margin.sign, ratio: 1, tolerance: 0 };
    return ofRates(rates, { margin: border, index: index * BOUNDARIES + at, weighing });
  });
  const log = mixture(
    all.map((one) => one.log),
    0,
    all.length,
  );
  return { log, dispersion: Math.max(...all.map((one) => one.dispersion)) };
}

function hasSpread(sample: Sample | null): boolean {
  return sample?.kind === 'histogram' || (sample?.kind === 'mean' && sample.sumSquares !== undefined);
}

interface Spreads {
  readonly candidate: Spread;
  readonly baseline: Spread;
}
function ofMeans(margin: Margin, { candidate, baseline }: Spreads, weighing: Weighing): Weighed {
  const fewest = fewestOf(weighing.context);
  if (candidate.n < fewest || baseline.n < fewest) return NOTHING;
  const own = candidate.variance / candidate.n;
  const squared = own + (margin.ratio ** 2 * baseline.variance) / baseline.n;
  const excess = excessOf(margin, candidate.mean, baseline.mean);
  if (!(squared > 0)) return { log: excess > 0 ? candidate.n * EACH_OF_THE_SAME : 0, dispersion: 1 };
  const dispersion = dispersionOf(own / squared, { kept: weighing.spread, index: 0 });
  const log = mixed(excess / Math.sqrt(squared * dispersion), Math.max(1, (candidate.n * own) / squared), {
    tunedAt: fewest,
    weighing,
  });
  return { log, dispersion };
}

function excessOf({ sign, ratio, tolerance }: Margin, candidate: number, baseline: number): number {
  return sign * (candidate - ratio * baseline) - tolerance;
}

/** Of a series of windows: their mean, the variance of that, and as how many independent ones they count. */
interface Series {
  readonly windows: number;
  readonly mean: number;
  readonly variance: number;
  readonly independent: number;
}

function seriesOf(readings: Readings = []): Series {
  const [windows = 0, sum = 0] = readings;
  if (windows < 2) return { windows, mean: sum, variance: 0, independent: windows };
  const around = spreadAround(readings);
  const independent = around === 0 ? windows : independentOf(readings, around);
  return { windows, mean: sum / windows, variance: around / (windows - 1) / independent, independent };
}

/** Gauges: the windows are the sample; as many independent ones have Student's t, with Welch's degrees of freedom. */
function ofWindows(margin: Margin, weighing: Weighing): Weighed {
  const { context, arms } = weighing;
  const own = seriesOf(arms.readings?.[0]);
  const usual = seriesOf(context.recorded?.readings ?? arms.readings?.[1]);
  if (own.windows < FEWEST_WINDOWS || usual.windows < FEWEST_WINDOWS) return NOTHING;
  const fewest = Math.min(own.independent, usual.independent);
  if (fewest < FEWEST_WINDOWS) return { ...NOTHING, missing: resembling(Math.floor(fewest)) };
  const excess = excessOf(margin, own.mean, usual.mean);
  const second = margin.ratio ** 2 * usual.variance;
  const squared = own.variance + second;
  if (!(squared > 0)) return { log: excess > 0 ? fewest * EACH_OF_THE_SAME : 0, dispersion: 1 };
  const dof = squared ** 2 / (own.variance ** 2 / (own.independent - 1) + second ** 2 / (usual.independent - 1));
  const size = Math.max(1, (own.independent * own.variance) / squared);
  const log = mixed(normalOf(excess / Math.sqrt(squared), dof), size, { tunedAt: TUNED_WINDOWS, weighing });
  return { log, dispersion: 1 };
}

function resembling(independent: number): string {
  return `windows resemble their neighbours so much that they count as ${independent}, ${FEWEST_WINDOWS} are needed for a test`;
}

/** Measures how the candidate's windows differ. */
function addTo(spread: number[], { candidate }: Answer, { pair, context }: Given): void {
  const { spec, width, weight } = context;
  if (!candidate) return;
  const none = { stableBad: 0, stableSize: 0 };
  if (isQuantile(spec)) return addShares(spread, candidate, { pair, context });
  if (candidate.kind === 'proportion' || candidate.kind === 'count') {
    const block = eventsOf(candidate, (width * weight) / WHOLE);
    return addWindow({ kept: spread, index: 0 }, { ...block, ...none }, candidate.kind === 'count');
  }
  const window = hasSpread(candidate) ? spreadOf(candidate) : undefined;
  const variance = spreadOf(pair.candidate.sample)?.variance;
  if (!window || variance === undefined) return;
  const sum = { sum: window.mean * window.n, size: window.n, variance };
  addMeans({ kept: spread, index: 0 }, sum, { sum: 0, size: 0, variance });
}

function addShares(spread: number[], candidate: Sample, { pair, context }: Given): void {
  const baseline = pair.baseline.sample;
  if (candidate.kind !== 'histogram' || baseline?.kind !== 'histogram') return;
  hypotheses(context.spec).forEach((margin, index) => {
    marksOf(baseline, candidate, { spec: context.spec, margin }).forEach(({ reached }, at) => {
      const block = { bad: above(candidate, reached + 1), size: above(candidate, 0), stableBad: 0, stableSize: 0 };
      addWindow({ kept: spread, index: index * BOUNDARIES + at }, block);
    });
  });
}
