/**
 * Uniform boundaries for sums that are not sub-Gaussian: bounded, gamma- or Poisson-like, in intrinsic time v.
 * Howard, Ramdas, McAuliffe, Sekhon 2021 (arXiv 1810.08240); confseq, src/confseq/uniform_boundaries.h.
 */
import { betaCdf, chiSquareTail, gammaLower, lnBeta, lnGamma, zeta } from './distribution.ts';
import { impossible, mustBeFinite, mustBeLevel, mustBePositive, mustCount } from './impossible.ts';
import { rhoFor, type Sided } from './normal-mixture.ts';
import { edgeBeyond, edgeOf } from './root.ts';

/** A point of a process, and the intrinsic time at which the mixture is tightest at error level `alphaOpt`. */
export interface MixturePoint {
  readonly s: number;
  readonly v: number;
  readonly vOpt: number;
  readonly alphaOpt: number;
}

type AtTime = Omit<MixturePoint, 's'> & { readonly alpha: number };

/** `c`: the scale of the process; beyond 1/c its moments may not exist. Above 0. */
interface Scaled {
  readonly c: number;
}

/** Increments lie between -g and h. */
interface Bounded {
  readonly g: number;
  readonly h: number;
  readonly sided: Sided;
}

/**
 * ln E of the gamma-exponential mixture (sub-exponential and sub-gamma sums): with q = rho/c^2, V = (v+rho)/c^2, C = (c s+v)/c^2:
 * q ln q - lnGamma(q) - ln P(q,q) + lnGamma(V) + ln P(V, C+q) - V ln(C+q) + C. Accurate up to V of about 1e9.
 * -Infinity, which claims too little, for sums far below -v/c and where P underflows.
 */
export function gammaExponentialLogE({ s, v, c, ...opt }: MixturePoint & Scaled): number {
  const { q, square } = scaleOf(c, opt);
  const time = mustCount(v, 'v') / square + q;
  const reach = mustBeFinite(s, 's') / c + v / square;
  if (reach + q <= 0) return -Infinity;
  const prior = q * Math.log(q) - lnGamma(q) - Math.log(gammaLower(q, q));
  return prior + lnGamma(time) + Math.log(gammaLower(time, reach + q)) - time * Math.log(reach + q) + reach;
}

/** The smallest s with {@link gammaExponentialLogE} = ln(1/alpha). */
export function gammaExponentialBoundary({ alpha, ...at }: AtTime & Scaled): number {
  return lowestReaching((s) => gammaExponentialLogE({ ...at, s }), { alpha, v: at.v });
}

/**
 * ln E of the gamma-Poisson mixture (sub-Poisson sums such as centred counts, c the jump): with q = rho/c^2, B = (v+rho)/c^2,
 * N = s/c + B: q ln q - lnGamma(q) - ln Q(q,q) + lnGamma(N) + ln Q(N, B) - N ln B + v/c^2.
 * -Infinity, which claims too little, for sums far below -v/c and where Q underflows.
 */
export function gammaPoissonLogE({ s, v, c, ...opt }: MixturePoint & Scaled): number {
  const { q, square } = scaleOf(c, opt);
  const base = mustCount(v, 'v') / square + q;
  const count = mustBeFinite(s, 's') / c + base;
  if (count <= 0) return -Infinity;
  const prior = q * Math.log(q) - lnGamma(q) - Math.log(gammaUpper(q, q));
  return prior + lnGamma(count) + Math.log(gammaUpper(count, base)) - count * Math.log(base) + v / square;
}

/** The smallest s with {@link gammaPoissonLogE} = ln(1/alpha). */
export function gammaPoissonBoundary({ alpha, ...at }: AtTime & Scaled): number {
  return lowestReaching((s) => gammaPoissonLogE({ ...at, s }), { alpha, v: at.v });
}

/**
 * ln E of the beta-binomial mixture (increments in [-g, h]): r = max(rho - gh, 0.001 gh),
 * v/(gh) ln(g+h) - (v+hs)/(h(g+h)) ln g - (v-gs)/(g(g+h)) ln h + lnB_x((r+v-gs)/(g(g+h)), (r+v+hs)/(h(g+h)))
 * - lnB_x(r/(g(g+h)), r/(h(g+h))), x = 1 two-sided and h/(g+h) one-sided (B_x the incomplete beta function).
 * Throws StatisticsError for an s that such increments cannot reach: outside [-v/h, v/g].
 */
export function boundedLogE({ s, v, g, h, sided, ...opt }: MixturePoint & Bounded): number {
  const { r, x } = boundedPrior({ g, h, sided, ...opt });
  const width = mustBePositive(g, 'g') + mustBePositive(h, 'h');
  mustCount(v, 'v');
  const down = room(v - g * s, v) / (g * width);
  const up = room(v + h * s, v) / (h * width);
  const [downPrior, upPrior] = [r / (g * width), r / (h * width)];
  const likelihood = (v / (g * h)) * Math.log(width) - up * Math.log(g) - down * Math.log(h);
  return likelihood + lnBetaTo(x, downPrior + down, upPrior + up) - lnBetaTo(x, downPrior, upPrior);
}

/** The smallest s with {@link boundedLogE} = ln(1/alpha), at most v/g. */
export function boundedBoundary({ alpha, ...at }: AtTime & Bounded): number {
  const need = -Math.log(mustBeLevel(alpha, 'alpha'));
  return edgeOf((s) => boundedLogE({ ...at, s }) < need, 0, at.v / at.g);
}

/**
 * Polynomial stitching: l = s ln ln(eta v/m) + ln(zeta(s)/(alpha ln^s eta)), k1 = (eta^(1/4) + eta^(-1/4))/sqrt 2,
 * k2 = (sqrt(eta) + 1)/2; the boundary is sqrt(k1^2 v l + (k2 c l)^2) + k2 c l with v at least m = `vMin`. Grows as sqrt(v ln ln v).
 */
export function stitchedBoundary(options: {
  readonly v: number;
  readonly alpha: number;
  readonly vMin: number;
  /** 0 for sub-Gaussian sums, negative for lighter tails still. */
  readonly c?: number;
  readonly s?: number;
  readonly eta?: number;
}): number {
  const { alpha, vMin, c = 0, s = 1.4, eta = 2 } = options;
  if (!(s > 1 && eta > 1)) impossible(`stitching needs s and eta above 1, found ${s} and ${eta}`);
  const v = Math.max(mustCount(options.v, 'v'), mustBePositive(vMin, 'vMin'));
  const spent = Math.log(zeta(s)) - Math.log(mustBeLevel(alpha, 'alpha')) - s * Math.log(Math.log(eta));
  return stitch({ variance: v, cost: s * Math.log(Math.log((eta * v) / vMin)) + spent, c: mustBeFinite(c, 'c'), eta });
}

/** sqrt(k1^2 variance cost + (k2 c cost)^2) + k2 c cost. */
export function stitch(of: {
  readonly variance: number;
  readonly cost: number;
  readonly c: number;
  readonly eta: number;
}): number {
  const k1 = (of.eta ** 0.25 + of.eta ** -0.25) / Math.SQRT2;
  const linear = ((Math.sqrt(of.eta) + 1) / 2) * of.c * of.cost;
  return Math.sqrt(k1 * k1 * of.variance * of.cost + linear * linear) + linear;
}

function scaleOf(
  c: number,
  opt: Pick<MixturePoint, 'vOpt' | 'alphaOpt'>,
): { readonly q: number; readonly square: number } {
  const square = mustBePositive(c, 'c') ** 2;
  return { q: rhoFor({ vOpt: opt.vOpt, alpha: opt.alphaOpt, sided: 1 }) / square, square };
}

function boundedPrior(of: Bounded & Pick<MixturePoint, 'vOpt' | 'alphaOpt'>): {
  readonly r: number;
  readonly x: number;
} {
  const { g, h, sided, vOpt, alphaOpt } = of;
  const rho = rhoFor({ vOpt, alpha: alphaOpt, sided });
  return { r: Math.max(rho - g * h, 0.001 * g * h), x: sided === 2 ? 1 : h / (g + h) };
}

/** How far a bounded sum is from its end, which rounding may overstep. */
function room(left: number, v: number): number {
  if (!(left >= -1e-12 * v)) impossible(`increments of these bounds cannot go so far in a time of ${v}`);
  return Math.max(0, left);
}

function lowestReaching(logE: (s: number) => number, at: { readonly alpha: number; readonly v: number }): number {
  const need = -Math.log(mustBeLevel(at.alpha, 'alpha'));
  return edgeBeyond((s) => logE(s) < need, 0, Math.sqrt(at.v + 1));
}

/** Q(a, x), the regularised upper incomplete gamma function. */
function gammaUpper(a: number, x: number): number {
  return chiSquareTail(2 * x, 2 * a);
}

/** ln of the incomplete beta function B_x(a, b). */
function lnBetaTo(x: number, a: number, b: number): number {
  return lnBeta(a, b) + (x === 1 ? 0 : Math.log(betaCdf(x, a, b)));
}
