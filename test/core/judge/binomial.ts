/** The upper tail of the binomial distribution, exact to about 1e-12. */

/** P(X >= k) for X ~ Binomial(n, p). Sums the smaller side, from its largest term outward. */
export function binomialTail(n: number, p: number, k: number): number {
  if (k <= 0) return 1;
  if (k > n || p <= 0) return 0;
  if (p >= 1) return 1;
  const odds = p / (1 - p);
  return k > n * p ? upper({ n, odds, from: k, p }) : 1 - lower({ n, odds, from: k - 1, p });
}

interface Side {
  readonly n: number;
  readonly p: number;
  readonly odds: number;
  readonly from: number;
}

function upper({ n, p, odds, from }: Side): number {
  let term = Math.exp(logTerm(n, p, from));
  let sum = 0;
  for (let k = from; k <= n && term > sum * 1e-17; k++) {
    sum += term;
    term *= ((n - k) / (k + 1)) * odds;
  }
  return Math.min(1, sum);
}

function lower({ n, p, odds, from }: Side): number {
  let term = Math.exp(logTerm(n, p, from));
  let sum = 0;
  for (let k = from; k >= 0 && term > sum * 1e-17; k--) {
    sum += term;
    term *= k / (n - k + 1) / odds;
  }
  return Math.min(1, sum);
}

function logTerm(n: number, p: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) + k * Math.log(p) + (n - k) * Math.log1p(-p);
}

/** Stirling's series (Abramowitz and Stegun 6.1.41) from 15 on; below, by the recurrence. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 15; z++) shift += Math.log(z);
  const inverse = 1 / (z * z);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1_260 - inverse / 1_680))) / z;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
