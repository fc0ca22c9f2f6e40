import { describe, expect, it } from 'vitest';
import { nearest } from '../../../src/core/config/nearest.ts';

const KEYS = ['name', 'weight', 'bake', 'promote', 'judges', 'checks', 'interval'];

describe('the key that was probably meant', () => {
  it('R-801 is found through swapped letters, as in commands', () => {
    expect(nearest('baek', KEYS)).toBe('bake');
    expect(nearest('wieght', KEYS)).toBe('weight');
  });

  it('R-801 is not guessed where nothing is near', () => {
    expect(nearest('zebra', KEYS)).toBeUndefined();
  });
});
