import type { Clock } from '../../ports/clock.ts';

/** The machine's own clock. */
export function systemClock(): Clock {
  return { now: () => Date.now(), sleep };
}

/** Timers are 32-bit: a longer one would fire at once. 24 days are as good as for ever to a process that waits. */
const LONGEST = 2 ** 31 - 1;

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(done, Math.min(ms, LONGEST));
    signal?.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
  });
}
