import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edgeBeyond, edgeOf, lowestOf } from '../../../src/core/statistics/root.ts';

describe('edgeOf', () => {
  it('finds the border of a region to the last bit, from either side', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-200, max: 1e9, noNaN: true }), (border) => {
        expect(edgeOf((x) => x <= border, 0, 2e9)).toBe(border);
        expect(edgeOf((x) => x >= border, 2e9, 0)).toBe(border);
      }),
    );
  });

  it('is the outside when that still holds', () => {
    expect(edgeOf(() => true, 0.5, 0)).toBe(0);
  });
});

describe('edgeBeyond', () => {
  it('finds a border whose distance nobody knows', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e200, noNaN: true }), (distance) => {
        expect(edgeBeyond((x) => x < distance, 0, 1)).toBeCloseTo(distance, 12 - Math.ceil(Math.log10(distance)));
        expect(edgeBeyond((x) => x > -distance, 0, -1) / -distance).toBeCloseTo(1, 12);
      }),
    );
  });

  it('is infinite in its direction where there is none', () => {
    expect(edgeBeyond(() => true, 3, 1)).toBe(Infinity);
    expect(edgeBeyond(() => true, 3, -1)).toBe(-Infinity);
  });
});

it('lowestOf finds the bottom of a valley wherever it lies, at an end too', () => {
  fc.assert(
    fc.property(fc.double({ min: -5, max: 5, noNaN: true }), (bottom) => {
      const nearest = Math.min(3, Math.max(-2, bottom));
      expect(lowestOf((x) => (x - bottom) ** 2 + 7, [-2, 3])).toBeCloseTo((nearest - bottom) ** 2 + 7, 9);
    }),
  );
});
