/**
 * Means and gauges: normal mixtures of a standardised difference, right at any number of looks once there are enough observations
 * for the central limit theorem (Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas: asymptotic confidence sequences, arXiv 2103.06476).
 */
import type { Evidence, Sample } from '../../model/metric.ts';
import { logMixture, rhoFor } from '../../statistics/normal-mixture.ts';
import type { Answer, StepContext } from '../rule.ts';
import { alphaOf } from '../alpha.ts';
import { beginLogs } from './alternatives.ts';
import { addMeans, type ArmSum, beginPlaces, dispersionOf } from './dispersion.ts';
import type { Margin } from './margin.ts';
import { differences } from './differences.ts';
import { type Spread, spreadOf } from './spread.ts';
import type { Tester, TesterOptions } from './tester.ts';

/** Fewer observations than this of an arm say nothing asymptotically. */
const FEWEST = 100;

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
      for (let index = 0; index < margins.length; index++) {
        const margin = margins[index];
        if (!margin) continue;
        const log = arms ? observed(arms, { margin, rho, fewest: fewestOf(context) }) : windows.log(index);
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
}

/** ln E of mC - ratio*mS - sign*tolerance over its standard error, at the time nC*nS/(nS + ratio^2 nC). */
function observed({ candidate, baseline }: Arms, { margin, rho, fewest }: Observed): number {
  const { sign, ratio, tolerance } = margin;
  if (candidate.n < fewest || baseline.n < fewest) return 0;
  const squared = candidate.variance / candidate.n + (ratio * ratio * baseline.variance) / baseline.n;
  if (!(squared > 0)) return 0;
  const excess = sign * (candidate.mean - ratio * baseline.mean) - tolerance;
  const v = 1 / (1 / candidate.n + (ratio * ratio) / baseline.n);
  return logMixture({ s: (excess / Math.sqrt(squared)) * Math.sqrt(v), v, rho, sided: 1 });
}
