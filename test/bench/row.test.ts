import { expect, it } from 'vitest';
import { interleave, median, spread } from './row.ts';

it('rounds take turns, and the first is a warm-up that does not count', async () => {
  const calls: string[] = [];
  const figures = await interleave({ ours: () => calls.push('ours'), theirs: () => calls.push('theirs') }, 2);
  expect(calls).toEqual(['ours', 'theirs', 'ours', 'theirs', 'ours', 'theirs']);
  expect(figures).toEqual({ ours: [3, 5], theirs: [4, 6] });
});

it('the median and the spread do not move with one outlier', () => {
  expect([median([3, 1, 2]), median([3, 1, 2000])]).toEqual([2, 3]);
  expect(spread([1, 2, 3, 4, 5, 6, 7, 8])).toBe(spread([1, 2, 3, 4, 5, 6, 7, 8000]));
  expect(() => median([])).toThrow(/nothing/);
});
