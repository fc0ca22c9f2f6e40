/** How severe an anomaly is, by the size of the effect that was shown against the baseline. */
import type { Evidence, JudgeSpec, MetricKind, Sample } from '../model/metric.ts';
import type { Severity } from '../model/place.ts';
import { WHOLE, type Weight } from '../model/weight.ts';
import { signOf } from './sequential/margin.ts';

/** Below these times as bad: low, medium, high; from the last on critical. */
type Bounds = readonly [low: number, medium: number, high: number];

/**
 * Medium ends where R-121 calls it a regression without asking how sure one is: twice the errors, 1.2 times the time or memory. What
 * fails below that is real, and small. Critical is what users notice by themselves: five times the errors, twice the time.
 */
const EVENTS: Bounds = [1.5, 2, 5];
const SIZES: Bounds = [1.1, 1.2, 2];

const BOUNDS: Readonly<Record<MetricKind, Bounds>> = {
  proportion: EVENTS,
  count: EVENTS,
  mean: SIZES,
  histogram: SIZES,
  value: SIZES,
};

/** Half of all requests more than usual is critical, however many fail usually. */
const HALF = 0.5;

/** The 95 % upper bound of how many events there are where none was seen: the rule of three. */
const UNSEEN = 3;

export interface Effect {
  readonly seen: number | null;
  readonly baseline: number | null;
  /** The sums behind the numbers: how little the smaller side may be is read of them. */
  readonly evidence?: Pick<Evidence, 'candidate' | 'baseline'>;
  readonly weights?: Arms<Weight>;
}

interface Arms<T> {
  readonly candidate: T;
  readonly baseline: T;
}

/**
 * Never less severe for a worse candidate or a better baseline. The smaller side counts as the bound that its numbers leave open, so
 * that one error against none is no catastrophe. Undefined where a side is missing.
 */
export function severityOf(spec: JudgeSpec, effect: Effect): Severity | undefined {
  const { seen, baseline } = effect;
  if (seen === null || baseline === null) return undefined;
  const shown = spec.kind === 'proportion' && spec.read === 'success' ? [1 - seen, 1 - baseline] : [seen, baseline];
  const [candidate = 0, stable = 0] = shown;
  const isMore = signOf(spec) > 0;
  const [more, less] = isMore ? [candidate, stable] : [stable, candidate];
  if (spec.kind === 'proportion' && more - less >= HALF) return 'critical';
  const open = Math.max(less, leastOf(effect, { more, lesser: isMore ? 'baseline' : 'candidate' }));
  // Against nothing at all, of a kind that counts no events, every multiple is too small a word.
  if (!(open > 0)) return 'critical';
  const [low, medium, high] = BOUNDS[spec.kind];
  const times = more / open;
  if (times < low) return 'low';
  if (times < medium) return 'medium';
  return times < high ? 'high' : 'critical';
}

/** Three events on the smaller side, in the unit of what is read; 0 for kinds that count none. */
function leastOf(
  { evidence, weights = { candidate: WHOLE, baseline: WHOLE } }: Effect,
  { more, lesser }: { readonly more: number; readonly lesser: keyof Arms<unknown> },
): number {
  const greater = lesser === 'baseline' ? 'candidate' : 'baseline';
  const [small, large]: readonly (Sample | null | undefined)[] = [evidence?.[lesser], evidence?.[greater]];
  if (small?.kind === 'proportion') return small.total > 0 ? Math.min(1, UNSEEN / small.total) : 0;
  if (large?.kind !== 'count' || !(large.count > 0) || !(weights[lesser] > 0)) return 0;
  // Counts are read as if an arm had all the traffic: an event of the smaller arm weighs by its own share.
  return (UNSEEN * more * weights[greater]) / (large.count * weights[lesser]);
}
