/** A circuit breaker around each outside dependency that is only asked or told; what changes the world is never held back by one. */
import type { MetricSource } from '../ports/metric-source.ts';
import type { Channel } from '../ports/channel.ts';
import type { Clock } from '../ports/clock.ts';
import { admits, afterCall, type Breaker, CLOSED, untilAdmitted } from '../core/watch/breaker.ts';

/** Rejected without a call: the dependency has failed too often, and is asked again later. */
export class BreakerOpen extends Error {
  readonly code = 'unreachable';
}

/** One breaker of one process: it is forgotten with it. */
export interface Guard {
  run<T>(work: () => Promise<T>): Promise<T>;
}

function guardOf(name: string, clock: Clock): Guard {
  let breaker: Breaker = CLOSED;
  return {
    async run(work) {
      const now = clock.now();
      if (!admits(breaker, now)) {
        const seconds = Math.ceil(untilAdmitted(breaker, now) / 1_000);
        throw new BreakerOpen(`${name} failed again and again; it is asked again in ${seconds} s`);
      }
      try {
        const result = await work();
        breaker = afterCall(breaker, { ok: true, now: clock.now() });
        return result;
      } catch (error) {
        breaker = afterCall(breaker, { ok: false, now: clock.now() });
        throw error;
      }
    },
  };
}

export function guardedSource(name: string, source: MetricSource, clock: Clock): MetricSource {
  const guard = guardOf(`source ${name}`, clock);
  return { past: source.past, read: (query) => guard.run(() => source.read(query)) };
}

export function guardedChannel(channel: Channel, clock: Clock): Channel {
  const guard = guardOf(`channel ${channel.name}`, clock);
  const { name, show } = channel;
  return {
    name,
    send: (notices, signal) => guard.run(() => channel.send(notices, signal)),
    ...(show && { show: (shown, options) => guard.run(() => show(shown, options)) }),
  };
}
