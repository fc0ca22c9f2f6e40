/**
 * Means and gauges: normal mixtures of a standardised difference, right at any number of looks once there are enough observations
 * for the central limit theorem (Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas: asymptotic confidence sequences, arXiv 2103.06476).
 */
import type { Evidence, JudgeSpec, Sample } from '../../model/metric.ts';
import { isWithinNoise } from '../../statistics/floored.ts';
import { logMixture, rhoFor } from '../../statistics/normal-mixture.ts';
import type { Answer, StepContext } from '../rule.ts';
import { alphaOf } from '../alpha.ts';
import { beginLogs } from './alternatives.ts';
import { addMeans, type ArmSum, beginPlaces, dispersionOf } from './dispersion.ts';
import type { Margin } from './margin.ts';
import { FEWEST_WINDOWS, differences } from './differences.ts';
import { type Spread, spreadOf } from './spread.ts';
import type { Tester, TesterOptions } from './tester.ts';

/** Fewer observations than this of an arm say nothing asymptotically. */
const FEWEST = 100;
/** Of skewed ones so many times more as the square of their coefficient of variation, up to this. */
const MOST_TIMES = 100;
/**
 * And of those whose mean is not told from 0 by so many observations either: what varies around 0 (a balance, a difference) has no size
 * that its spread could be skewed for.
 */
const TIMES_AROUND_ZERO = 10;

/** With sums of squares on the observations, else on the windows' differences. Earlier stages' log evidence is added. */
export function meanTester({ context, margins, bets }: TesterOptions): Tester {
  const logs = beginLogs(bets?.logs, margins.length);
  const earlier = beginLogs(bets?.earlier, margins.length);
  const tuning = { alpha: Math.min(alphaOf(context.spec), 0.4), sided: 1 } as const;
  const rho = rhoFor({ vOpt: tunedAt(context), ...tuning });
  const spread = beginPlaces(bets?.spread, 1);
  const place = { kept: spread, index: 0 };
  const windows = differences(margins, { kept: bets?.marks, ...tuning });
  return {
    logs,
    add(evidence, answer) {
      const arms = armsOf(evidence, answer);
      if (!arms) windows.add(answer);
      if (arms) addMeans(place, sumOf(answer.candidate, arms.candidate), sumOf(answer.baseline, arms.baseline));
      if (arms && !context.steady) return;
      const fewest = arms ? fewestBySkew(context.spec, arms) : 0;
      for (let index = 0; index < margins.length; index++) {
        const margin = margins[index];
        if (!margin) continue;
        const log = arms ? observed(arms, { margin, rho, fewest, windows: evidence.answered }) : windows.log(index);
        logs[index] = (earlier[index] ?? 0) + log;
      }
    },
    dispersion: () => dispersionOf(place),
    keep: () => ({ ...windows.keep(), spread }),
  };
}

/** A window's sum, with the variance that all of the stage's observations show. */
function sumOf(sample: Sample | null, { variance }: Spread): ArmSum {
  const own = spreadOf(sample);
  return { sum: own ? own.mean * own.n : 0, size: own?.n ?? 0, variance };
}

/** So many observations of each arm are needed before evidence counts. */
export function fewestOf({ spec }: Pick<StepContext, 'spec'>): number {
  return Math.max(spec.minSamples, FEWEST);
}

/**
 * And so many of what they turned out to be. Sizes, times and baskets are the more skewed the more they vary for their mean (of a
 * log-normal the skewness is CV^3 + 3 CV), and the more skewed, the later their mean is normal.
 */
export function neededFor(spec: JudgeSpec, { candidate, baseline }: Pick<Evidence, 'candidate' | 'baseline'>): number {
  const [own, other] = [spreadOf(candidate), spreadOf(baseline)];
  return own && other ? fewestBySkew(spec, { candidate: own, baseline: other }) : fewestOf({ spec });
}

function fewestBySkew(spec: JudgeSpec, { candidate, baseline }: Arms): number {
  const times = Math.max(1, timesFor(candidate), timesFor(baseline));
  return Math.max(spec.minSamples, Math.ceil(FEWEST * times));
}

function timesFor({ mean, variance }: Spread): number {
  const aroundZero = isWithinNoise({ n: FEWEST * TIMES_AROUND_ZERO, mean, variance });
  return Math.min(aroundZero ? TIMES_AROUND_ZERO : MOST_TIMES, variation({ mean, variance }));
}

/** The squared coefficient of variation. */
function variation({ mean, variance }: Omit<Spread, 'n'>): number {
  return variance > 0 ? variance / (mean * mean) : 0;
}

/** Tightest where the candidate has just enough observations; in observations of both arms that count as one sample. */
function tunedAt(context: StepContext): number {
  const { weight, stableWeight } = context;
  return (fewestOf(context) * Math.max(stableWeight, 1)) / Math.max(weight + stableWeight, 1);
}

interface Arms {
  readonly candidate: Spread;
  readonly baseline: Spread;
}

/** Both arms' sums where the window's source gives what a variance needs. */
function armsOf(evidence: Evidence, answer: Answer): Arms | undefined {
  if (!hasSpread(answer.candidate) || !hasSpread(answer.baseline)) return undefined;
  const candidate = spreadOf(evidence.candidate);
  const baseline = spreadOf(evidence.baseline);
  return candidate && baseline && { candidate, baseline };
}

function hasSpread(sample: Sample | null): boolean {
  return sample?.kind === 'histogram' || (sample?.kind === 'mean' && sample.sumSquares !== undefined);
}

interface Observed {
  readonly margin: Margin;
  readonly rho: number;
  readonly fewest: number;
  readonly windows: number;
}

/**
 * ln E of mC - ratio*mS - sign*tolerance over its standard error, at the time nC*nS/(nS + ratio^2 nC). A small arm of skewed
 * observations shows too little spread just when it shows too small a mean: it counts for at least the other's.
 */
function observed({ candidate, baseline }: Arms, { margin, rho, fewest, windows }: Observed): number {
  const { sign, ratio, tolerance } = margin;
  if (candidate.n < fewest || baseline.n < fewest) return 0;
  const own = Math.max(candidate.variance, sign < 0 ? baseline.variance : 0);
  const squared = own / candidate.n + (ratio * ratio * baseline.variance) / baseline.n;
  const excess = sign * (candidate.mean - ratio * baseline.mean) - tolerance;
  if (!(squared > 0)) return excess > 0 && windows >= FEWEST_WINDOWS ? windows * Math.LN2 : 0;
  const v = 1 / (1 / candidate.n + (ratio * ratio) / baseline.n);
  return logMixture({ s: (excess / Math.sqrt(squared)) * Math.sqrt(v), v, rho, sided: 1 });
}

/** Observations without any spread are tested by their windows: why they were not; undefined where they were. */
export function whySpreadless({ candidate, baseline, answered }: Evidence): string | undefined {
  const [own, other] = [spreadOf(candidate), spreadOf(baseline)];
  if (!own || !other || own.variance > 0 || other.variance > 0 || answered >= FEWEST_WINDOWS) return undefined;
  return `all observations of an arm are the same; ${answered} windows, ${FEWEST_WINDOWS} are needed for a test`;
}
