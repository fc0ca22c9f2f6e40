/** Waiting for work that may go on without us. */
import type { Clock } from '../ports/clock.ts';

interface Patience {
  readonly clock: Clock;
  /** Milliseconds. */
  readonly patience: number;
  readonly signal: AbortSignal;
}

/** Resolves when the work is done, the patience is at its end or the signal fires. No timer is left behind: it would keep the process alive. */
export async function waitFor(work: Promise<unknown>, { clock, patience, signal }: Patience): Promise<void> {
  const over = new AbortController();
  try {
    await Promise.race([work, clock.sleep(patience, AbortSignal.any([signal, over.signal]))]);
  } finally {
    over.abort();
  }
}
