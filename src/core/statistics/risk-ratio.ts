/**
 * The ratio of two proportions at any number of looks, exact for finite samples, also at 0 % and 100 %: each arm's beta mixture is an
 * e-process for its own rate (`beta-binomial.ts`), and the product of two independent ones is one for both rates together.
 */
import { mixtureWeight, proportionLogE, type Tightest } from './beta-binomial.ts';
import { mustBeLevel } from './impossible.ts';
import { type Counts, mustBeCounts } from './moments.ts';
import { lowestOf } from './root.ts';
import { pOf } from './running.ts';

export interface RiskRatio {
  /** Rate of the candidate / rate of control; infinite where the control has none, absent where neither has. */
  readonly estimate: number | undefined;
  readonly lower: number;
  readonly upper: number;
  /** Of equal rates. */
  readonly p: number;
}

/** Rates below e^-36 are as good as none, and ratios are looked for up to e^30. */
const [LEAST, FAR] = [-36, 30];

/**
 * All r with min over p of ln E_a(p) + ln E_b(r p) < ln(1/alpha); [0, infinity] where neither arm had a success.
 * Each end holds at alpha, so for one side too, a little wide. Throws StatisticsError on impossible counts and levels.
 */
export function riskRatio(
  a: Counts,
  b: Counts,
  { alpha, ...tightest }: Tightest & { readonly alpha: number },
): RiskRatio {
  const [rateA, rateB] = [rateOf(mustBeCounts(a)), rateOf(mustBeCounts(b))];
  const need = -Math.log(mustBeLevel(alpha, 'alpha'));
  const k = mixtureWeight(tightest);
  if (a.n === 0 || b.n === 0 || (rateA === 0 && rateB === 0))
    return { estimate: undefined, lower: 0, upper: Infinity, p: 1 };
  const against = (logRatio: number): number => evidence(a, b, { logRatio, k });
  const holds = (logRatio: number): boolean => against(logRatio) < need;
  const best = rateA === 0 ? FAR : rateB === 0 ? -FAR : Math.log(rateB / rateA);
  const lower = rateB === 0 ? -FAR : edgeOn(holds, best, -FAR);
  const upper = rateA === 0 ? FAR : edgeOn(holds, best, FAR);
  return {
    estimate: rateA === 0 ? Infinity : rateB / rateA,
    lower: lower <= -FAR ? 0 : Math.exp(lower),
    upper: upper >= FAR ? Infinity : Math.exp(upper),
    p: pOf(against(0)),
  };
}

function rateOf({ n, successes }: Counts): number {
  return n === 0 ? 0 : successes / n;
}

/** The least evidence over the control's rate, searched on its logarithm between what either arm shows. */
function evidence(a: Counts, b: Counts, { logRatio, k }: { readonly logRatio: number; readonly k: number }): number {
  const most = Math.min(0, -logRatio);
  const [fromA, fromB] = [logOf(rateOf(a)), logOf(rateOf(b)) - logRatio];
  const [from, to] = [Math.min(fromA, fromB, most), Math.min(Math.max(fromA, fromB), most)];
  const at = (log: number): number =>
    proportionLogE(a, rate(log), k) + proportionLogE(b, rate(Math.min(0, log + logRatio)), k);
  return Math.min(at(from), at(to), lowestOf(at, [from, to], FLAT));
}

function logOf(share: number): number {
  return Math.max(LEAST, Math.log(share));
}

/** At most 1: what rounding puts above it is 1. */
function rate(log: number): number {
  return Math.min(1, Math.exp(log));
}

/** A valley is flat at its bottom: so far from it changes nothing that is seen. */
const FLAT = 1e-5;

/** On logarithms seven digits are enough: half the steps of a search to the last bit. */
const NEAR = 1e-7;

/** The last point from `inside` to `outside` that holds, found from the wrong side: the interval is never too narrow. */
function edgeOn(holds: (x: number) => boolean, inside: number, outside: number): number {
  if (holds(outside)) return outside;
  let [held, beyond] = [inside, outside];
  while (Math.abs(beyond - held) > NEAR) {
    const middle = (held + beyond) / 2;
    if (holds(middle)) held = middle;
    else beyond = middle;
  }
  return beyond;
}
