import { expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock-system/clock.ts';

it('sleeps for the time, or until the signal, and never rejects', async () => {
  const clock = systemClock();
  const before = clock.now();
  await clock.sleep(20);
  expect(clock.now() - before).toBeGreaterThanOrEqual(19);
  const stop = new AbortController();
  const long = clock.sleep(600_000, stop.signal);
  stop.abort();
  await long;
  await clock.sleep(600_000, stop.signal);
});
