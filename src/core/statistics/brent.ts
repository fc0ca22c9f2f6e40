/** Roots of functions of one variable. */

interface Bracket {
  readonly from: number;
  readonly to: number;
  /** How far from a change of sign the answer may be. */
  readonly tolerance: number;
}

/** So many steps end every search; a bracket needs about 50. */
const MOST_STEPS = 1000;

/**
 * Where `f` changes its sign between `from` and `to`, by Brent's method (inverse quadratic interpolation, secant or bisection), in
 * the variant of R's zeroin, which ends at half the tolerance. `undefined` where the ends have the same sign.
 * Source: Brent 1973, Algorithms for Minimization without Derivatives, chapter 4.
 */
export function brentRoot(f: (x: number) => number, { from, to, tolerance }: Bracket): number | undefined {
  let [a, b, c] = [from, to, from];
  let [fa, fb] = [f(a), f(b)];
  let fc = fa;
  if (fa === 0) return a;
  if (fb === 0) return b;
  if (fa > 0 === fb > 0) return undefined;
  for (let step = 0; step < MOST_STEPS; step++) {
    const previous = b - a;
    if (Math.abs(fc) < Math.abs(fb)) {
      [a, b, c] = [b, c, b];
      [fa, fb, fc] = [fb, fc, fb];
    }
    const enough = 2 * Number.EPSILON * Math.abs(b) + tolerance / 2;
    const middle = (c - b) / 2;
    if (Math.abs(middle) <= enough || fb === 0) return b;
    const mayGuess = Math.abs(previous) >= enough && Math.abs(fa) > Math.abs(fb);
    const guess = mayGuess ? interpolate({ a, b, c, fa, fb, fc }) : undefined;
    const fits = guess !== undefined && accepts(guess, { middle, enough, previous });
    const next = fits ? guess.p / guess.q : middle;
    [a, fa] = [b, fb];
    b += Math.abs(next) < enough ? Math.sign(next || 1) * enough : next;
    fb = f(b);
    if ((fb > 0 && fc > 0) || (fb < 0 && fc < 0)) [c, fc] = [a, fa];
  }
  return b;
}

interface Points {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly fa: number;
  readonly fb: number;
  readonly fc: number;
}
interface Guess {
  readonly p: number;
  readonly q: number;
}
/** The step p/q from b, with p above 0: linear through two points, inverse quadratic through three. */
function interpolate({ a, b, c, fa, fb, fc }: Points): Guess {
  const span = c - b;
  const ratio = fb / fa;
  let [p, q] = [span * ratio, 1 - ratio];
  if (a !== c) {
    const [aToC, bToC] = [fa / fc, fb / fc];
    p = ratio * (span * aToC * (aToC - bToC) - (b - a) * (bToC - 1));
    q = (aToC - 1) * (bToC - 1) * (ratio - 1);
  }
  return p > 0 ? { p, q: -q } : { p: -p, q };
}

interface Limits {
  readonly middle: number;
  readonly enough: number;
  readonly previous: number;
}
/** A step may leave neither the bracket nor the pace of halving. */
function accepts({ p, q }: Guess, { middle, enough, previous }: Limits): boolean {
  return p < 1.5 * middle * q - Math.abs(enough * q) / 2 && p < Math.abs((previous * q) / 2);
}
