import { describe, expect, it } from 'vitest';
import { readsWhole } from '../adapters/github/store/large.ts';

describe('a large state on GitHub', () => {
  it(
    'of 10,000 flags is read whole by two calls, changed by one, and read again by what is new',
    { timeout: 120_000 },
    async () => {
      expect(await readsWhole(10_000)).toEqual([2, 1, 3]);
    },
  );
});
