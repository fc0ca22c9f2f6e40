/**
 * `mann-whitney`: readings of both arms (windows, pooled where they hold too little), compared by Kayenta's rank test, at fixed moments only. Look i is made at the confidence
 * 1 - alpha/(i(i+1)): those errors sum to alpha over any number of looks, and when somebody looks at the verdict changes nothing. That correction is all the caution there
 * is: Kayenta's band around no difference, which stands for one, would hide what the interval shows.
 */
import * as z from 'zod';
import type { Json } from '../model/document.ts';
import { type Evidence, type JudgeSpec, Sample, addSamples } from '../model/metric.ts';
import { printCount } from '../report/words.ts';
import { mannWhitney as shiftOf, type Shift } from '../statistics/mann-whitney.ts';
import { alphaOf } from './alpha.ts';
import { compared } from './compared.ts';
import { type Pool, isReading, neededFor, readArm, shapesApart } from './pool.ts';
import { keepRecorded } from './recorded.ts';
import { type Answer, type JudgeRule, NO_STEP, type OpenFold, type Seen, type Step, type StepContext } from './rule.ts';
import { atBest, isFavourable, sampleRatioOff } from './sample-ratio.ts';
import { type Margin, marginsOf, signOf } from './sequential/margin.ts';
import { enoughSamples } from './threshold.ts';
import { nameReading, printReading } from './wording.ts';

/** Looks of a stage as planned, and the fewest windows between two. */
const LOOKS = 5;
const FEWEST_WINDOWS = 10;
/** Fewest readings of an arm for a look, and for one at readings that never move. */
export const FEWEST_READINGS = 10;
const FEWEST_OF_THE_SAME = 20;
/** A stage that is held for weeks is judged by its latest windows. */
const MOST_READINGS = 400;
/** Ends of an interval are found to 1e-4 of the largest reading: what lies nearer to a bound lies on it. */
const NEAR = 2e-4;
const DIGITS = 6;

interface Series {
  readonly candidate: readonly number[];
  readonly baseline: readonly number[];
  /** Looks made, in earlier stages too. */
  readonly looks: number;
  /** The confidence and the interval of the last look, in the reading's unit. */
  readonly last?: readonly number[];
  /** That look found it worse than allowed. */
  readonly worse?: boolean;
  readonly pool?: Pool;
}

const KEY = 'series';

export const mannWhitney: JudgeRule = {
  key: 'mann-whitney',
  needs: () => ({ candidate: true, baseline: true }),
  start(spec, previous, width): NonNullable<Evidence['extra']> {
    const looks = previous && seriesOf(previous).looks;
    const extra = keepRecorded(spec, previous, width);
    return looks ? withSeries(extra, { candidate: [], baseline: [], looks }) : extra;
  },
  open,
  verdict(evidence, context): Seen {
    const { spec, planned } = context;
    const { seen, baseline, because } = compared(evidence, context);
    const off = evidence.failedAt === null ? sampleRatioOff(evidence, context) : undefined;
    const looked = seriesOf(evidence).last !== undefined;
    const enough = enoughSamples(spec, evidence.candidate) && enoughSamples(spec, evidence.baseline);
    return {
      seen,
      baseline,
      enough: seen !== null && baseline !== null && enough && looked,
      because: `${because}: ${said(evidence, { spec, every: every(planned) })}`,
      ...(!looked && { missing: missing(evidence, context) }),
      ...(off !== undefined && { withheld: off }),
    };
  },
};

function every(planned: number): number {
  return Math.max(FEWEST_WINDOWS, Math.floor(planned / LOOKS));
}

function open(before: Evidence, context: StepContext): OpenFold {
  const { spec, planned } = context;
  const kept = seriesOf(before);
  const candidate = [...kept.candidate];
  const baseline = [...kept.baseline];
  let { looks, last, worse = false, pool } = kept;
  let off = sampleRatioOff(before, context) !== undefined;
  /** From where shares of traffic are off, readings are the candidate's at its best. */
  const asks = (evidence: Evidence): void => {
    const before = off;
    off = sampleRatioOff(evidence, context) !== undefined;
    if (!off || before) return;
    candidate.length = 0;
    baseline.length = 0;
    pool = undefined;
  };
  const collect = (evidence: Evidence, answer: Answer): void => {
    pool = pooled(pool, answer);
    if (!pool || !isReading(pool, evidence, context)) return;
    const arms = off ? atBest(pool, context) : pool;
    const width = pool.windows * context.width;
    push(candidate, readArm(arms.candidate, { spec, width, share: context.weight }));
    push(baseline, readArm(arms.baseline, { spec, width, share: context.stableWeight }));
    pool = undefined;
  };
  return {
    step(evidence, answer): Step {
      if (spec.kind === 'count' && !context.steady) return NO_STEP;
      asks(evidence);
      collect(evidence, answer);
      if (evidence.answered % every(planned) !== 0 || tooFew(candidate, baseline)) return NO_STEP;
      const alpha = alphaOf(spec) / ((looks + 1) * (looks + 2));
      const found = look(spec, { candidate, baseline, alpha, apart: shapesApart(spec) });
      if (!found) return NO_STEP;
      looks += 1;
      // What it failed by stays what is shown.
      if (evidence.failedAt === null || !last) {
        last = [1 - alpha, found.lower, found.upper];
        worse = found.worse;
      }
      if (found.worse && off && !isFavourable(spec)) return NO_STEP;
      return { breach: found.worse, enough: true };
    },
    keep: () =>
      withSeries(before.extra, {
        candidate,
        baseline,
        looks,
        ...(last && { last }),
        ...(worse && { worse }),
        ...(pool && { pool }),
      }),
  };
}

function tooFew(candidate: readonly number[], baseline: readonly number[]): boolean {
  return Math.min(candidate.length, baseline.length) < FEWEST_READINGS;
}

function pooled(pool: Pool | undefined, { candidate, baseline }: Answer): Pool | undefined {
  const [own, other] = [addSamples(pool?.candidate ?? null, candidate), addSamples(pool?.baseline ?? null, baseline)];
  return own && other ? { candidate: own, baseline: other, windows: (pool?.windows ?? 0) + 1 } : pool;
}

function push(series: number[], reading: number | null): void {
  if (reading === null || !Number.isFinite(reading)) return;
  series.push(Number(reading.toPrecision(DIGITS)));
  if (series.length > MOST_READINGS) series.shift();
}

interface Look {
  readonly candidate: readonly number[];
  readonly baseline: readonly number[];
  readonly alpha: number;
  /** So many standard deviations the middles of readings may be apart although their means are the same. */
  readonly apart: number;
}

/** Worse: beyond every allowance, with its whole interval. Undefined: nothing to be said yet. */
function look(
  spec: JudgeSpec,
  at: Look,
): { readonly worse: boolean; readonly lower: number; readonly upper: number } | undefined {
  const shift = shiftBetween(at);
  if (!shift) return undefined;
  const close = NEAR * largest(at.candidate, at.baseline);
  const worse = marginsOf(spec).every((margin) => isBeyond(margin, at));
  const [lower, upper] = [shift.lower, shift.upper].map((end) => (Math.abs(end) <= close ? 0 : end));
  return { worse, lower: lower ?? 0, upper: upper ?? 0 };
}

/** Of the null hypothesis: the shift against `ratio` times the stable version's readings lies beyond the tolerance. */
function isBeyond({ sign, ratio, tolerance }: Margin, { candidate, baseline, ...at }: Look): boolean {
  const allowed = ratio === 1 ? baseline : baseline.map((one) => ratio * one);
  const shift = shiftBetween({ ...at, candidate, baseline: allowed });
  if (!shift) return false;
  return (sign > 0 ? shift.lower : -shift.upper) - tolerance > NEAR * largest(candidate, allowed);
}

function largest(candidate: readonly number[], baseline: readonly number[]): number {
  return Math.max(...[...candidate, ...baseline].map(Math.abs));
}

/** In the reading's unit, as wide as the arms' shapes ask for. Readings that never move differ by what they differ, from twenty on. */
function shiftBetween({ candidate, baseline, alpha, apart }: Look): Pick<Shift, 'lower' | 'upper'> | undefined {
  // The interval is found to 1e-4 of what is given: readings are made as large as that asks for.
  const unit = largest(candidate, baseline);
  if (unit === 0) return { lower: 0, upper: 0 };
  const scaled = (series: readonly number[]): readonly number[] => series.map((one) => one / unit);
  const shift = shiftOf(scaled(candidate), scaled(baseline), { confidence: 1 - alpha });
  const shapes = apart * Math.max(deviationOf(candidate), deviationOf(baseline));
  if (shift) return { lower: shift.lower * unit - shapes, upper: shift.upper * unit + shapes };
  const by = (candidate[0] ?? 0) - (baseline[0] ?? 0);
  const few = Math.min(candidate.length, baseline.length) < FEWEST_OF_THE_SAME;
  return by !== 0 && few ? undefined : { lower: by, upper: by };
}

function deviationOf(series: readonly number[]): number {
  const mean = series.reduce((sum, one) => sum + one, 0) / series.length;
  return Math.sqrt(series.reduce((sum, one) => sum + (one - mean) ** 2, 0) / series.length);
}

/** Why no look was made. */
function missing(evidence: Evidence, context: StepContext): string {
  const { candidate, baseline } = seriesOf(evidence);
  const has = Math.min(candidate.length, baseline.length);
  const { spec } = context;
  if (spec.kind === 'value') return `${has} of ${FEWEST_READINGS} readings that a look needs`;
  const needed = neededFor(evidence, context);
  const one = spec.kind === 'count' ? `${needed} windows` : `${printCount(needed)} observations of each arm`;
  return `${has} of ${FEWEST_READINGS} readings that a look needs, and one takes ${one}`;
}

function said(evidence: Evidence, { spec, every: k }: { readonly spec: JudgeSpec; readonly every: number }): string {
  const { last } = seriesOf(evidence);
  if (!last) return `judged after every ${k} windows, so far ${evidence.answered % k}`;
  const [confidence = 0, from = 0, to = 0] = last;
  const [lower, upper] = spec.read === 'success' ? [-to, -from] : [from, to];
  const percent = Number((100 * confidence).toPrecision(4));
  const reading = nameReading(spec);
  return `${wordOf(evidence, spec)}: ${reading} shifted by ${printReading(lower, spec)} to ${printReading(upper, spec)}, ${percent}% sure`;
}

/** `no worse` where the interval includes no difference, or what is allowed includes the interval. */
function wordOf(evidence: Evidence, spec: JudgeSpec): string {
  const { last = [], worse } = seriesOf(evidence);
  if (evidence.failedAt !== null || worse) return 'worse';
  const [, from = 0, to = 0] = last;
  const [nearest, farthest] = signOf(spec) > 0 ? [from, to] : [-to, -from];
  if (nearest <= 0) return 'no worse';
  const margins = marginsOf(spec);
  const within = margins.some(({ ratio, tolerance }) => ratio === 1 && farthest <= tolerance);
  return within ? 'no worse than allowed' : 'worse, but not surely by more than allowed';
}

function seriesOf({ extra }: Pick<Evidence, 'extra'>): Series {
  const found = extra?.[KEY];
  const nothing: Series = { candidate: [], baseline: [], looks: 0 };
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return nothing;
  const { candidate, baseline, looks, last, worse, pool } = found as Readonly<Record<string, unknown>>;
  if (!isNumbers(candidate) || !isNumbers(baseline) || typeof looks !== 'number') return nothing;
  const read = Pooled.safeParse(pool).data;
  return {
    candidate,
    baseline,
    looks,
    ...(isNumbers(last) && { last }),
    ...(worse === true && { worse }),
    ...(read && { pool: read }),
  };
}

const Pooled: z.ZodType<Pool> = z.strictObject({ candidate: Sample, baseline: Sample, windows: z.int() });

function withSeries(extra: Evidence['extra'], { pool, ...series }: Series): NonNullable<Evidence['extra']> {
  const open: Json | undefined = pool && { ...pool, candidate: { ...pool.candidate }, baseline: { ...pool.baseline } };
  return { ...extra, [KEY]: { ...series, ...(open !== undefined && { pool: open }) } };
}

function isNumbers(found: unknown): found is readonly number[] {
  return Array.isArray(found) && found.every((one) => typeof one === 'number');
}
