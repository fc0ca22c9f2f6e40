/** Seconds; Prometheus' default bounds with 2 s, which many policies ask about. */
export const BOUNDS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 2.5, 5, 10];

/** Sums over some time of one version's requests. */
export interface Tally {
  requests: number;
  /** 5xx, no connection, and answers that broke off. */
  errors: number;
  /** By class: 1xx, 2xx, 3xx, 4xx, 5xx (no connection counts as 5xx). */
  readonly statuses: number[];
  /** By BOUNDS; the last is what exceeds them all. */
  readonly buckets: number[];
  /** Seconds. */
  sum: number;
}

export interface Exchange {
  readonly status: number;
  readonly failed: boolean;
  readonly seconds: number;
}

/** One second of one version. */
export interface Slot extends Tally {
  readonly label: string;
  /** Begin, in whole seconds since 1970. */
  readonly at: number;
}

export function emptyTally(): Tally {
  return { requests: 0, errors: 0, statuses: [0, 0, 0, 0, 0], buckets: BOUNDS.concat(0).map(() => 0), sum: 0 };
}

export function count(tally: Tally, { status, failed, seconds }: Exchange): void {
  tally.requests++;
  if (failed) tally.errors++;
  tally.sum += seconds;
  bump(tally.statuses, Math.min(5, Math.max(1, Math.floor(status / 100))) - 1, 1);
  let bucket = 0;
  while (bucket < BOUNDS.length && seconds > (BOUNDS[bucket] ?? 0)) bucket++;
  bump(tally.buckets, bucket, 1);
}

export function addTally(to: Tally, more: Tally): void {
  to.requests += more.requests;
  to.errors += more.errors;
  to.sum += more.sum;
  more.statuses.forEach((n, index) => bump(to.statuses, index, n));
  more.buckets.forEach((n, index) => bump(to.buckets, index, n));
}

function bump(counts: number[], index: number, by: number): void {
  counts[index] = (counts[index] ?? 0) + by;
}

/** A latency below which `quantile` of the requests lie, interpolated in its bucket as Prometheus does; undefined: none. */
export function quantileOf(tally: Tally, quantile: number): number | undefined {
  if (tally.requests === 0) return undefined;
  const rank = quantile * tally.requests;
  let below = 0;
  for (const [index, n] of tally.buckets.entries()) {
    const from = BOUNDS[index - 1] ?? 0;
    const to = BOUNDS[index] ?? from;
    if (n > 0 && below + n >= rank) return from + ((to - from) * (rank - below)) / n;
    below += n;
  }
  return BOUNDS.at(-1);
}
