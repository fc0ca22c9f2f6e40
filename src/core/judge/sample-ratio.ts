/** Sample ratio: arms that did not get the traffic that was planned cannot be compared, whatever their numbers are. */
import type { Evidence } from '../model/metric.ts';
import { multinomialTest } from '../statistics/count-ratio.ts';
import { sizeOf } from './read.ts';
import type { StepContext } from './rule.ts';

/** Log evidence from which the shares count as off by more than chance: right at any number of looks, with a chance of 1 in 1,000. */
const CERTAIN = Math.log(1_000);
/** Weight of the prior in requests: tuned for shares that are off by some tenths. */
const PRIOR = 100;

/**
 * The sentence that names planned and seen shares, where the candidate's is off by more than chance and by more than the plan allows
 * (a fraction of the planned share); undefined where they fit, and where arms do not count what they got.
 */
export function sampleRatioOff(
  { candidate, baseline }: Pick<Evidence, 'candidate' | 'baseline'>,
  { spec, weight, stableWeight, steady }: Pick<StepContext, 'spec' | 'weight' | 'stableWeight' | 'steady'>,
): string | undefined {
  const allowed = spec.rule.type === 'compare' ? spec.rule.sampleRatio : undefined;
  if (allowed === undefined || !steady || weight <= 0 || stableWeight <= 0) return undefined;
  const planned = weight / (weight + stableWeight);
  const got = sizeOf(candidate) ?? 0;
  const other = sizeOf(baseline) ?? 0;
  const seen = got / (got + other);
  if (spec.kind === 'count' || spec.kind === 'value' || !(Math.abs(seen - planned) > allowed * planned))
    return undefined;
  const counts = [Math.round(got), Math.round(other)];
  if (multinomialTest({ counts, theta: [planned, 1 - planned], k: PRIOR }).logE < CERTAIN) return undefined;
  return `the candidate got ${percent(seen)} of what was counted, and ${percent(planned)} was planned: such arms cannot be compared`;
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))}%`;
}
