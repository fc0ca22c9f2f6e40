import { appendFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endpointOf } from '../../../src/adapters/platform-local/router/endpoint.ts';
import { openMeter } from '../../../src/adapters/platform-local/router/meter.ts';
import { openPast } from '../../../src/adapters/platform-local/router/past.ts';
import { TrafficRecord } from '../../../src/adapters/platform-local/router/record.ts';
import { BOUNDS, count, emptyTally, quantileOf } from '../../../src/adapters/platform-local/router/slots.ts';
import type { MetricConfig, MetricKind } from '../../../src/core/model/metric.ts';
import type { MetricQuery } from '../../../src/ports/metric-source.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { localBench, PAIR, release } from './bench.ts';

const { signal } = new AbortController();
const START = Date.parse('2026-11-21T10:00:00.000Z');

const metric = (name: string, kind: MetricKind): MetricConfig => {
  return { name, source: 'router', kind, better: 'lower', queries: {}, delay: 0, perVersion: true };
};
const ERRORS = metric('error-rate', 'proportion');

const query = (more: Partial<MetricQuery> & { version?: string } = {}): MetricQuery => {
  const { version, ...rest } = more;
  const labels = { ...PAIR, ...(version !== undefined && { version }) };
  return { metric: ERRORS, labels, start: START, width: 10_000, count: 1, signal, ...rest };
};

/** A meter whose clock stands where the test puts it. */
async function meterAt(folder: string, begin = START) {
  let now = begin;
  const meter = await openMeter({ folder, pair: PAIR, now: () => now });
  const see = (at: number, more: { label?: string; status?: number; seconds?: number } = {}) => {
    const { label = '1.0', status = 200, seconds = 0.02 } = more;
    now = at;
    meter.record.add(label, '/', { status, failed: status >= 500, seconds, now });
  };
  return { meter, see, pass: (at: number) => (now = at) };
}

describe('what the router measured', () => {
  it('R-301 counts a request in the window in which its second begins, at the exact edges', async () => {
    const { meter, see, pass } = await meterAt(await temporaryFolder());
    see(START);
    see(START + 9_999, { status: 503 });
    see(START + 10_000);
    see(START + 19_999);
    pass(START + 60_000);
    expect(await meter.source.read(query({ version: '1.0', count: 3 }))).toEqual([
      { kind: 'proportion', bad: 1, total: 2 },
      { kind: 'proportion', bad: 0, total: 2 },
      { kind: 'proportion', bad: 0, total: 0 },
    ]);
  });

  it('counts each request once in windows side by side, wherever they are anchored', async () => {
    const folder = await temporaryFolder();
    const { meter, see, pass } = await meterAt(folder);
    for (let at = START; at < START + 120_000; at += 370) see(at);
    pass(START + 121_000);
    const windows = fc.record({
      offset: fc.integer({ min: 0, max: 20_000 }),
      width: fc.integer({ min: 1_000, max: 30_000 }),
    });
    await fc.assert(
      fc.asyncProperty(windows, async ({ offset, width }) => {
        const many = await meter.source.read(
          query({ start: START - offset, width, count: Math.ceil(150_000 / width) }),
        );
        const total = many.reduce((sum, sample) => sum + (sample?.kind === 'proportion' ? sample.total : 0), 0);
        expect(total).toBe(325);
      }),
      { numRuns: 50 },
    );
  });

  it('R-301 gives a latency histogram in seconds, a mean and a count, by version or of all', async () => {
    const { meter, see, pass } = await meterAt(await temporaryFolder());
    see(START, { seconds: 0.005 });
    see(START, { seconds: 0.3 });
    see(START, { seconds: 60, label: '2.0' });
    pass(START + 10_000);
    const read = async (name: string, kind: MetricKind, version?: string) => {
      const asked = query({ metric: metric(name, kind), ...(version !== undefined && { version }) });
      return (await meter.source.read(asked))[0];
    };
    const counts = BOUNDS.concat(Infinity).map((bound) => Number(bound === 0.005 || bound === 0.5));
    expect(await read('latency', 'histogram', '1.0')).toMatchObject({ bounds: BOUNDS, counts });
    expect(await read('latency', 'mean', '2.0')).toEqual({ kind: 'mean', sum: 60, n: 1 });
    expect(await read('requests', 'count')).toEqual({ kind: 'count', count: 3 });
    const { preset } = { preset: 'error-rate' };
    expect(await meter.source.read(query({ metric: { ...metric('failures', 'proportion'), preset } }))).not.toEqual([
      null,
    ]);
  });

  it('answers null for what it does not know: other metrics, other pairs, the time before it was there', async () => {
    const { meter, pass } = await meterAt(await temporaryFolder());
    pass(START + 60_000);
    const read = (more: Partial<MetricQuery>) => meter.source.read(query(more));
    expect(await read({ metric: metric('cpu', 'value') })).toEqual([null]);
    expect(await read({ metric: metric('latency', 'proportion') })).toEqual([null]);
    expect(await read({ labels: { service: 'api', environment: 'production' } })).toEqual([null]);
    const around = await read({ start: START - 20_000, count: 3 });
    expect(around).toEqual([null, null, { kind: 'proportion', bad: 0, total: 0 }]);
  });

  it('answers for the past after a restart, also for what is no longer in memory', async () => {
    const folder = await temporaryFolder();
    const first = await meterAt(folder);
    first.see(START + 1_000, { status: 500 });
    first.see(START + 5_000);
    await first.meter.close();
    for (const later of [START + 60_000, START + 7_200_000]) {
      const { meter } = await meterAt(folder, later);
      expect(await meter.source.read(query({ version: '1.0' }))).toEqual([{ kind: 'proportion', bad: 1, total: 2 }]);
      await meter.close();
    }
  });

  it('moves from memory to the log without a gap and without counting twice', async () => {
    const { meter, see, pass } = await meterAt(await temporaryFolder());
    for (let second = 0; second < 7_500; second += 30) see(START + second * 1_000);
    pass(START + 7_600_000);
    const [whole] = await meter.source.read(query({ width: 7_600_000 }));
    expect(whole).toEqual({ kind: 'proportion', bad: 0, total: 250 });
    expect(meter.record.between(0, START).length, 'of which in memory').toBeLessThan(150);
  });

  it('passes over a line that a crash tore, and reads those beside it', async () => {
    const folder = await temporaryFolder();
    const first = await meterAt(folder);
    first.see(START);
    await first.meter.close();
    const [hour = ''] = (await readdir(folder)).filter((name) => name.endsWith('.jsonl'));
    await appendFile(join(folder, hour), '\n[17637192');
    const next = await meterAt(folder, START + 2_000);
    next.see(START + 2_000);
    await next.meter.close();
    const last = await meterAt(folder, START + 20_000);
    expect(await last.meter.source.read(query())).toEqual([{ kind: 'proportion', bad: 0, total: 2 }]);
  });

  it('keeps its log within bounds: the oldest hours go first', async () => {
    const folder = await temporaryFolder();
    const past = await openPast(folder, { hours: 3, bytes: 1_000_000 });
    for (let hour = 0; hour < 10; hour++) past.append([{ label: '1.0', at: hour * 3_600, ...emptyTally() }]);
    await past.flushed();
    expect((await readdir(folder)).toSorted()).toEqual(['7.jsonl', '8.jsonl', '9.jsonl']);
  });

  it('keeps its memory within bounds under a flood of paths and of time', () => {
    const record = new TrafficRecord(0, () => {});
    for (let n = 0; n < 20_000; n++)
      record.add('1.0', endpointOf(`/flood-${n}/x`), { status: 200, failed: false, seconds: 0.01, now: n * 1_000 });
    const endpoints = record.totals.get('1.0')?.endpoints;
    expect(endpoints?.size).toBe(101);
    expect(endpoints?.get('other')?.requests).toBe(19_900);
    expect(record.between(0, Infinity).length).toBeLessThanOrEqual(3_660);
  });

  it('does not open a closed second again when the clock goes back', () => {
    const closed: number[] = [];
    const record = new TrafficRecord(5_000, (slots) => closed.push(...slots.map(({ at }) => at)));
    const one = { status: 200, failed: false, seconds: 0.01 };
    for (const now of [5_000, 6_000, 3_000, 6_500, 7_000]) record.add('1.0', '/', { ...one, now });
    record.closeUntil(60_000);
    expect(closed).toEqual([5, 6, 7]);
    expect(record.between(0, 60).map(({ requests }) => requests)).toEqual([1, 3, 1]);
  });
});

describe('a version by its numbers', () => {
  it.each([
    ['/', '/'],
    ['/users/42?x=1', '/users/:id'],
    ['/users/42/posts/7', '/users/:id'],
    ['/orders/0b8e1a52-5ad3-4c4a-9e69-0a4b1c3d2e1f', '/orders/:id'],
    ['/static/app.js', '/static/app.js'],
    ['/users/', '/users'],
    ['//x', '/'],
    ['/?a=/b/c', '/'],
    ['/a?b=/c', '/a'],
    ['', '/'],
    [`/${'a'.repeat(40)}`, '/:id'],
  ])('R-301 counts %s under %s', (path, label) => {
    expect(endpointOf(path)).toBe(label);
  });

  it('R-301 reads a percentile inside its bucket, as Prometheus does', () => {
    const tally = emptyTally();
    for (let n = 0; n < 100; n++) count(tally, { status: 200, failed: false, seconds: n < 90 ? 0.08 : 1.5 });
    expect(quantileOf(tally, 0.5)).toBeCloseTo(0.05 + (0.05 * 50) / 90);
    expect(quantileOf(tally, 0.99)).toBeCloseTo(1.9);
    expect(quantileOf(emptyTally(), 0.5)).toBeUndefined();
  });

  it('R-204 are statistics and health of each version, as text for Prometheus too', async () => {
    const platform = await (await localBench()).open();
    await release(platform, { '1.0': 50, '2.0': 50 });
    for (const path of ['/', '/', '/status/404', '/status/500', '/status/500', '/status/204'])
      await (await fetch(platform.address + path)).text();
    const statuses = async () => {
      const answer = await fetch(`${platform.adminAddress}/metrics`);
      const lines = (await answer.text()).split('\n').filter((line) => line.startsWith('sluice_router_requests_total'));
      return lines.map((line) => Number(line.split(' ')[1])).reduce((one, other) => one + other);
    };
    expect(await statuses()).toBe(6);
    const asked = await fetch(`${platform.adminAddress}/statistics?seconds=3600`);
    expect(await asked.json()).toMatchObject([
      { label: '1.0', weight: 50_000, healthy: true, active: 0 },
      { label: '2.0', weight: 50_000, healthy: true, active: 0, endpoints: { '/status/:id': { errors: 1 } } },
    ]);
  });
});
