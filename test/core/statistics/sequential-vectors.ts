/** The vectors' labels bound to the methods that stay honest at any number of looks. */
import { tLogE, tRadius, normalRadius } from '../../../src/core/statistics/anytime-t.ts';
import { halfWidth, rho2, sequentialTest } from '../../../src/core/statistics/asymptotic.ts';
import { mixtureWeight, proportionInterval, proportionLogE } from '../../../src/core/statistics/beta-binomial.ts';
import {
  boundedBoundary,
  boundedLogE,
  gammaExponentialLogE,
  gammaPoissonBoundary,
  stitchedBoundary,
} from '../../../src/core/statistics/boundaries.ts';
import {
  countRatioInterval,
  countRatioSequence,
  countRatioTest,
  multinomialIntervals,
  multinomialTest,
} from '../../../src/core/statistics/count-ratio.ts';
import { cdfDifference, dkwConstant, dkwWidth, quantileBand, type Share } from '../../../src/core/statistics/dkw.ts';
import { type CupedSums, cupedEffect, type Difference, meanEffect } from '../../../src/core/statistics/effect.ts';
import type { Alternative } from '../../../src/core/statistics/fixed.ts';
import type { Moments } from '../../../src/core/statistics/moments.ts';
import { sprtMeans, sprtProportions, sprtTauSquared } from '../../../src/core/statistics/msprt.ts';
import { boundary, logMixture, rhoFor, type Sided } from '../../../src/core/statistics/normal-mixture.ts';
import { doubleStitching, quantileTest } from '../../../src/core/statistics/quantile.ts';
import { pOf } from '../../../src/core/statistics/running.ts';
import { safeTest, type TwoByTwoPrior } from '../../../src/core/statistics/safe-2x2.ts';
import type { Calculation } from './vectors.ts';

/** What a calculation takes: each label reads those of these names that its vectors give. */
interface Numbers {
  readonly [name: string]: number;
}
interface AtSide {
  readonly sided: Sided;
}
interface TwoArms<Arm> {
  readonly a: Arm;
  readonly b: Arm;
  readonly difference: Difference;
  readonly alternative: Alternative;
  readonly alpha: number;
  readonly tuning: number;
}
type Pair = readonly [number, number];

const withLambda = (evidence: { logE: number; p: number } | undefined): Readonly<Record<string, unknown>> =>
  evidence === undefined ? { undefined: true, significant: false } : { lambda: Math.exp(evidence.logE), p: evidence.p };

const rhoOf = ({ vOpt, alphaOpt, sided }: { vOpt: number; alphaOpt: number; sided: Sided }): number =>
  rhoFor({ vOpt, alpha: alphaOpt, sided });

const twoSample = (inputs: TwoArms<Moments>): Readonly<Record<string, unknown>> => {
  const effect = meanEffect(inputs.a, inputs.b, inputs.difference);
  return effect === undefined ? {} : { ...sequentialTest(effect, { ...inputs, n: inputs.a.n + inputs.b.n }) };
};

const safe2x2 = (inputs: {
  na: number;
  nb: number;
  ya: readonly number[];
  yb: readonly number[];
  prior: TwoByTwoPrior;
  alpha: number;
}): Readonly<Record<string, unknown>> => {
  const blocks = inputs.ya.map((successes, index) => ({
    a: { n: inputs.na, successes },
    b: { n: inputs.nb, successes: inputs.yb[index] ?? NaN },
  }));
  const { logE, logEByBlock } = safeTest(blocks, { prior: inputs.prior });
  const crossed = logEByBlock.findIndex((value) => value >= -Math.log(inputs.alpha));
  return {
    e: Math.exp(logE),
    logE,
    crossedAtBlock: crossed === -1 ? null : crossed + 1,
    eByBlock: logEByBlock.map(Math.exp),
  };
};

const countSequence = (inputs: {
  looks?: readonly Pair[];
  arrivals?: readonly number[];
  rho: Pair;
  k: number;
  alpha: number;
}): Readonly<Record<string, unknown>> => {
  const seen: [number, number] = [0, 0];
  const looks = inputs.looks ?? (inputs.arrivals ?? []).map((arm): Pair => (seen[arm === 0 ? 0 : 1]++, [...seen]));
  const sequence = countRatioSequence(looks, inputs);
  const crossed = sequence.findIndex(({ running }) => running.p <= inputs.alpha);
  const last = sequence.at(-1)?.running;
  return {
    ...Object.fromEntries((['p', 'lower', 'upper'] as const).map((key) => [key, sequence.map(({ now }) => now[key])])),
    runningP: sequence.map(({ running }) => running.p),
    runningLower: sequence.map(({ running }) => running.lower),
    runningUpper: sequence.map(({ running }) => running.upper),
    crossedAt: crossed === -1 ? null : crossed + 1,
    counts: looks.at(-1),
    finalRunningP: last?.p,
    finalRunningLower: last?.lower,
    finalRunningUpper: last?.upper,
  };
};

const betaBinomialLogE = (inputs: {
  successes: number;
  trials: number;
  p0: number;
  tOpt: number;
  alphaOpt: number;
}): Readonly<Record<string, unknown>> => {
  const counts = { n: inputs.trials, successes: inputs.successes };
  const logE = proportionLogE(counts, inputs.p0, mixtureWeight(inputs));
  return { logE, p: pOf(logE) };
};

export const sequentialVectors: Readonly<Record<string, Calculation>> = {
  'safe2x2.eProcess': safe2x2,
  'betaBinomial.interval': ({
    trials,
    successes,
    ...rest
  }: Numbers & { tOpt: number; alpha: number } & {
    trials: number;
    successes: number;
  }) => ({ ...proportionInterval({ n: trials, successes }, rest) }),
  'betaBinomial.logEValue': betaBinomialLogE,
  'countRatio.test': (inputs: { counts: Pair; rho: Pair; k: number }) => ({ ...countRatioTest(inputs) }),
  'countRatio.interval': (inputs: { counts: Pair; rho: Pair; k: number; alpha: number }) => ({
    ...countRatioInterval(inputs),
  }),
  'countRatio.sequence': countSequence,
  'multinomial.test': (inputs: { counts: readonly number[]; theta0: readonly number[]; k: number }) => ({
    ...multinomialTest({ ...inputs, theta: inputs.theta0 }),
  }),
  'multinomial.interval': (inputs: {
    counts: readonly number[];
    theta0: readonly number[];
    k: number;
    alpha: number;
  }) => ({ intervals: multinomialIntervals({ ...inputs, theta: inputs.theta0 }) }),
  'dkw.constant': ({ alpha }: { alpha: number }) => ({ C: dkwConstant(alpha) }),
  'dkw.radius': (inputs: { t: number; m: number; alpha: number }) => ({ radius: dkwWidth(inputs) }),
  'dkw.cdfDifference': ({ a, b, ...options }: { a: Share; b: Share; m: number; alpha: number }) => ({
    ...cdfDifference(a, b, options),
  }),
  'dkw.quantileBand': (inputs: { values: readonly number[]; q: number; m: number; alpha: number }) => ({
    ...quantileBand(inputs.values, inputs),
  }),
  'asymptoticCs.rho2': (inputs: { tOpt: number; alpha: number; method: 'exact' | 'approximate' } & AtSide) => ({
    rho2: rho2(inputs),
  }),
  'asymptoticCs.halfWidth': (
    inputs: { t: number; tOpt: number; alpha: number; sigma: number; method: 'exact' | 'approximate' } & AtSide,
  ) => ({ halfWidth: halfWidth(inputs) }),
  'asymptoticCs.twoSample': twoSample,
  'asymptoticCs.twoSampleOneSided': twoSample,
  'cuped.sequential': (inputs: TwoArms<CupedSums>) => {
    const effect = cupedEffect(inputs.a, inputs.b, inputs.difference);
    if (effect === undefined) return {};
    return { theta: effect.theta, ...sequentialTest(effect, { ...inputs, n: inputs.a.n + inputs.b.n }) };
  },
  'normalMixture.rho': (inputs: { vOpt: number; alphaOpt: number } & AtSide) => ({ rho: rhoOf(inputs) }),
  'normalMixture.logMixture': (inputs: { s: number; v: number; vOpt: number; alphaOpt: number } & AtSide) => ({
    logMixture: logMixture({ ...inputs, rho: rhoOf(inputs) }),
  }),
  'normalMixture.boundary': (inputs: { v: number; alpha: number; vOpt: number; alphaOpt: number } & AtSide) => ({
    boundary: boundary({ ...inputs, rho: rhoOf(inputs) }),
  }),
  'normalMixture.pValue': (inputs: { s: number; v: number; vOpt: number; alphaOpt: number } & AtSide) => ({
    p: pOf(logMixture({ ...inputs, rho: rhoOf(inputs) })),
  }),
  'anytimeT.logEValue': ({ nu, ...rest }: { t: number; n: number; nu: number; g: number }) => {
    const logE = tLogE({ ...rest, dof: nu });
    return { logE, p: pOf(logE) };
  },
  'anytimeT.radius': (inputs: { n: number; coefficients: number; g: number; alpha: number }) => ({
    radius: tRadius(inputs),
  }),
  'anytimeT.normalRadius': (inputs: { n: number; g: number; alpha: number }) => ({ radius: normalRadius(inputs) }),
  'gammaExponential.logMixture': (inputs: { s: number; v: number; vOpt: number; c: number; alphaOpt: number }) => ({
    logMixture: gammaExponentialLogE(inputs),
  }),
  'gammaPoisson.boundary': (inputs: { v: number; alpha: number; vOpt: number; c: number; alphaOpt: number }) => ({
    boundary: gammaPoissonBoundary(inputs),
  }),
  'betaBinomial.logMixture': (
    inputs: { s: number; v: number; vOpt: number; g: number; h: number; alphaOpt: number } & AtSide,
  ) => ({ logMixture: boundedLogE(inputs) }),
  'betaBinomial.boundary': (
    inputs: { v: number; alpha: number; vOpt: number; g: number; h: number; alphaOpt: number } & AtSide,
  ) => ({ boundary: boundedBoundary(inputs) }),
  'polyStitching.boundary': (inputs: {
    v: number;
    alpha: number;
    vMin: number;
    c: number;
    s: number;
    eta: number;
  }) => ({ boundary: stitchedBoundary(inputs) }),
  'quantile.doubleStitching': (inputs: { p: number; t: number; alpha: number; tOpt: number }) => ({
    bound: doubleStitching(inputs),
  }),
  'quantile.abTest': ({
    a,
    b,
    ...options
  }: {
    a: readonly number[];
    b: readonly number[];
    q: number;
    tOpt: number;
    alphaOpt: number;
  }) => ({ p: quantileTest(a, b, options) }),
  'msprt.means': (inputs: { meanDifference: number; n: number; sigma: number; tau: number; theta0: number }) =>
    withLambda(sprtMeans(inputs)),
  'msprt.tau': (inputs: { alpha: number; sigma: number; truncation: number }) => ({
    tauSquared: sprtTauSquared(inputs),
  }),
  'msprt.proportions': (inputs: { xBar: number; yBar: number; n: number; tau: number; theta0: number }) =>
    withLambda(sprtProportions(inputs)),
  'msprt.proportionsUndefined': (inputs: { xBar: number; yBar: number; n: number; tau: number; theta0: number }) =>
    withLambda(sprtProportions(inputs)),
};
