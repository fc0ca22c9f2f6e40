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

it('a sleep without end does not end at once', async () => {
  const clock = systemClock();
  const stop = new AbortController();
  const endless = clock.sleep(Number.MAX_SAFE_INTEGER, stop.signal).then(() => 'over');
  expect(await Promise.race([endless, clock.sleep(30).then(() => 'still asleep')])).toBe('still asleep');
  stop.abort();
  await endless;
});
