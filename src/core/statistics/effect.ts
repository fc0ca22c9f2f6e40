/** Effects of a treatment with their standard errors: what every test of two arms starts from. */
import { impossible, mustBeFinite } from './impossible.ts';
import { type Counts, type Moments, meanOf, mustBeCounts, varianceOf } from './moments.ts';

/** A difference of treatment minus control; without `dof` its error is taken as normal. */
export interface Effect {
  readonly estimate: number;
  readonly standardError: number;
  /** Degrees of freedom of Welch and Satterthwaite. */
  readonly dof?: number;
}

/** `relative`: in shares of the control's mean, so 0.05 is five per cent more. */
export type Difference = 'absolute' | 'relative';

/** The sum and the sum of squares of one variable. */
export interface Sums {
  readonly sum: number;
  readonly sumSquares: number;
}

/** Sums of a ratio metric such as revenue per order, where the unit that was randomised has both. */
export interface RatioSums {
  readonly n: number;
  readonly numerator: Sums;
  readonly denominator: Sums;
  readonly sumOfProducts: number;
}

/** Sums of a metric and of what the same units did before: the covariate. */
export interface CupedSums {
  readonly n: number;
  readonly post: Sums;
  readonly pre: Sums;
  readonly sumOfProducts: number;
}

/** What is compared of an arm; `variance` is that of one observation. */
export interface Arm {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}

/** An arm of a metric and its covariate. */
export interface AdjustableArm {
  readonly n: number;
  readonly post: number;
  readonly pre: number;
  readonly postVariance: number;
  readonly preVariance: number;
  readonly covariance: number;
}

/**
 * The effect between two arms. Absolute: mB - mA, variance sA^2/nA + sB^2/nB. Relative: (mB - mA)/|mA| by the delta method,
 * variance sB^2/(nB mA^2) + sA^2 mB^2/(nA mA^4). Degrees of freedom of Welch from the raw variances.
 * Assumes independent units and means that are about normal. `undefined` where an arm has fewer than two units or no variance,
 * or where a relative effect has a control of mean 0. Source: Deng, Knoblich, Lu 2018; Welch 1947.
 */
export function effectBetween(a: Arm, b: Arm, difference: Difference): Effect | undefined {
  if (!varies(a) || !varies(b)) return undefined;
  const dof = welchDof(a, b);
  if (difference === 'absolute')
    return { estimate: b.mean - a.mean, standardError: Math.sqrt(a.variance / a.n + b.variance / b.n), dof };
  if (a.mean === 0) return undefined;
  const ratio = b.mean / a.mean;
  return {
    estimate: (b.mean - a.mean) / Math.abs(a.mean),
    standardError: Math.sqrt(b.variance / b.n + (a.variance / a.n) * ratio * ratio) / Math.abs(a.mean),
    dof,
  };
}

/** Welch and Satterthwaite: SE^4/((sA^2/nA)^2/(nA-1) + (sB^2/nB)^2/(nB-1)), by shares so that no power overflows. */
function welchDof(a: Arm, b: Arm): number {
  const ofA = a.variance / a.n;
  const share = ofA / (ofA + b.variance / b.n);
  return 1 / (share ** 2 / (a.n - 1) + (1 - share) ** 2 / (b.n - 1));
}

/** Sums of a constant leave a variance of rounding errors (about n eps of the squared mean), which must not become evidence. */
function varies({ n, mean, variance }: Arm): boolean {
  return n >= 2 && variance > mean * mean * Math.max(1e-12, n * 1e-16);
}

/**
 * The effect on a mean. `undefined` without variance, with fewer than two observations in an arm, or relative to a mean of 0.
 * Throws StatisticsError on impossible moments. See {@link effectBetween}.
 */
export function meanEffect(a: Moments, b: Moments, difference: Difference): Effect | undefined {
  return effectBetween(meanArm(a), meanArm(b), difference);
}

/** The mean and variance of units. Throws StatisticsError on impossible moments. */
export function meanArm(moments: Moments): Arm {
  return { n: moments.n, mean: meanOf(moments) ?? 0, variance: varianceOf(moments) ?? 0 };
}

/**
 * The effect on a proportion; the variance of one trial is p(1-p). `undefined` where an arm is empty, at 0 % or at 100 %, where
 * this approximation says nothing. Throws StatisticsError on impossible counts. See {@link effectBetween}.
 */
export function proportionEffect(a: Counts, b: Counts, difference: Difference): Effect | undefined {
  return effectBetween(proportionArm(a), proportionArm(b), difference);
}

function proportionArm(counts: Counts): Arm {
  const { n, successes } = mustBeCounts(counts);
  const mean = n === 0 ? 0 : successes / n;
  return { n, mean, variance: mean * (1 - mean) };
}

/**
 * The effect on a ratio R = sum M / sum D, variance of one unit (sM^2 - 2 R sMD + R^2 sD^2)/mean(D)^2 (delta method).
 * `undefined` as for {@link meanEffect}, and where a denominator sums to 0. Throws StatisticsError on impossible sums.
 */
export function ratioEffect(a: RatioSums, b: RatioSums, difference: Difference): Effect | undefined {
  if (a.denominator.sum === 0 || b.denominator.sum === 0) return undefined;
  return effectBetween(ratioArm(a), ratioArm(b), difference);
}

/** The ratio, with the variance of one unit by the delta method. Asks for a denominator that does not sum to 0. */
export function ratioArm({ n, numerator, denominator, sumOfProducts }: RatioSums): Arm {
  const ratio = numerator.sum / denominator.sum;
  const covariance = covarianceOf(n, { x: numerator.sum, y: denominator.sum, products: sumOfProducts });
  const spread = varianceIn(n, numerator) - 2 * ratio * covariance + ratio * ratio * varianceIn(n, denominator);
  return { n, mean: ratio, variance: spread / (denominator.sum / n) ** 2 };
}

/** The sample variance of a variable of `n` units; 0 where there is none. Throws StatisticsError on impossible sums. */
export function varianceIn(n: number, sums: Sums): number {
  return varianceOf({ n, ...sums }) ?? 0;
}

interface Paired {
  readonly x: number;
  readonly y: number;
  readonly products: number;
}
/** The sample covariance from sums, (sum xy - sum x sum y / n)/(n-1); 0 of fewer than two units. Throws on a NaN. */
export function covarianceOf(n: number, { x, y, products }: Paired): number {
  mustBeFinite(products, 'the sum of products');
  return n < 2 ? 0 : (products - (x / n) * y) / (n - 1);
}

/**
 * The effect on a mean that is adjusted by a covariate from before (CUPED), with the `theta` that was taken: cov(post, pre)/var(pre)
 * over both arms pooled, 0 where the covariate or the metric does not vary; then it is the plain effect. `undefined` as for
 * {@link meanEffect}. Assumes a covariate that the treatment cannot have changed. Throws StatisticsError on impossible sums.
 * Source: Deng, Xu, Kohavi, Walker 2013; relative variance as in GrowthBook's gbstats.
 */
export function cupedEffect(
  a: CupedSums,
  b: CupedSums,
  difference: Difference,
): (Effect & { readonly theta: number }) | undefined {
  return adjustedEffect(adjustableArm(a), adjustableArm(b), {
    difference,
    theta: cupedTheta(a, b),
    gradient: 'unadjusted',
  });
}

/** Theta of {@link cupedEffect}. */
export function cupedTheta(a: CupedSums, b: CupedSums): number {
  const { postVariance, preVariance, covariance } = adjustableArm({
    n: a.n + b.n,
    post: add(a.post, b.post),
    pre: add(a.pre, b.pre),
    sumOfProducts: a.sumOfProducts + b.sumOfProducts,
  });
  return postVariance > 0 && preVariance > 0 ? covariance / preVariance : 0;
}

function add(one: Sums, other: Sums): Sums {
  return { sum: one.sum + other.sum, sumSquares: one.sumSquares + other.sumSquares };
}

function adjustableArm({ n, post, pre, sumOfProducts }: CupedSums): AdjustableArm {
  const postVariance = varianceIn(n, post);
  const preVariance = varianceIn(n, pre);
  const covariance = covarianceOf(n, { x: post.sum, y: pre.sum, products: sumOfProducts });
  return {
    n,
    post: n > 0 ? post.sum / n : 0,
    pre: n > 0 ? pre.sum / n : 0,
    postVariance,
    preVariance,
    covariance,
  };
}

interface Adjustment {
  readonly difference: Difference;
  readonly theta: number;
  /** How the control's mean in the denominator enters a relative effect's variance, see {@link adjustedEffect}. */
  readonly gradient: 'exact' | 'unadjusted';
}
/**
 * adj = post - theta pre per arm, variance sPost^2 + theta^2 sPre^2 - 2 theta cov. Relative: (adjB - adjA)/|postA|, where the
 * control's variance is that of r post - theta pre, as its mean is in the denominator too: r = 1 + (adjB - adjA)/postA is the exact
 * gradient; gbstats takes r = postB/postA for means, which is the same where the covariate's means agree, and the exact one for ratios.
 */
export function adjustedEffect(
  a: AdjustableArm,
  b: AdjustableArm,
  { difference, theta, gradient }: Adjustment,
): (Effect & { readonly theta: number }) | undefined {
  if (!Number.isFinite(theta)) impossible(`theta must be a finite number, found ${theta}`);
  const adjusted = effectBetween(adjust(a, theta), adjust(b, theta), 'absolute');
  if (adjusted === undefined) return undefined;
  if (difference === 'absolute') return { ...adjusted, theta };
  if (a.post === 0) return undefined;
  const scale = gradient === 'exact' ? 1 + adjusted.estimate / a.post : b.post / a.post;
  const variance = spreadOf(b, { theta, scale: 1 }) / b.n + spreadOf(a, { theta, scale }) / a.n;
  if (!(variance > 0)) return undefined;
  const unit = Math.abs(a.post);
  return { ...adjusted, estimate: adjusted.estimate / unit, standardError: Math.sqrt(variance) / unit, theta };
}

function adjust(arm: AdjustableArm, theta: number): Arm {
  return { n: arm.n, mean: arm.post - theta * arm.pre, variance: spreadOf(arm, { theta, scale: 1 }) };
}

/** The variance of scale post - theta pre. */
function spreadOf(arm: AdjustableArm, { theta, scale }: { readonly theta: number; readonly scale: number }): number {
  return scale ** 2 * arm.postVariance + theta ** 2 * arm.preVariance - 2 * theta * scale * arm.covariance;
}
