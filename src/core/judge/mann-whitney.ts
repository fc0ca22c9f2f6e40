/**
 * `mann-whitney`: one reading a window and arm, compared as Kayenta does, at fixed moments only. Look i is made at the confidence
 * 1 - alpha/(i(i+1)): those errors sum to alpha over any number of looks, and when somebody looks at the verdict changes nothing.
 */
import type { Evidence, JudgeSpec } from '../model/metric.ts';
import { effectSize, mannWhitney as shiftOf } from '../statistics/mann-whitney.ts';
import { alphaOf } from './alpha.ts';
import { compared } from './compared.ts';
import { readSample } from './read.ts';
import { keepRecorded } from './recorded.ts';
import { type JudgeRule, NO_STEP, type OpenFold, type Seen, type Step, type StepContext } from './rule.ts';
import { sampleRatioOff } from './sample-ratio.ts';
import { signOf } from './sequential/margin.ts';
import { enoughSamples } from './threshold.ts';
import { nameReading, printReading } from './wording.ts';

/** Looks of a stage as planned, and the fewest windows between two. */
const LOOKS = 5;
const FEWEST_WINDOWS = 10;
/** A stage that is held for weeks is judged by its latest windows. */
const MOST_READINGS = 400;
/** Kayenta's: a shift counts beyond this part of its own estimate. */
const BAND = 0.25;
const DIGITS = 6;

interface Series {
  readonly candidate: readonly number[];
  readonly baseline: readonly number[];
  /** Looks made, in earlier stages too. */
  readonly looks: number;
  /** The confidence and the interval of the last look, in the reading's unit. */
  readonly last?: readonly number[];
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
      ...(off !== undefined && { withheld: off }),
    };
  },
};

function every(planned: number): number {
  return Math.max(FEWEST_WINDOWS, Math.floor(planned / LOOKS));
}

function open(before: Evidence, context: StepContext): OpenFold {
  const { spec, width, planned } = context;
  const kept = seriesOf(before);
  const candidate = [...kept.candidate];
  const baseline = [...kept.baseline];
  let { looks, last } = kept;
  return {
    step(evidence, answer): Step {
      push(candidate, readSample(answer.candidate, spec.read, width));
      push(baseline, readSample(answer.baseline, spec.read, width));
      if (evidence.answered % every(planned) !== 0) return NO_STEP;
      looks += 1;
      const alpha = alphaOf(spec) / (looks * (looks + 1));
      const found = look(spec, { candidate, baseline, alpha });
      last = found ? [1 - alpha, found.lower, found.upper] : undefined;
      if (found?.worse && sampleRatioOff(evidence, context) !== undefined) return NO_STEP;
      return { breach: found?.worse ?? false, enough: true };
    },
    keep: () => withSeries(before.extra, { candidate, baseline, looks, ...(last && { last }) }),
  };
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
}

/** Worse: the whole interval lies beyond the band, and the means differ by more than the ratio. */
function look(
  spec: JudgeSpec,
  { candidate, baseline, alpha }: Look,
): { readonly worse: boolean; readonly lower: number; readonly upper: number } | undefined {
  if (spec.rule.type !== 'compare') return undefined;
  const { tolerance, ratio } = spec.rule;
  // The interval is found to 1e-4 of what is given: readings are made as large as that asks for.
  const unit = Math.max(...[...candidate, ...baseline].map(Math.abs));
  if (!(unit > 0)) return undefined;
  const scaled = (series: readonly number[]): readonly number[] => series.map((one) => one / unit);
  const shift = shiftOf(scaled(candidate), scaled(baseline), { confidence: 1 - alpha });
  if (!shift) return undefined;
  const [lower, upper] = [shift.lower * unit, shift.upper * unit];
  const sign = signOf(spec);
  const nearest = sign > 0 ? lower : -upper;
  const beyond = nearest > (tolerance ?? BAND * Math.abs(shift.estimate * unit));
  const effect = effectSize(candidate, baseline, 'meanRatio');
  const large = ratio === undefined || effect === undefined || (sign > 0 ? effect > ratio : effect < ratio);
  return { worse: beyond && large, lower, upper };
}

function said(evidence: Evidence, { spec, every: k }: { readonly spec: JudgeSpec; readonly every: number }): string {
  const { last } = seriesOf(evidence);
  if (!last) return `judged after every ${k} windows, so far ${evidence.answered % k}`;
  const [confidence = 0, lower = 0, upper = 0] = last;
  const word = evidence.failedAt === null ? 'no worse' : 'worse';
  const percent = Number((100 * confidence).toPrecision(4));
  const reading = nameReading(spec);
  return `${word}: ${reading} shifted by ${printReading(lower, spec)} to ${printReading(upper, spec)}, ${percent}% sure`;
}

function seriesOf({ extra }: Pick<Evidence, 'extra'>): Series {
  const found = extra?.[KEY];
  const nothing: Series = { candidate: [], baseline: [], looks: 0 };
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return nothing;
  const { candidate, baseline, looks, last } = found as Readonly<Record<string, unknown>>;
  if (!isNumbers(candidate) || !isNumbers(baseline) || typeof looks !== 'number') return nothing;
  return { candidate, baseline, looks, ...(isNumbers(last) && { last }) };
}

function withSeries(extra: Evidence['extra'], series: Series): NonNullable<Evidence['extra']> {
  return { ...extra, [KEY]: { ...series } };
}

function isNumbers(found: unknown): found is readonly number[] {
  return Array.isArray(found) && found.every((one) => typeof one === 'number');
}
