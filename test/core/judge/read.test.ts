import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canRead, quantile, readSample, sizeOf } from '../../../src/core/judge/read.ts';
import type { Sample } from '../../../src/core/model/metric.ts';

const latency: Sample = { kind: 'histogram', bounds: [0.1, 0.5, 1], counts: [50, 40, 8, 2], sum: 20 };

describe('reading a sample', () => {
  it('R-301 reads a histogram by linear interpolation inside a bucket', () => {
    expect(readSample(latency, 'p50', 0)).toBeCloseTo(0.1, 12);
    expect(readSample(latency, 'p70', 0)).toBeCloseTo(0.3, 12);
    expect(readSample(latency, 'p95', 0)).toBeCloseTo(0.5 + 0.5 * (5 / 8), 12);
    expect(readSample(latency, undefined, 0)).toBe(readSample(latency, 'p95', 0));
  });

  it('reads what lies beyond every bound as the last bound, as Prometheus does', () => {
    expect(readSample(latency, 'p99', 0)).toBe(1);
  });

  it('R-301 reads a mean by the exact sum, and by the middles of buckets where there is none', () => {
    expect(readSample(latency, 'mean', 0)).toBeCloseTo(0.2, 12);
    const { sum: _, ...without } = latency as Extract<Sample, { kind: 'histogram' }>;
    expect(readSample(without, 'mean', 0)).toBeCloseTo((50 * 0.05 + 40 * 0.3 + 8 * 0.75 + 2 * 1) / 100, 12);
    expect(readSample({ kind: 'mean', sum: 12, n: 8 }, undefined, 0)).toBe(1.5);
  });

  it('R-301 reads throughput per second of the time it covers, and errors as a share', () => {
    expect(readSample({ kind: 'count', count: 600 }, undefined, 10_000)).toBe(60);
    expect(readSample({ kind: 'count', count: 600 }, 'count', 10_000)).toBe(600);
    expect(readSample({ kind: 'proportion', bad: 46, total: 756 }, undefined, 0)).toBeCloseTo(0.0608, 4);
    expect(readSample({ kind: 'proportion', bad: 1, total: 100 }, 'success', 0)).toBe(0.99);
  });

  it('has nothing to read where nothing was counted', () => {
    expect(readSample({ kind: 'proportion', bad: 0, total: 0 }, undefined, 0)).toBeNull();
    expect(readSample({ kind: 'histogram', bounds: [1], counts: [0, 0] }, 'p95', 0)).toBeNull();
    expect(readSample({ kind: 'mean', sum: 0, n: 0 }, undefined, 0)).toBeNull();
    expect(readSample(null, undefined, 0)).toBeNull();
  });

  it('knows what can be read of which kind', () => {
    expect(canRead('histogram', 'p99.9')).toBe(true);
    expect(canRead('histogram', 'median')).toBe(false);
    expect(canRead('proportion', 'p95')).toBe(false);
    expect(canRead('value', undefined)).toBe(true);
  });

  it('counts events where the metric counts them', () => {
    expect(sizeOf(latency)).toBe(100);
    expect(sizeOf({ kind: 'value', value: 3 })).toBeNull();
    expect(sizeOf(null)).toBe(0);
  });

  it('gives quantiles that grow with q and stay inside the bounds', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(counts, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (some, q) => {
        fc.pre(some.some((one) => one > 0));
        const histogram = { kind: 'histogram' as const, bounds: [0.1, 0.5, 1], counts: some };
        const low = quantile(histogram, q) ?? -1;
        const high = quantile(histogram, Math.min(1, q + 0.01)) ?? -1;
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(high).toBeGreaterThanOrEqual(low - 1e-12);
      }),
    );
  });
});
