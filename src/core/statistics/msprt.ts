/**
 * The mixture sequential probability ratio test of two streams of equal size: a normal prior of standard deviation tau on the difference.
 * Johari, Koomen, Pekelis, Walsh 2017 (arXiv 1512.04922); R package mixtureSPRT.
 */
import { normalLogCdf } from './distribution.ts';
import { impossible, mustBeFinite, mustBeLevel, mustBePositive, mustCount } from './impossible.ts';
import { pOf } from './running.ts';

export interface SprtEvidence {
  /** ln of the likelihood ratio Lambda. */
  readonly logE: number;
  readonly p: number;
}

interface Mixture {
  /** Observations per arm. */
  readonly n: number;
  readonly tau: number;
  /** The difference under the null; default 0. */
  readonly theta0?: number;
}

/**
 * Two means with a common, known standard deviation sigma:
 * Lambda = sqrt(2s^2/(2s^2 + n tau^2)) exp(n^2 tau^2 (D - theta0)^2/(4 s^2 (2 s^2 + n tau^2))).
 * Throws StatisticsError on a sigma or tau that is not above 0.
 */
export function sprtMeans({
  meanDifference,
  sigma,
  ...mixture
}: Mixture & { readonly meanDifference: number; readonly sigma: number }): SprtEvidence {
  return evidenceOf(meanDifference, 2 * mustBePositive(sigma, 'sigma') ** 2, mixture);
}

/**
 * Two proportions x (control) and y: V = x(1-x) + y(1-y), D = y - x - theta0,
 * Lambda = sqrt(V/(V + n tau^2)) exp(n^2 tau^2 D^2/(2 V (V + n tau^2))). V is estimated, so that few events (below about 10)
 * make it approximate. `undefined` without variance. Throws StatisticsError on rates outside [0, 1].
 */
export function sprtProportions({
  xBar,
  yBar,
  ...mixture
}: Mixture & { readonly xBar: number; readonly yBar: number }): SprtEvidence | undefined {
  for (const rate of [xBar, yBar]) if (!(rate >= 0 && rate <= 1)) impossible(`a rate lies in [0, 1], found ${rate}`);
  const variance = xBar * (1 - xBar) + yBar * (1 - yBar);
  return variance > 0 ? evidenceOf(yBar - xBar, variance, mixture) : undefined;
}

/** `variance` is that of the difference of one observation of each arm. */
function evidenceOf(difference: number, variance: number, { n, tau, theta0 = 0 }: Mixture): SprtEvidence {
  const distance = mustBeFinite(difference, 'the difference') - mustBeFinite(theta0, 'theta0');
  const spread = (mustCount(n, 'n') * mustBePositive(tau, 'tau') ** 2) / variance;
  const logE = -Math.log1p(spread) / 2 + ((spread / (1 + spread)) * n * distance * distance) / (2 * variance);
  return { logE, p: pOf(logE) };
}

/**
 * The tau^2 for a test that ends after `truncation` observations per arm: b = 2 ln(1/alpha)/sqrt(M sigma^2),
 * tau^2 = sigma^2 Phi(-b)/(phi(b)/b - Phi(-b)).
 */
export function sprtTauSquared(options: {
  readonly alpha: number;
  readonly sigma: number;
  readonly truncation: number;
}): number {
  const { alpha, sigma, truncation } = options;
  const root = Math.sqrt(mustBePositive(truncation, 'truncation')) * mustBePositive(sigma, 'sigma');
  const b = (-2 * Math.log(mustBeLevel(alpha, 'alpha'))) / root;
  return sigma * sigma * tailOdds(b);
}

/** m/(1/b - m) of Mills' ratio m = Phi(-b)/phi(b); its series beyond 30, where the difference loses its digits. */
function tailOdds(b: number): number {
  if (b <= 30) {
    const mills = Math.exp(normalLogCdf(-b) + (b * b) / 2) * Math.sqrt(2 * Math.PI);
    return mills / (1 / b - mills);
  }
  const u = 1 / (b * b);
  const rest = u * (1 - u * (3 - u * (15 - u * (105 - u * 945))));
  return (1 - rest) / rest;
}
