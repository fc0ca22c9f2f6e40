/** How large a sample must be, how large an effect it can show, and how likely it shows it. */
import { sequentialTest } from './asymptotic.ts';
import { normalCdf, normalQuantile } from './distribution.ts';
import { impossible, mustBeFinite, mustBeLevel, mustBePositive } from './impossible.ts';
import { edgeBeyond } from './root.ts';

/** Two arms of equal size, compared by the relative effect on a mean. */
export interface PlannedArms {
  /** Mean and variance of one observation, taken as those of both arms. */
  readonly mean: number;
  readonly variance: number;
  readonly perArm: number;
  readonly alpha: number;
  /** Given: an asymptotic confidence sequence that is tightest at so many observations of both arms; absent: one look. */
  readonly tuning?: number | undefined;
}

/**
 * The chance that a two-sided test finds a relative effect e: Phi(e/SE - z) + Phi(-e/SE - z), SE^2 = v/(m^2 n) (1 + (1+e)^2), z =
 * z_{1-alpha/2}. Sequential: SE times the ratio of the sequence's half width at this size to the fixed one, so it is the chance at this
 * look, a lower bound of that over all looks. `undefined` where the mean is 0 or nothing varies. Throws StatisticsError on impossible
 * sizes and levels. Source: GrowthBook, packages/shared/src/power.
 */
export function powerOf(arms: PlannedArms & { readonly effect: number }): number | undefined {
  const unit = unitOf(arms);
  if (unit === undefined) return undefined;
  const effect = mustBeFinite(arms.effect, 'the effect');
  const error = Math.sqrt(unit * (1 + (1 + effect) ** 2));
  return powerAt(effect / error, upperZ(arms.alpha / 2));
}

/**
 * The smallest relative effect that is found with probability `power`: the positive root of e = (z_{1-alpha/2} + z_power) SE(e).
 * `undefined` where no effect is: sizes that are too small, a mean of 0, no variance. Throws as {@link powerOf}.
 */
export function minimumEffect(arms: PlannedArms & { readonly power: number }): number | undefined {
  const unit = unitOf(arms);
  if (unit === undefined) return undefined;
  const k = unit * (upperZ(arms.alpha / 2) + upperZ(1 - mustBeLevel(arms.power, 'the power'))) ** 2;
  return k < 1 ? (k + Math.sqrt(2 * k - k * k)) / (1 - k) : undefined;
}

/** v/(m^2 n), inflated where looks are free. */
function unitOf({ mean, variance, perArm, alpha, tuning }: PlannedArms): number | undefined {
  mustBeLevel(alpha, 'alpha');
  mustBePositive(perArm, 'the size of an arm');
  if (mustBeFinite(mean, 'the mean') === 0 || mustBeFinite(variance, 'the variance') === 0) return undefined;
  if (variance < 0) impossible(`a variance cannot be ${variance}`);
  const ratio = tuning === undefined ? 1 : sequentialWidth({ n: 2 * perArm, alpha, tuning }) / upperZ(alpha / 2);
  return (variance / (mean * mean * perArm)) * ratio * ratio;
}

interface Sequence {
  readonly n: number;
  readonly alpha: number;
  readonly tuning: number;
}
/** The half width of the confidence sequence in standard errors. */
function sequentialWidth(sequence: Sequence): number {
  return sequentialTest({ estimate: 0, standardError: 1 }, { ...sequence, alternative: 'two-sided' }).upper;
}

function upperZ(level: number): number {
  return -normalQuantile(level);
}

function powerAt(standardised: number, z: number): number {
  return normalCdf(standardised - z) + normalCdf(-standardised - z);
}

interface Wanted {
  /** The two-sided error level. */
  readonly alpha: number;
  readonly power: number;
}
function zOf({ alpha, power }: Wanted): number {
  return upperZ(mustBeLevel(alpha, 'alpha') / 2) + upperZ(1 - mustBeLevel(power, 'the power'));
}

/**
 * Observations per arm to tell p1 from p2: ceil((z_{1-alpha/2} sqrt(2 pb(1-pb)) + z_power sqrt(p1(1-p1) + p2(1-p2)))^2/(p2-p1)^2) with
 * pb their mean. Throws StatisticsError on proportions outside [0, 1] or equal ones. Source: Fleiss, Statistical Methods for Rates.
 */
export function sampleSizeProportions({
  p1,
  p2,
  alpha,
  power,
}: Wanted & { readonly p1: number; readonly p2: number }): number {
  for (const p of [p1, p2]) if (!(p >= 0 && p <= 1)) impossible(`a proportion must lie in 0 to 1, found ${p}`);
  if (p1 === p2) impossible('equal proportions cannot be told apart by any sample');
  const mean = (p1 + p2) / 2;
  const underNull = upperZ(mustBeLevel(alpha, 'alpha') / 2) * Math.sqrt(2 * mean * (1 - mean));
  const underEffect = upperZ(1 - mustBeLevel(power, 'the power')) * Math.sqrt(p1 * (1 - p1) + p2 * (1 - p2));
  return Math.ceil(((underNull + underEffect) / (p2 - p1)) ** 2);
}

/** Observations per arm to find a difference `delta` of means: ceil(2 v (z_{1-alpha/2} + z_power)^2/delta^2). Throws on delta 0. */
export function sampleSizeMeans({
  variance,
  delta,
  alpha,
  power,
}: Wanted & { readonly variance: number; readonly delta: number }): number {
  const size = 2 * mustBePositive(variance, 'the variance') * (zOf({ alpha, power }) / effectSizeOf(delta)) ** 2;
  return Math.ceil(size);
}

function effectSizeOf(delta: number): number {
  return mustBePositive(Math.abs(delta), 'the size of the effect');
}

/**
 * All traffic that two arms with the shares sC and sT of it need: ceil((z_{1-alpha/2} + z_power)^2 v (1/sC + 1/sT)/delta^2).
 * Throws StatisticsError on shares or effects that are not above 0. Source: Spotify's confidence.
 */
export function sampleSizeTotal({
  variance,
  delta,
  controlShare,
  treatmentShare,
  ...wanted
}: Wanted & Readonly<Record<'variance' | 'delta' | 'controlShare' | 'treatmentShare', number>>): number {
  const shares = 1 / mustBePositive(controlShare, 'a share') + 1 / mustBePositive(treatmentShare, 'a share');
  return Math.ceil(mustBePositive(variance, 'the variance') * shares * (zOf(wanted) / effectSizeOf(delta)) ** 2);
}

export interface UnequalArms {
  readonly variance: number;
  /** Of the treatment; absent: that of the control. A proportion's follows from the shifted rate. */
  readonly treatmentVariance?: number;
  readonly delta: number;
  /** Control to treatment. */
  readonly kappa: number;
  /** The share of these two arms in all traffic. */
  readonly pairShare: number;
  readonly alphaOneSided: number;
  readonly power: number;
}
/**
 * All traffic for arms of unequal size at a one-sided level: n_t = (z_{1-a} + z_power)^2 (v_c/kappa + v_t)/delta^2,
 * ceil(n_t (1 + kappa)/share of the pair). Throws StatisticsError on values that are not above 0. Source: Spotify's confidence.
 */
export function sampleSizeUnequal(arms: UnequalArms): number {
  const { variance, treatmentVariance = variance, delta, alphaOneSided, power } = arms;
  const kappa = mustBePositive(arms.kappa, 'kappa');
  const z = upperZ(mustBeLevel(alphaOneSided, 'alpha')) + upperZ(1 - mustBeLevel(power, 'the power'));
  const spread = mustBePositive(variance / kappa + treatmentVariance, 'the variance');
  const treatment = spread * (z / effectSizeOf(delta)) ** 2;
  return Math.ceil((treatment * (1 + kappa)) / mustBePositive(arms.pairShare, 'the share of the pair'));
}

/**
 * The power that two samples have for an absolute effect: d = |mde|/sqrt(v) sqrt(n1 n2/(n1 + n2)), Phi(d - z) + Phi(-d - z).
 * Throws StatisticsError on sizes, variances or levels that cannot be. Source: Spotify's confidence.
 */
export function achievedPower({
  mde,
  variance,
  alpha,
  n1,
  n2,
}: Readonly<Record<'mde' | 'variance' | 'alpha' | 'n1' | 'n2', number>>): number {
  const size = 1 / (1 / mustBePositive(n1, 'n1') + 1 / mustBePositive(n2, 'n2'));
  const standardised =
    Math.abs(mustBeFinite(mde, 'the effect')) * Math.sqrt(size / mustBePositive(variance, 'the variance'));
  return powerAt(standardised, upperZ(mustBeLevel(alpha, 'alpha') / 2));
}

export interface MidExperiment {
  /** What the experiment has now: the effect's standard error, and the observations of both arms. */
  readonly standardError: number;
  readonly n: number;
  /** The smallest effect of interest, on the scale of the standard error. */
  readonly minimumEffect: number;
  readonly power: number;
  readonly alpha: number;
  /** Of an asymptotic confidence sequence. */
  readonly tuning?: number;
  readonly prior?: { readonly mean: number; readonly variance: number };
}
/**
 * How much more of what there is an experiment needs: the smallest s >= 0 for which (1 + s) times the sample has the power. With
 * v = SE^2/(1+s): power = Phi((m - h)/sqrt v) + Phi(-(m + h)/sqrt v), h = z sqrt v; sequential: the sequence's half width at n (1+s);
 * with a normal prior (mu, t2): h = z v sqrt(1/t2 + 1/v), and m + v mu/t2 in place of m. Infinity where no sample is enough.
 * Throws StatisticsError on impossible input. Source: GrowthBook's gbstats, midexperimentpower.
 */
export function midExperimentFactor(now: MidExperiment): number {
  mustBePositive(now.standardError, 'the standard error');
  mustBePositive(now.n, 'n');
  mustBePositive(now.minimumEffect, 'the smallest effect of interest');
  mustBeLevel(now.alpha, 'alpha');
  mustBeLevel(now.power, 'the power');
  const isWeak = (more: number): boolean => powerWith(now, more) < now.power;
  return isWeak(0) ? edgeBeyond(isWeak, 0, 1) : 0;
}

function powerWith({ standardError, n, minimumEffect: m, alpha, tuning, prior }: MidExperiment, more: number): number {
  const variance = standardError ** 2 / (1 + more);
  const sd = Math.sqrt(variance);
  const z = upperZ(alpha / 2);
  if (prior !== undefined) {
    const half = z * variance * Math.sqrt(1 / prior.variance + 1 / variance);
    const shift = (variance * prior.mean) / prior.variance;
    return normalCdf((m + shift - half) / sd) + normalCdf(-(m + shift + half) / sd);
  }
  const width = tuning === undefined ? z : sequentialWidth({ n: n * (1 + more), alpha, tuning });
  return powerAt(m / sd, width);
}
