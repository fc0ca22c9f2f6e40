/**
 * Asymptotic confidence sequences: an estimate with a standard error (a mean, a ratio, a CUPED-adjusted or relative effect) at any number
 * of looks, for samples large enough that the estimate is about normal.
 * Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas 2021 (arXiv 2103.06476); R package drconfseq; GrowthBook's gbstats.
 */
import type { Effect } from './effect.ts';
import type { Alternative, Tested } from './fixed.ts';
import { mustBeFinite, mustBeLevel, mustBePositive } from './impossible.ts';
import type { Sided } from './normal-mixture.ts';
import { edgeBeyond } from './root.ts';

export interface Tuning {
  /** The sample size at which the sequence is tightest. */
  readonly tOpt: number;
  readonly alpha: number;
  /** `exact` is 1 to 2 per cent tighter there; `approximate`, what GrowthBook uses, is the default. */
  readonly method?: 'exact' | 'approximate';
  readonly sided?: Sided;
}

/** The source searches the one-sided p only in this range. */
const ONE_SIDED_P = { lowest: 1e-5, highest: 0.4999 } as const;

/**
 * rho^2 tuned to tOpt. Exact: (-W_-1(-alpha^2/e) - 1)/tOpt with the lower Lambert branch; approximate:
 * (-2 ln alpha + ln(1 - 2 ln alpha))/tOpt; one-sided with 2 alpha, so that alpha must be below 0.5. Throws StatisticsError otherwise.
 */
export function rho2({ tOpt, alpha, method = 'approximate', sided = 2 }: Tuning): number {
  const level = mustBeLevel(sided === 1 ? 2 * alpha : alpha, sided === 1 ? 'twice a one-sided alpha' : 'alpha');
  const need = -2 * Math.log(level);
  mustBePositive(tOpt, 'the size to be tightest at');
  if (method === 'approximate') return (need + Math.log1p(need)) / tOpt;
  // With x = -W - 1 the equation W e^W = -alpha^2/e reads x - ln(1 + x) = -2 ln alpha.
  return edgeBeyond((x) => x - Math.log1p(x) < need, 0, need) / tOpt;
}

/**
 * Half the interval's width at t observations with standard deviation sigma: sigma sqrt(2(t rho^2+1)/(t^2 rho^2) ln(sqrt(t rho^2+1)/alpha));
 * one-sided the logarithm is ln(1 + sqrt(t rho^2+1)/(2 alpha)). Infinite at t = 0.
 */
export function halfWidth({ t, sigma, ...tuning }: Tuning & { readonly t: number; readonly sigma: number }): number {
  const rho = rho2(tuning);
  if (t === 0) return Infinity;
  return (mustBePositive(sigma, 'sigma') / Math.sqrt(mustBePositive(t, 't'))) * widthOf(t * rho, tuning);
}

/** The width in standard errors, x = t rho^2. */
function widthOf(x: number, { alpha, sided = 2 }: Pick<Tuning, 'alpha' | 'sided'>): number {
  const grown = Math.sqrt(x + 1);
  const log = sided === 1 ? Math.log1p(grown / (2 * alpha)) : Math.log(grown / alpha);
  return Math.sqrt((2 * (x + 1) * log) / x);
}

export interface SequentialTesting {
  /** Observations of both arms together. */
  readonly n: number;
  readonly alpha: number;
  /** The n at which the sequence is tightest. */
  readonly tuning: number;
  readonly alternative?: Alternative;
}

/**
 * The test of an effect at this look, pointwise: interval estimate -+ {@link halfWidth} with sigma = SE sqrt(n), and
 * p = min(1, sqrt(x) exp(-(x-1) Z^2/(2x))), x = n rho^2 + 1, Z = estimate/SE. One-sided p is the level at which the bound reaches 0
 * with rho held: sqrt(x)/(2(exp((x-1) Z^2/(2x)) - 1)), between 1e-5 and 0.4999, and 0.4999 when the effect points the other way.
 * The open end of a one-sided interval is infinite. Throws StatisticsError on a standard error or n that is not above 0.
 */
export function sequentialTest(effect: Effect, testing: SequentialTesting): Tested {
  const { n, alpha, tuning, alternative = 'two-sided' } = testing;
  const { estimate, standardError } = effect;
  mustBeFinite(estimate, 'the estimate');
  const sided: Sided = alternative === 'two-sided' ? 2 : 1;
  const x = mustBePositive(n, 'n') * rho2({ tOpt: tuning, alpha, sided });
  const half = mustBePositive(standardError, 'the standard error') * widthOf(x, { alpha, sided });
  const z = estimate / standardError;
  const evidence = ((x / (x + 1)) * z * z) / 2;
  const lower = alternative === 'less' ? -Infinity : estimate - half;
  const upper = alternative === 'greater' ? Infinity : estimate + half;
  if (sided === 2) return { ...effect, lower, upper, p: Math.min(1, Math.sqrt(x + 1) * Math.exp(-evidence)) };
  const other = alternative === 'greater' ? z <= 0 : z >= 0;
  return { ...effect, lower, upper, p: other ? ONE_SIDED_P.highest : oneSidedP(x, evidence) };
}

function oneSidedP(x: number, evidence: number): number {
  const level = Math.sqrt(x + 1) / (2 * Math.expm1(evidence));
  return Math.min(ONE_SIDED_P.highest, Math.max(ONE_SIDED_P.lowest, level));
}
