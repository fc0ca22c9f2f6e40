import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admits, afterCall, type Breaker, breakerAt, CLOSED, untilAdmitted } from '../../../src/core/watch/breaker.ts';

/** The breaker after calls that ended at these moments: `x` failed, `.` went well. */
const after = (calls: string, at = 0, from: Breaker = CLOSED): Breaker =>
  calls.split('').reduce((breaker, call) => afterCall(breaker, { ok: call === '.', now: at }), from);

describe('a circuit breaker', () => {
  it('R-311 opens at the fifth failure in a row, and not at the fourth', () => {
    expect(admits(after('xxxx'), 0)).toBe(true);
    expect(admits(after('xxxxx'), 0)).toBe(false);
    expect(admits(after('xxxx.xxxx'), 0), 'a success begins the row anew').toBe(true);
  });

  it('R-311 lets a call be tried again after 60 s, and not a millisecond before', () => {
    const open = after('xxxxx', 1_000);
    expect(admits(open, 60_999)).toBe(false);
    expect(admits(open, 61_000)).toBe(true);
    expect(untilAdmitted(open, 31_000)).toBe(30_000);
    expect(untilAdmitted(open, 99_000)).toBe(0);
  });

  it('R-311 closes after three successes, and one failure before them opens it again for 60 s', () => {
    const open = after('xxxxx', 0);
    expect(after('..', 60_000, open)).toEqual({ state: 'half-open', successes: 2 });
    expect(after('...', 60_000, open)).toEqual(CLOSED);
    const again = after('..x', 60_000, open);
    expect(again).toEqual({ state: 'open', since: 60_000 });
    expect(admits(again, 119_999)).toBe(false);
  });

  it('does not change by calls that began before it opened and end after', () => {
    const open = after('xxxxx', 0);
    expect(after('.x.', 10, open)).toEqual(open);
  });

  it('is never shut for longer than the recovery time after the last failure', () => {
    const calls = fc.array(fc.record({ ok: fc.boolean(), wait: fc.integer({ min: 0, max: 100_000 }) }), {
      maxLength: 50,
    });
    fc.assert(
      fc.property(calls, (list) => {
        let now = 0;
        let lastFailure = -1;
        let breaker = CLOSED;
        for (const { ok, wait } of list) {
          now += wait;
          if (!admits(breaker, now)) continue;
          breaker = afterCall(breaker, { ok, now });
          if (!ok) lastFailure = now;
        }
        expect(breakerAt(breaker, lastFailure + 60_000).state).not.toBe('open');
      }),
    );
  });
});
