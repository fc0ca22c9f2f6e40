/** How severe an anomaly is, by the size of the effect that was shown against the baseline. */
import type { JudgeSpec, MetricKind } from '../model/metric.ts';
import type { Severity } from '../model/place.ts';
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

/** Undefined where a side is missing. Against a baseline of nothing at all a size has no name: high. */
export function severityOf(
  spec: JudgeSpec,
  { seen, baseline }: { readonly seen: number | null; readonly baseline: number | null },
): Severity | undefined {
  if (seen === null || baseline === null) return undefined;
  const shown = spec.kind === 'proportion' && spec.read === 'success' ? [1 - seen, 1 - baseline] : [seen, baseline];
  const [candidate = 0, stable = 0] = shown;
  const [more, less] = signOf(spec) > 0 ? [candidate, stable] : [stable, candidate];
  if (!(less > 0)) return 'high';
  const times = more / less;
  const [low, medium, high] = BOUNDS[spec.kind];
  if (times < low) return 'low';
  if (times < medium) return 'medium';
  return times < high ? 'high' : 'critical';
}
