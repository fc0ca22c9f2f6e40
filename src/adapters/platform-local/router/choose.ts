import { createHash } from 'node:crypto';
import type { Upstream } from './upstream.ts';

export type Algorithm = 'weighted' | 'least-connections';

/** Who gets the next request: `key` is the user where the router is sticky. Undefined: nobody has any traffic. */
export function choose(upstreams: readonly Upstream[], algorithm: Algorithm, key?: string): Upstream | undefined {
  const able = withTraffic(upstreams);
  if (able.length <= 1) return able[0];
  if (key !== undefined) return choiceOf(key, upstreams, able);
  return algorithm === 'weighted' ? nextByWeight(able) : leastBusy(able);
}

/**
 * Those that may get traffic: weighted and healthy. Where none is healthy the one that failed least stays
 * (then the larger share), so that traffic never goes to nobody.
 */
function withTraffic(upstreams: readonly Upstream[]): readonly Upstream[] {
  const healthy = upstreams.filter((upstream) => upstream.healthy && upstream.weight > 0);
  if (healthy.length > 0) return healthy;
  const weighted = upstreams.filter(({ weight }) => weight > 0);
  const [best] = weighted.toSorted((one, other) => one.failures - other.failures || other.weight - one.weight);
  return best ? [best] : [];
}

/** Smooth weighted round robin, as nginx has it: exact shares, never a burst on one version. */
function nextByWeight(upstreams: readonly Upstream[]): Upstream | undefined {
  let best: Upstream | undefined;
  let total = 0;
  for (const upstream of upstreams) {
    upstream.credit += upstream.weight;
    total += upstream.weight;
    if (best === undefined || upstream.credit > best.credit) best = upstream;
  }
  if (best) best.credit -= total;
  return best;
}

/** Fewest requests under way for its weight; ties go round by weight, so that an idle router still keeps the shares. */
function leastBusy(upstreams: readonly Upstream[]): Upstream | undefined {
  const load = (upstream: Upstream): number => upstream.active / upstream.weight;
  const least = Math.min(...upstreams.map(load));
  return nextByWeight(upstreams.filter((upstream) => load(upstream) === least));
}

/**
 * A user's version: the newest takes the users whose hash lies below its share; the next newest its share of the rest,
 * and so on. So growing the newest version's weight moves users to it and none elsewhere. The hash is salted with
 * the label: it is not always the same people who try the new version first.
 * An unhealthy version's users are spread over the others, whose own users stay where they are.
 */
function choiceOf(key: string, upstreams: readonly Upstream[], able: readonly Upstream[]): Upstream | undefined {
  const first = walk(
    key,
    upstreams.filter(({ weight }) => weight > 0),
  );
  return first && able.includes(first) ? first : walk(key, able);
}

function walk(key: string, upstreams: readonly Upstream[]): Upstream | undefined {
  const newestFirst = upstreams.toSorted((one, other) => other.sequence - one.sequence);
  let rest = newestFirst.reduce((sum, { weight }) => sum + weight, 0);
  for (const upstream of newestFirst) {
    if (fractionOf(`${upstream.label}/${key}`) * rest < upstream.weight) return upstream;
    rest -= upstream.weight;
  }
  return newestFirst.at(-1);
}

/** A text as a number in [0, 1), evenly spread. */
function fractionOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}
