import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StatisticsError } from '../../../src/core/statistics/impossible.ts';
import { benjaminiHochberg, holm } from '../../../src/core/statistics/multiple.ts';
import { shareOfRuns } from './chance.ts';

const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
const methods = [holm, benjaminiHochberg];

describe('adjusted p values', () => {
  it('R-605 are never below the raw ones, never above 1, and keep their order', () => {
    fc.assert(
      fc.property(ps, fc.constantFrom(...methods), (p, adjust) => {
        const adjusted = adjust(p);
        expect(adjusted).toHaveLength(p.length);
        p.forEach((raw, index) => {
          expect(adjusted[index]).toBeGreaterThanOrEqual(raw);
          expect(adjusted[index]).toBeLessThanOrEqual(1);
          p.forEach((other, at) => {
            if (raw < other) expect(adjusted[index]).toBeLessThanOrEqual(adjusted[at] as number);
          });
        });
      }),
    );
  });

  it('go with their tests wherever those stand', () => {
    fc.assert(
      fc.property(ps, fc.constantFrom(...methods), (p, adjust) => {
        expect(adjust(p.toReversed())).toEqual(adjust(p).toReversed());
      }),
    );
  });

  it('R-605 of Holm are at least those of Benjamini and Hochberg and at most those of Bonferroni', () => {
    fc.assert(
      fc.property(ps, (p) => {
        const [strict, mild] = [holm(p), benjaminiHochberg(p)];
        p.forEach((raw, index) => {
          expect(strict[index]).toBeGreaterThanOrEqual((mild[index] as number) - 1e-12);
          expect(strict[index]).toBeLessThanOrEqual(Math.min(1, raw * p.length) + 1e-12);
        });
      }),
    );
  });

  it('R-605 of Holm let a false finding through in at most alpha of all families', () => {
    const any = shareOfRuns(4000, (next) => holm([next(), next(), next(), next(), next()]).some((p) => p < 0.1));
    expect(any).toBeGreaterThan(0.075);
    expect(any).toBeLessThan(0.115);
  });

  it.each([NaN, -0.1, 1.1])('refuse %d', (p) => {
    for (const adjust of methods) expect(() => adjust([0.5, p])).toThrow(StatisticsError);
  });
});
