import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loggedTraffic } from '../../../src/adapters/platform-local/router/logged.ts';
import { openMeter } from '../../../src/adapters/platform-local/router/meter.ts';
import type { MetricQuery } from '../../../src/ports/metric-source.ts';
import { temporaryFolder } from '../../support/folder.ts';

const pair = { service: 'web', environment: 'production' };
const MORNING = Date.UTC(2026, 10, 21, 8);

const errors = (start: number, count: number): MetricQuery => ({
  metric: {
    name: 'error-rate',
    source: 'router',
    kind: 'proportion',
    better: 'lower',
    queries: {},
    delay: 0,
    perVersion: true,
  },
  labels: { ...pair, version: '1.1.0' },
  start,
  width: 10_000,
  count,
  signal: new AbortController().signal,
});

describe('what a router of another process wrote down', () => {
  it('is the same as that process says itself, window by window', async () => {
    const runtime = await temporaryFolder();
    let at = MORNING;
    const meter = await openMeter({ folder: join(runtime, 'traffic'), pair, now: () => at });
    for (let second = 0; second < 30; second++) {
      at = MORNING + second * 1_000;
      for (let request = 0; request <= second; request++)
        meter.record.add('1.1.0', '/', { status: 200, failed: request % 7 === 0, seconds: 0.01, now: at });
    }
    at = MORNING + 31_000;
    const own = await meter.source.read(errors(MORNING, 3));
    await meter.close();
    const logged = loggedTraffic({ folder: () => Promise.resolve(runtime), pair, now: () => at });
    expect(await logged.read(errors(MORNING, 3))).toEqual(own);
    expect(own).toContainEqual({ kind: 'proportion', bad: expect.any(Number), total: 255 });
    expect(await logged.read(errors(MORNING - 20_000, 1))).toEqual([null]);
  });

  it('cannot be asked where no router ever measured', async () => {
    const runtime = await temporaryFolder();
    const logged = loggedTraffic({ folder: () => Promise.resolve(runtime), pair, now: () => MORNING });
    await expect(logged.read(errors(MORNING, 1))).rejects.toThrow('no router has measured web in production');
  });
});
