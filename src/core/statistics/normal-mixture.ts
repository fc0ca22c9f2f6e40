/**
 * The normal mixture of a sub-Gaussian process: sum s, intrinsic time v. Holds at all times at once.
 * Howard, Ramdas, McAuliffe, Sekhon 2021 (arXiv 1810.08240), Propositions 5 and 6; confseq, src/confseq/uniform_boundaries.h.
 */
import { normalLogCdf } from './distribution.ts';
import { mustBeFinite, mustBeLevel, mustBePositive, mustCount } from './impossible.ts';
import { edgeBeyond } from './root.ts';

/** Whether both tails share the error level, or the upper one has all of it. */
export type Sided = 1 | 2;

/**
 * The rho that makes the boundary tightest at intrinsic time `vOpt`: v/(2 ln(1/alpha) + ln(1 + 2 ln(1/alpha))), one-sided with 2 alpha.
 * Throws StatisticsError for one-sided levels of 0.5 and more.
 */
export function rhoFor({ vOpt, alpha, sided }: { vOpt: number; alpha: number; sided: Sided }): number {
  const level = mustBeLevel(sided === 1 ? 2 * alpha : alpha, sided === 1 ? 'twice a one-sided alpha' : 'alpha');
  const need = -2 * Math.log(level);
  return mustBePositive(vOpt, 'the time to be tightest at') / (need + Math.log1p(need));
}

interface Point {
  readonly s: number;
  readonly v: number;
  readonly rho: number;
  readonly sided: Sided;
}

/**
 * ln E. Two-sided: ln(rho/(v+rho))/2 + s^2/(2(v+rho)); one-sided: ln(4 rho/(v+rho))/2 + s^2/(2(v+rho)) + ln Phi(s/sqrt(v+rho)).
 * Throws StatisticsError on v < 0.
 */
export function logMixture({ s, v, rho, sided }: Point): number {
  mustBeFinite(s, 's');
  mustBePositive(rho, 'rho');
  const width = mustCount(v, 'v') + rho;
  const twoSided = Math.log(rho / width) / 2 + (s / width) * (s / 2);
  return sided === 2 ? twoSided : twoSided + Math.LN2 + normalLogCdf(s / Math.sqrt(width));
}

/** The smallest s >= 0 that rejects at error level `alpha` at intrinsic time v: {@link logMixture} = ln(1/alpha). */
export function boundary({ v, rho, alpha, sided }: Omit<Point, 's'> & { readonly alpha: number }): number {
  const need = -Math.log(mustBeLevel(alpha, 'alpha'));
  mustBePositive(rho, 'rho');
  const width = mustCount(v, 'v') + rho;
  const twoSided = Math.sqrt(width * (Math.log1p(v / rho) + 2 * need));
  if (sided === 2) return twoSided;
  return edgeBeyond((s) => logMixture({ s, v, rho, sided }) < need, 0, twoSided);
}
