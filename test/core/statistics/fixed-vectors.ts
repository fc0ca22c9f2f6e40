/** Binds the labels of the vectors for tests of one look to our functions. */
import { liftPosterior, rescalePrior, riskOf } from '../../../src/core/statistics/bayesian.ts';
import { type CupedRatioSums, cupedRatioEffect } from '../../../src/core/statistics/cuped-ratio.ts';
import {
  cohenD,
  commonLanguage,
  iqrOutliers,
  kSigmaOutliers,
  meanRatio,
  percentile,
} from '../../../src/core/statistics/descriptive.ts';
import {
  type CupedSums,
  type Difference,
  type Effect,
  type RatioSums,
  cupedEffect,
  cupedTheta,
  effectBetween,
  meanEffect,
  proportionEffect,
  ratioEffect,
} from '../../../src/core/statistics/effect.ts';
import { type Alternative, tTest, zTestProportions } from '../../../src/core/statistics/fixed.ts';
import { type Counts, type Moments, meanOf } from '../../../src/core/statistics/moments.ts';
import { mannWhitney } from '../../../src/core/statistics/mann-whitney.ts';
import { benjaminiHochberg, holm } from '../../../src/core/statistics/multiple.ts';
import { sampleRatio } from '../../../src/core/statistics/srm.ts';
import { wilcoxon } from '../../../src/core/statistics/wilcoxon.ts';
import { kayentaClassify } from '../../../src/core/judge/peers/kayenta.ts';
import { groupSequentialBounds, groupSequentialLevels } from '../../../src/core/statistics/group-sequential.ts';
import { sequentialTest } from '../../../src/core/statistics/asymptotic.ts';
import {
  achievedPower,
  midExperimentFactor,
  minimumEffect,
  powerOf,
  sampleSizeMeans,
  sampleSizeProportions,
  sampleSizeTotal,
  sampleSizeUnequal,
} from '../../../src/core/statistics/power.ts';
import type { Calculation } from './vectors.ts';

interface Levels {
  readonly alpha: number;
  readonly alternative: Alternative;
  readonly difference?: Difference;
}
type Given<A> = Levels & { readonly a: A; readonly b: A };

function tested(effect: Effect | undefined, { alpha, alternative }: Levels): Readonly<Record<string, unknown>> {
  if (effect === undefined) return { undefined: true, significant: false };
  return { ...tTest(effect, { alpha, alternative }), t: effect.estimate / effect.standardError };
}

const shared = {
  means: (inputs: Given<Moments>) => tested(meanEffect(inputs.a, inputs.b, inputs.difference ?? 'absolute'), inputs),
  relative: (inputs: Given<Moments>) => tested(meanEffect(inputs.a, inputs.b, 'relative'), inputs),
  proportions: (inputs: Given<Counts>) =>
    tested(proportionEffect(inputs.a, inputs.b, inputs.difference ?? 'absolute'), inputs),
  ratioOfUsers: ({ observed, weights }: { observed: number[]; weights: number[] }) => ({
    ...sampleRatio({ observed, weights }),
  }),
};

const unitArm = (mean: number) => ({ n: 10, mean, variance: 1 });

const effects: Readonly<Record<string, Calculation>> = {
  'welch.test': shared.means,
  'welch.undefined': shared.means,
  'relativeEffect.test': shared.relative,
  'relativeEffect.undefined': shared.relative,
  'relativeEffect.estimate': ({ meanA, meanB }: { meanA: number; meanB: number }) => ({
    estimate: effectBetween(unitArm(meanA), unitArm(meanB), 'relative')?.estimate,
  }),
  'relativeEffect.variance': (given: Record<'varianceA' | 'meanA' | 'nA' | 'varianceB' | 'meanB' | 'nB', number>) => ({
    variance:
      (effectBetween(
        { n: given.nA, mean: given.meanA, variance: given.varianceA },
        { n: given.nB, mean: given.meanB, variance: given.varianceB },
        'relative',
      )?.standardError ?? NaN) ** 2,
  }),
  'relativeEffect.ratio': (inputs: Given<RatioSums>) => tested(ratioEffect(inputs.a, inputs.b, 'relative'), inputs),
  'proportions.welch': shared.proportions,
  'proportions.undefined': shared.proportions,
  'proportions.z': ({ a, b, alpha }: Given<Counts>) => ({ ...zTestProportions(a, b, { alpha }) }),
  'cuped.theta': ({ a, b }: Given<CupedSums>) => ({ theta: cupedTheta(a, b) }),
  'cuped.test': (inputs: Given<CupedSums>) =>
    tested(cupedEffect(inputs.a, inputs.b, inputs.difference ?? 'absolute'), inputs),
  'cuped.ratio': (inputs: Given<CupedRatioSums>) =>
    tested(cupedRatioEffect(inputs.a, inputs.b, inputs.difference ?? 'absolute'), inputs),
  'cuped.sequential': ({ a, b, difference = 'absolute', ...rest }: Given<CupedSums> & { readonly tuning: number }) => {
    const effect = cupedEffect(a, b, difference);
    return effect ? { ...effect, ...sequentialTest(effect, { n: a.n + b.n, ...rest }) } : {};
  },
};

interface LiftInputs extends Levels {
  readonly a: Counts | Moments;
  readonly b: Counts | Moments;
  readonly difference: Difference;
  readonly prior: { readonly mean: number; readonly variance: number; readonly scale: Difference } | null;
}
function lift({ a, b, difference, alpha, prior }: LiftInputs): Readonly<Record<string, unknown>> {
  const counts = 'successes' in a && 'successes' in b;
  const effect = counts ? proportionEffect(a, b, difference) : meanEffect(a as Moments, b as Moments, difference);
  if (effect === undefined) return {};
  const controlMean = 'successes' in a ? a.successes / a.n : (meanOf(a) ?? 0);
  const scaled = prior && rescalePrior(prior, { from: prior.scale, to: difference, controlMean });
  const { mean, ...rest } = liftPosterior(effect, { alpha, prior: scaled ?? undefined });
  return { estimate: mean, ...rest };
}

type Values = readonly number[];
interface Samples {
  readonly experiment: Values;
  readonly control: Values;
}
const samples: Readonly<Record<string, Calculation>> = {
  'bayes.lift': lift,
  'bayes.risk': ({ mean, sd }: { mean: number; sd: number }) => ({ risk: [...riskOf(mean, sd)] }),
  'srm.test': shared.ratioOfUsers,
  'srm.impossible': shared.ratioOfUsers,
  'multiple.holm': ({ p }: { p: Values }) => ({ adjusted: holm(p) }),
  'multiple.benjaminiHochberg': ({ p }: { p: Values }) => ({ adjusted: benjaminiHochberg(p) }),
  'percentile.r7': ({ values, p }: { values: Values; p: number }) => ({ value: percentile(values, p) }),
  'effect.cohenD': ({ experiment, control }: Samples) => ({ value: cohenD(experiment, control) }),
  'effect.cles': ({ experiment, control }: Samples) => ({ value: commonLanguage(experiment, control) }),
  'effect.meanRatio': ({ experiment, control }: Samples) => ({ value: meanRatio(experiment, control) }),
  'outliers.iqr': ({ values, ...fences }: { values: Values; factor: number; reduceSensitivity: boolean }) => ({
    outlierIndexes: iqrOutliers(values, fences),
  }),
  'outliers.kSigma': ({ values, k }: { values: Values; k: number }) => ({ outlierIndexes: kSigmaOutliers(values, k) }),
  'mannWhitney.interval': ({ experiment, control, confidence }: Samples & { readonly confidence: number }) => ({
    ...mannWhitney(experiment, control, { confidence }),
  }),
  'mannWhitney.wilcoxonDiff': ({
    experiment,
    control,
    mu,
    quantile,
  }: Samples & { readonly mu: number; readonly quantile: number }) => ({
    value:
      (wilcoxon({ x: Float64Array.from(experiment).toSorted(), y: Float64Array.from(control).toSorted() }, mu) ?? NaN) -
      quantile,
  }),
  'mannWhitney.classify': classified,
};

interface ClassifyInputs extends Samples {
  readonly classifier: {
    readonly tolerance: number;
    readonly confidence: number;
    readonly allowed: { readonly decrease: number; readonly increase: number };
    readonly criticalThresholds: { readonly decrease: number; readonly increase: number };
    readonly effectSizeMeasure: 'meanRatio' | 'cles';
  };
  readonly direction: 'increase' | 'decrease' | 'either';
  readonly nanStrategy: 'remove' | 'replace';
  readonly critical: boolean;
  readonly dataRequired: boolean;
}
function classified({ experiment, control, classifier, ...metric }: ClassifyInputs): Readonly<Record<string, unknown>> {
  const { effectSizeMeasure, allowed, criticalThresholds, tolerance, confidence } = classifier;
  const found = kayentaClassify(
    { experiment, control },
    {
      direction: metric.direction,
      nanStrategy: metric.nanStrategy,
      critical: metric.critical,
      mustHaveData: metric.dataRequired,
      effectSize: effectSizeMeasure,
      allowed,
      criticalAt: criticalThresholds,
      tolerance,
      confidence,
    },
  );
  const size = 'shift' in found ? (found.effect ?? NaN) : undefined;
  return { ...found, ...found.shift, effectSize: size, deviation: size };
}

type Plan = Record<'mean' | 'variance' | 'n' | 'arms' | 'alpha', number> & { readonly sequentialTuning: number | null };
const asPlan = ({ mean, variance, n, arms, alpha, sequentialTuning }: Plan) => ({
  mean,
  variance,
  perArm: n / arms,
  alpha,
  tuning: sequentialTuning ?? undefined,
});

const planning: Readonly<Record<string, Calculation>> = {
  'groupSequential.bounds': (inputs: Parameters<typeof groupSequentialBounds>[0]) => ({
    z: groupSequentialBounds(inputs),
  }),
  'groupSequential.adjustedAlpha': (inputs: Parameters<typeof groupSequentialLevels>[0]) => ({
    adjustedAlpha: groupSequentialLevels(inputs),
  }),
  'power.relative': (inputs: Plan & { readonly relativeEffect: number }) => ({
    power: powerOf({ ...asPlan(inputs), effect: inputs.relativeEffect }),
  }),
  'power.mde': (inputs: Plan & { readonly power: number }) => ({
    mde: minimumEffect({ ...asPlan(inputs), power: inputs.power }),
  }),
  'power.sampleSizeProportions': (inputs: Parameters<typeof sampleSizeProportions>[0]) => ({
    perArm: sampleSizeProportions(inputs),
  }),
  'power.sampleSizeMeans': (inputs: Parameters<typeof sampleSizeMeans>[0]) => ({ perArm: sampleSizeMeans(inputs) }),
  'power.sampleSizeTotal': (inputs: Parameters<typeof sampleSizeTotal>[0]) => ({ total: sampleSizeTotal(inputs) }),
  'power.sampleSizeUnequal': (
    inputs: Record<'mean' | 'variance' | 'relativeEffect' | 'kappa' | 'pairShare' | 'alphaOneSided' | 'power', number>,
  ) => ({
    total: sampleSizeUnequal({
      ...inputs,
      delta: inputs.mean * inputs.relativeEffect,
      treatmentVariance: inputs.mean * (1 + inputs.relativeEffect) * (1 - inputs.mean * (1 + inputs.relativeEffect)),
    }),
  }),
  'power.achieved': (inputs: Parameters<typeof achievedPower>[0]) => ({ power: achievedPower(inputs) }),
  'power.midExperiment': ({
    a,
    b,
    difference,
    ...rest
  }: Given<Moments> & { readonly targetPower: number; readonly mde: number; readonly difference: Difference }) => ({
    scalingFactor: midExperimentFactor({
      standardError: meanEffect(a, b, difference)?.standardError ?? NaN,
      n: a.n + b.n,
      minimumEffect: rest.mde,
      power: rest.targetPower,
      alpha: rest.alpha,
    }),
  }),
};

export const fixedVectors: Readonly<Record<string, Calculation>> = { ...effects, ...samples, ...planning };
