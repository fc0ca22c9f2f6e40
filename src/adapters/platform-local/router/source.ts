import type { MetricConfig, Sample } from '../../../core/model/metric.ts';
import type { MetricQuery, MetricSource } from '../../../ports/metric-source.ts';
import type { PairName } from '../../../ports/platform.ts';
import type { Past } from './past.ts';
import type { TrafficRecord } from './record.ts';
import { addTally, BOUNDS, emptyTally, type Tally } from './slots.ts';

export interface RouterSourceSetup {
  readonly pair: PairName;
  readonly record: TrafficRecord;
  readonly past: Past;
  readonly now: () => number;
  /** When the router first took requests, in ms: before it there is nothing to know. */
  readonly since: number;
  /** Seconds from here on are all in memory. */
  readonly inMemoryFrom: number;
}

/**
 * What the built-in router measured, by version: `error-rate` (proportion), `latency` (histogram or mean, seconds),
 * `requests` (count). A slot of one second belongs to the window in which it begins, so that windows side by side
 * count each request once. A version without requests answers zeros; anything else, and time before the router was
 * there, answers null.
 */
export function routerSource(setup: RouterSourceSetup): MetricSource {
  return {
    past: true,
    async read(query) {
      const sampleOf = reading(query.metric);
      const { service = setup.pair.service, environment } = query.labels;
      const ours = service === setup.pair.service && environment === setup.pair.environment;
      if (!sampleOf || !ours) return Array.from({ length: query.count }, () => null);
      const tallies = await talliesOf(query, setup);
      return tallies.map((tally, index) => {
        const end = query.start + (index + 1) * query.width;
        return end <= setup.since ? null : sampleOf(tally);
      });
    },
  };
}

type Reading = (tally: Tally) => Sample;

function reading(metric: MetricConfig): Reading | undefined {
  return READINGS[`${metric.preset ?? metric.name} ${metric.kind}`];
}

const READINGS: Readonly<Record<string, Reading>> = {
  'error-rate proportion': ({ errors, requests }) => ({ kind: 'proportion', bad: errors, total: requests }),
  'latency histogram': ({ buckets, sum }) => ({ kind: 'histogram', bounds: BOUNDS, counts: buckets, sum }),
  'latency mean': ({ sum, requests }) => ({ kind: 'mean', sum, n: requests }),
  'requests count': ({ requests }) => ({ kind: 'count', count: requests }),
};

async function talliesOf({ start, width, count, labels }: MetricQuery, setup: RouterSourceSetup): Promise<Tally[]> {
  setup.record.closeUntil(setup.now());
  const tallies = Array.from({ length: count }, emptyTally);
  const from = Math.ceil(start / 1_000);
  const to = Math.ceil((start + width * count) / 1_000);
  const split = Math.max(from, setup.inMemoryFrom, setup.record.open - 3_600);
  const older = from < split ? await setup.past.between(from, Math.min(to, split), labels.version) : [];
  for (const slot of [...older, ...setup.record.between(split, to, labels.version)]) {
    const tally = tallies[Math.floor((slot.at * 1_000 - start) / width)];
    if (tally) addTally(tally, slot);
  }
  return tallies;
}
