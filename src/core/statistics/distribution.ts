/** Distribution functions and the special functions behind them, by @stdlib: https://github.com/stdlib-js/stdlib (Apache-2.0). */
import betaIncomplete from '@stdlib/math-base-special-betainc';
import betaLogarithm from '@stdlib/math-base-special-betaln';
import gammaIncomplete from '@stdlib/math-base-special-gammainc';
import gammaLogarithm from '@stdlib/math-base-special-gammaln';
import riemannZeta from '@stdlib/math-base-special-riemann-zeta';
import normalCumulative from '@stdlib/stats-base-dists-normal-cdf';
import normalLogCumulative from '@stdlib/stats-base-dists-normal-logcdf';
import normalDensity from '@stdlib/stats-base-dists-normal-pdf';
import normalInverse from '@stdlib/stats-base-dists-normal-quantile';
import studentCumulative from '@stdlib/stats-base-dists-t-cdf';
import studentInverse from '@stdlib/stats-base-dists-t-quantile';

/** P(Z <= x) of a standard normal Z. */
export function normalCdf(x: number): number {
  return normalCumulative(x, 0, 1);
}
/** ln P(Z <= x), without underflow in the lower tail. */
export function normalLogCdf(x: number): number {
  return normalLogCumulative(x, 0, 1);
}
export function normalPdf(x: number): number {
  return normalDensity(x, 0, 1);
}
/** The z with P(Z <= z) = p. */
export function normalQuantile(p: number): number {
  return normalInverse(p, 0, 1);
}
/** P(T <= x) of Student's t with `dof` degrees of freedom (any positive number). */
export function studentCdf(x: number, dof: number): number {
  return studentCumulative(x, dof);
}
export function studentQuantile(p: number, dof: number): number {
  return studentInverse(p, dof);
}
/** P(X > x) of chi-square with `dof` degrees of freedom, without cancellation in the tail. */
export function chiSquareTail(x: number, dof: number): number {
  return gammaIncomplete(x / 2, dof / 2, true, true);
}
/** ln |Gamma(x)|. */
export function lnGamma(x: number): number {
  return gammaLogarithm(x);
}
/** ln B(a, b). */
export function lnBeta(a: number, b: number): number {
  return betaLogarithm(a, b);
}
/** The regularised incomplete beta function I_x(a, b): P(X <= x) of a Beta(a, b). */
export function betaCdf(x: number, a: number, b: number): number {
  return betaIncomplete(x, a, b, true, false);
}
/** P(a, x), the regularised lower incomplete gamma function. */
export function gammaLower(a: number, x: number): number {
  return gammaIncomplete(x, a, true, false);
}
export function zeta(s: number): number {
  return riemannZeta(s);
}
