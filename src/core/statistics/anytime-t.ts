/**
 * The t statistic of a mean or a regression coefficient at any number of looks.
 * Lindon, Ham, Tingley, Bojinov 2022 (arXiv 2210.08589); R package avlm.
 */
import { impossible, mustBeFinite, mustBeLevel, mustBePositive } from './impossible.ts';

export interface TMixture {
  readonly n: number;
  /** The mixture's precision in observations: small is tuned for large samples. */
  readonly g: number;
}

/**
 * ln G = ln(r)/2 + (nu+1)/2 (ln(1 + t^2/nu) - ln(1 + r t^2/nu)), r = g/(g+n), `dof` = nu = n - coefficients.
 * Assumes normal errors; approximate otherwise. Throws StatisticsError on n, g or dof that is not above 0.
 */
export function tLogE({ t, n, dof, g }: TMixture & { readonly t: number; readonly dof: number }): number {
  mustBeFinite(t, 't');
  const r = shareOf({ n, g });
  const spread = (t * t) / mustBePositive(dof, 'dof');
  // One logarithm of the quotient keeps the digits that a difference of two loses when nu is large.
  return Math.log(r) / 2 + ((dof + 1) / 2) * Math.log1p(((1 - r) * spread) / (1 + r * spread));
}

/**
 * The interval's half width in standard errors: sqrt(nu(1-q)/(q-r)), q = (r alpha^2)^(1/(nu+1)); infinite while q <= r.
 * Throws StatisticsError when n does not exceed the number of coefficients.
 */
export function tRadius(options: TMixture & { readonly coefficients: number; readonly alpha: number }): number {
  const { n, g, coefficients, alpha } = options;
  const r = shareOf({ n, g });
  if (!(n > coefficients)) impossible(`${n} observations leave nothing after ${coefficients} coefficients`);
  const dof = n - coefficients;
  const logQ = Math.log(r * mustBeLevel(alpha, 'alpha') ** 2) / (dof + 1);
  const room = Math.exp(logQ) - r;
  return room > 0 ? Math.sqrt((dof * -Math.expm1(logQ)) / room) : Infinity;
}

/** The limit of {@link tRadius} for many observations: sqrt(((g+n)/n) ln((g+n)/(g alpha^2))). */
export function normalRadius({ n, g, alpha }: TMixture & { readonly alpha: number }): number {
  const r = shareOf({ n, g });
  return Math.sqrt(-Math.log(r * mustBeLevel(alpha, 'alpha') ** 2) / (1 - r));
}

function shareOf({ n, g }: TMixture): number {
  return mustBePositive(g, 'g') / (g + mustBePositive(n, 'n'));
}
