import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { downscale } from '../../../src/core/statistics/exponential.ts';
import {
  type ExponentialHistogram,
  bucketsFromCumulative,
  bucketsOf,
  countOf,
  exponentialOf,
  isExponential,
  merge,
  quantileOf,
  toBuckets,
} from '../../../src/core/statistics/histogram.ts';
import { StatisticsError } from '../../../src/core/statistics/impossible.ts';

const values = fc.array(
  fc.oneof(fc.integer({ min: -20, max: 2000 }), fc.double({ min: -1e6, max: 1e6, noNaN: true })),
  {
    maxLength: 40,
  },
);
const bounds = fc
  .uniqueArray(fc.integer({ min: -5, max: 15 }), { maxLength: 8 })
  .map((list) => list.toSorted((one, other) => one - other));
const plain = fc
  .tuple(fc.array(fc.integer({ min: -10, max: 20 }), { maxLength: 30 }), bounds)
  .map(([list, by]) => bucketsOf(list, by));
const exponential = fc
  .tuple(values, fc.integer({ min: -2, max: 12 }))
  .map(([list, scale]) => exponentialOf(list, { scale }));
const few = { maxBuckets: 20 };

describe('merging', () => {
  it.each([
    ['plain', plain],
    ['exponential', exponential],
  ] as const)('gives %s histograms the same whole in any order', (_, histograms) => {
    fc.assert(
      fc.property(histograms, histograms, histograms, (a, b, c) => {
        expect(merge(a, b, few)).toEqual(merge(b, a, few));
        expect(merge(merge(a, b, few), c, few)).toEqual(merge(a, merge(b, c, few), few));
        expect(countOf(merge(a, b))).toBe(countOf(a) + countOf(b));
      }),
    );
  });

  it('of exponential histograms is the histogram of all values', () => {
    fc.assert(
      fc.property(values, values, (one, other) => {
        expect(merge(exponentialOf(one), exponentialOf(other))).toEqual(exponentialOf([...one, ...other]));
      }),
    );
  });

  it('reads plain buckets by the bounds they share', () => {
    const [one, other] = [bucketsOf([0.5, 1.5, 2.5, 9], [1, 2, 3]), bucketsOf([0.1, 2.2], [1, 3, 5])];
    expect(merge(one, other)).toEqual({ bounds: [1, 3], counts: [2, 3, 1] });
  });

  it('of a plain and an exponential histogram loses nobody', () => {
    const mixed = merge(exponentialOf([1, 2, 4]), bucketsOf([3, 9], [2, 4]));
    expect(isExponential(mixed)).toBe(false);
    expect(countOf(mixed)).toBe(5);
  });
});

describe('exponential histograms', () => {
  it('put a power of two at the top of its bucket, as OpenTelemetry asks', () => {
    for (const scale of [-1, 0, 1, 5]) {
      const { positive } = exponentialOf([4], { scale });
      expect(2 ** ((positive.offset + 1) * 2 ** -scale)).toBe(4);
    }
  });

  it('made coarser are the histogram made at that scale', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -500, max: 2000 }), { maxLength: 40 }),
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 0, max: 4 }),
        (list, scale, by) => {
          const fine = exponentialOf(list, { scale, maxBuckets: Infinity });
          expect(downscale(fine, scale - by)).toEqual(exponentialOf(list, { scale: scale - by, maxBuckets: Infinity }));
        },
      ),
    );
    expect(() => downscale(exponentialOf([1], { scale: 2 }), 3)).toThrow(StatisticsError);
  });

  it('never have more buckets than allowed, whatever the values', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })), (list) => {
        const { positive, negative }: ExponentialHistogram = exponentialOf(list, { maxBuckets: 8 });
        expect(Math.max(positive.counts.length, negative.counts.length)).toBeLessThanOrEqual(8);
      }),
    );
  });

  it('keep every bound and every observation as plain buckets', () => {
    fc.assert(
      fc.property(values, (list) => {
        const buckets = toBuckets(exponentialOf(list));
        expect(countOf(buckets)).toBe(list.length);
        expect(buckets.counts).toHaveLength(buckets.bounds.length + 1);
        expect(
          buckets.bounds.every(
            (bound, index) => Number.isFinite(bound) && bound > (buckets.bounds[index - 1] ?? -Infinity),
          ),
        ).toBe(true);
      }),
    );
  });

  it('refuse what is not finite', () => {
    expect(() => exponentialOf([1, NaN])).toThrow(StatisticsError);
    expect(() => exponentialOf([Infinity])).toThrow(StatisticsError);
  });
});

describe('quantiles', () => {
  it('never fall', () => {
    fc.assert(
      fc.property(fc.oneof(plain, exponential), (histogram) => {
        const at = [0, 0.1, 0.25, 0.5, 0.9, 0.99, 1].map((q) => quantileOf(histogram, q));
        if (countOf(histogram) === 0) expect(at.every((value) => value === undefined)).toBe(true);
        else
          at.slice(1).forEach((value, index) => {
            if (value !== undefined)
              expect(value).toBeGreaterThanOrEqual((at[index] as number) - 1e-9 * Math.abs(value));
          });
      }),
    );
  });

  it('of an exponential histogram are as near as its buckets are wide', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (list, q) => {
          const ordered = Float64Array.from(list).toSorted();
          const exact = ordered[Math.max(0, Math.ceil(q * list.length - 1e-9) - 1)] as number;
          const found = quantileOf(exponentialOf(list, { scale: 3 }), q) ?? NaN;
          expect(Math.abs(Math.log2(found / exact))).toBeLessThanOrEqual(2 ** -3 + 1e-9);
        },
      ),
    );
  });

  it('are those of Prometheus for its buckets', () => {
    // histogram_quantile over le 0.1: 50, 0.5: 90, 1: 95, +Inf: 100
    const histogram = bucketsFromCumulative([
      [Infinity, 100],
      [0.1, 50],
      [0.5, 90],
      [1, 95],
    ]);
    expect(quantileOf(histogram, 0.25)).toBeCloseTo(0.05, 12);
    expect(quantileOf(histogram, 0.7)).toBeCloseTo(0.3, 12);
    expect(quantileOf(histogram, 0.95)).toBeCloseTo(1, 12);
    expect(quantileOf(histogram, 0.99)).toBe(1);
  });

  it('go over the negative values, the zeros and the positive ones', () => {
    const histogram = exponentialOf([-8, -8, 0, 0, 8, 8], { scale: 4 });
    expect(quantileOf(histogram, 0.1)).toBeCloseTo(-8, 0);
    expect(quantileOf(histogram, 0.5)).toBe(0);
    expect(quantileOf(histogram, 0.9)).toBeCloseTo(8, 0);
  });

  it('refuse cumulative counts that fall or have no end', () => {
    expect(() => bucketsFromCumulative([[1, 3]])).toThrow(StatisticsError);
    expect(() =>
      bucketsFromCumulative([
        [1, 3],
        [Infinity, 2],
      ]),
    ).toThrow(StatisticsError);
    expect(() => quantileOf(bucketsOf([1], [2]), 1.5)).toThrow(StatisticsError);
  });
});
