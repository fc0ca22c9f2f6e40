/** CUPED for ratio metrics: the ratio now is adjusted by the same ratio before. */
import {
  type AdjustableArm,
  type Difference,
  type Effect,
  type Sums,
  adjustedEffect,
  covarianceOf,
  varianceIn,
} from './effect.ts';

/** Sums of the four variables of a unit and of their products by pairs. */
export interface CupedRatioSums {
  readonly n: number;
  readonly numerator: Sums;
  readonly denominator: Sums;
  readonly numeratorPre: Sums;
  readonly denominatorPre: Sums;
  readonly products: {
    readonly numeratorDenominator: number;
    readonly numeratorPreDenominatorPre: number;
    readonly numeratorNumeratorPre: number;
    readonly numeratorDenominatorPre: number;
    readonly numeratorPreDenominator: number;
    readonly denominatorDenominatorPre: number;
  };
}

/**
 * The adjusted effect on a ratio R = sum M / sum D: adj = Rpost - theta Rpre, theta = cov(Rpost, Rpre)/var(Rpre) over both arms
 * weighted by their units; variances and covariances by the delta method from the covariances of (M, D, Mpre, Dpre).
 * Theta is 0 where the covariate does not vary or has no denominator. `undefined` as for `ratioEffect`. Throws StatisticsError on
 * impossible sums. Source: Deng, Xu, Kohavi, Walker 2013; GrowthBook's gbstats.
 */
export function cupedRatioEffect(
  a: CupedRatioSums,
  b: CupedRatioSums,
  difference: Difference,
): (Effect & { readonly theta: number }) | undefined {
  if (a.denominator.sum === 0 || b.denominator.sum === 0) return undefined;
  const [armA, armB] = [ratioArm(a), ratioArm(b)];
  const covariance = armA.covariance * a.n + armB.covariance * b.n;
  const preVariance = armA.preVariance * a.n + armB.preVariance * b.n;
  const theta = preVariance > 0 ? covariance / preVariance : 0;
  return adjustedEffect(armA, armB, { difference, theta, gradient: 'exact' });
}

function ratioArm(sums: CupedRatioSums): AdjustableArm {
  const { n, numerator: m, denominator: d, numeratorPre: mPre, denominatorPre: dPre, products } = sums;
  const post = m.sum / d.sum;
  const pre = dPre.sum === 0 ? 0 : mPre.sum / dPre.sum;
  // A covariate without a denominator weighs nothing.
  const perPre = dPre.sum === 0 ? 0 : n / dPre.sum;
  const perPost = n / d.sum;
  const between = (x: Sums, y: Sums, product: number): number =>
    covarianceOf(n, { x: x.sum, y: y.sum, products: product });
  const ofPost =
    varianceIn(n, m) + post ** 2 * varianceIn(n, d) - 2 * post * between(m, d, products.numeratorDenominator);
  const ofPre =
    varianceIn(n, mPre) +
    pre ** 2 * varianceIn(n, dPre) -
    2 * pre * between(mPre, dPre, products.numeratorPreDenominatorPre);
  const together =
    between(m, mPre, products.numeratorNumeratorPre) -
    pre * between(m, dPre, products.numeratorDenominatorPre) -
    post * between(d, mPre, products.numeratorPreDenominator) +
    post * pre * between(d, dPre, products.denominatorDenominatorPre);
  return {
    n,
    post,
    pre,
    postVariance: ofPost * perPost ** 2,
    preVariance: ofPre * perPre ** 2,
    covariance: together * perPost * perPre,
  };
}
