import type { Weight } from '../../../core/model/weight.ts';
import type { EndpointCount, TrafficRecord } from './record.ts';
import { addTally, emptyTally, quantileOf } from './slots.ts';
import type { Upstream } from './upstream.ts';

/** What one version did in a stretch of time. Latencies in seconds, absent where there was no request. */
export interface VersionStatistics {
  readonly label: string;
  readonly weight: Weight;
  readonly healthy: boolean;
  readonly active: number;
  readonly requests: number;
  readonly errors: number;
  readonly perSecond: number;
  readonly statuses: Readonly<Record<'1xx' | '2xx' | '3xx' | '4xx' | '5xx', number>>;
  readonly mean?: number;
  readonly p50?: number;
  readonly p95?: number;
  readonly p99?: number;
  /** Since this process began, not in the stretch. */
  readonly endpoints: Readonly<Record<string, EndpointCount>>;
}

/** Over the last `seconds` whole seconds before `now` (ms); at most an hour. */
export function statisticsOf(
  record: TrafficRecord,
  upstreams: readonly Upstream[],
  { seconds, now }: { readonly seconds: number; readonly now: number },
): readonly VersionStatistics[] {
  record.closeUntil(now);
  const to = Math.floor(now / 1_000);
  return upstreams.map(({ label, weight, healthy, active }) => {
    const tally = emptyTally();
    for (const slot of record.between(to - seconds, to, label)) addTally(tally, slot);
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = tally.statuses;
    const { requests, errors, sum } = tally;
    const latency = (read: number | undefined, name: string): object => (read === undefined ? {} : { [name]: read });
    return {
      label,
      weight,
      healthy,
      active,
      requests,
      errors,
      perSecond: requests / seconds,
      statuses: { '1xx': a, '2xx': b, '3xx': c, '4xx': d, '5xx': e },
      ...latency(requests === 0 ? undefined : sum / requests, 'mean'),
      ...latency(quantileOf(tally, 0.5), 'p50'),
      ...latency(quantileOf(tally, 0.95), 'p95'),
      ...latency(quantileOf(tally, 0.99), 'p99'),
      endpoints: Object.fromEntries(record.totals.get(label)?.endpoints ?? []),
    };
  });
}
