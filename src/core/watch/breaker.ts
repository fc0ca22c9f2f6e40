/**
 * A circuit breaker as data: the engine keeps one for each outside dependency and asks it before a call.
 * Counts are of calls in a row; times in ms.
 */
export type Breaker =
  | { readonly state: 'closed'; readonly failures: number }
  | { readonly state: 'open'; readonly since: number }
  | { readonly state: 'half-open'; readonly successes: number };

export interface BreakerPolicy {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** How long it stays open before a call is tried again, in ms. */
  readonly recovery: number;
  /** Successes in a row, after that, that close it. */
  readonly successes: number;
}

/** */
const BREAKER_POLICY: BreakerPolicy = { failures: 5, recovery: 60_000, successes: 3 };

export const CLOSED: Breaker = { state: 'closed', failures: 0 };

/** The breaker as it stands at `now`: an open one whose recovery time is over lets calls be tried. */
export function breakerAt(breaker: Breaker, now: number, policy: BreakerPolicy = BREAKER_POLICY): Breaker {
  if (breaker.state !== 'open' || now - breaker.since < policy.recovery) return breaker;
  return { state: 'half-open', successes: 0 };
}

/** Whether a call may be made at `now`. */
export function admits(breaker: Breaker, now: number, policy: BreakerPolicy = BREAKER_POLICY): boolean {
  return breakerAt(breaker, now, policy).state !== 'open';
}

/** After a call that began before or at `now` and has ended. A success of a call made before it opened changes nothing. */
export function afterCall(
  breaker: Breaker,
  call: { readonly ok: boolean; readonly now: number },
  policy: BreakerPolicy = BREAKER_POLICY,
): Breaker {
  const present = breakerAt(breaker, call.now, policy);
  if (present.state === 'open') return present;
  if (call.ok) return succeeded(present, policy);
  const failures = present.state === 'closed' ? present.failures + 1 : policy.failures;
  return failures >= policy.failures ? { state: 'open', since: call.now } : { state: 'closed', failures };
}

function succeeded(breaker: Exclude<Breaker, { state: 'open' }>, policy: BreakerPolicy): Breaker {
  if (breaker.state === 'closed') return CLOSED;
  const successes = breaker.successes + 1;
  return successes >= policy.successes ? CLOSED : { state: 'half-open', successes };
}

/** Milliseconds until a call may be tried again; 0 when it may now. */
export function untilAdmitted(breaker: Breaker, now: number, policy: BreakerPolicy = BREAKER_POLICY): number {
  return breaker.state === 'open' ? Math.max(0, breaker.since + policy.recovery - now) : 0;
}
