import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distance, suggest } from '../../../src/core/command/suggest.ts';

describe('suggest', () => {
  it.each([
    ['prodution', 'production'],
    ['PRODUCTION', 'production'],
    ['prod', 'production'],
    ['stagign', 'staging'],
    ['s', undefined],
    ['elsewhere', undefined],
    ['', undefined],
    ['x'.repeat(65), undefined],
  ])('takes %s for %s', (word, meant) => {
    expect(suggest(word, ['production', 'staging', 'preview'])).toBe(meant);
  });

  it('proposes nothing when several begin alike and none is near', () => {
    expect(suggest('pr', ['production', 'preview'])).toBeUndefined();
  });

  it('counts a swap of neighbours as one step', () => {
    expect(distance('abcd', 'abdc')).toBe(1);
    expect(distance('kitten', 'sitting')).toBe(3);
    expect(distance('ca', 'abc')).toBe(3);
  });

  it('is symmetric, zero for equal words only, and never more than the longer word', () => {
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(word, word, (one, other) => {
        const far = distance(one, other);
        expect(far).toBe(distance(other, one));
        expect(far === 0).toBe(one === other);
        expect(far).toBeLessThanOrEqual(Math.max(one.length, other.length));
      }),
    );
  });

  it('finds any word of six letters or more that lost one letter', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{6,12}$/), fc.nat({ max: 5 }), (word, at) => {
        expect(suggest(word.slice(0, at) + word.slice(at + 1), [word])).toBe(word);
      }),
    );
  });
});
