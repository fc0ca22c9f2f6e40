import fc from 'fast-check';
import { expect, it } from 'vitest';
import { comparedWith, percentFor, shareInRamp, shareOf } from '../../../src/core/flag/share.ts';
import type { PlainServe, Split } from '../../../src/core/model/flag.ts';
import { WHOLE } from '../../../src/core/model/weight.ts';

const HALF: Split = {
  split: [
    ['control', 50_000],
    ['treatment', 50_000],
  ],
};

it('a variant has the weight that a split gives it, and of slots of a layer only its part', () => {
  expect(shareOf('treatment', 'treatment')).toBe(WHOLE);
  expect(shareOf('control', 'treatment')).toBe(0);
  expect(shareOf(HALF, 'treatment')).toBe(50_000);
  const layer = {
    name: 'page',
    slots: [
      ['a', 25_000],
      ['b', 75_000],
    ] as const,
    mine: ['a'],
  };
  expect(shareOf({ ...HALF, layer }, 'treatment')).toBe(12_500);
});

it('R-606 a ramp goes exactly so far that the share of users who have the candidate is the one that was asked', () => {
  const stables: fc.Arbitrary<PlainServe> = fc.oneof(
    fc.constant('control'),
    fc.integer({ min: 0, max: 99_999 }).map((weight) => ({
      split: [
        ['control', WHOLE - weight],
        ['treatment', weight],
      ] as const,
    })),
  );
  fc.assert(
    fc.property(stables, fc.integer({ min: 0, max: WHOLE }), (stable, share) => {
      const ramp = { candidate: 'treatment', stable };
      const percent = percentFor(share, ramp);
      const had = shareOf(stable, 'treatment');
      expect(Math.abs(shareInRamp({ ...ramp, percent }) - Math.max(share, had))).toBeLessThanOrEqual(1);
      expect(percent).toBeLessThanOrEqual(WHOLE);
    }),
  );
});

it.each<readonly [PlainServe, PlainServe]>([
  ['control', 'control'],
  [HALF, 'control'],
  [
    {
      split: [
        ['control', 100_000],
        ['treatment', 0],
      ],
    },
    {
      split: [
        ['control', 100_000],
        ['treatment', 0],
      ],
    },
  ],
])('R-606 over %j the candidate is compared with %j', (stable, with_) => {
  expect(comparedWith({ candidate: 'treatment', stable })).toEqual(with_);
});

it('R-606 over three variants the candidate is compared with all the others', () => {
  const three: Split = {
    split: [
      ['control', 40_000],
      ['treatment', 30_000],
      ['blue', 30_000],
    ],
  };
  expect(comparedWith({ candidate: 'treatment', stable: three })).toBe(three);
});
