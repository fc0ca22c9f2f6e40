import { describe, expect, it } from 'vitest';
import { costOf, countedOf, WORKS } from './github-calls.ts';

describe('calls to GitHub', () => {
  it.each(WORKS.map((work) => [work.name, work] as const))('%s costs no more than the least possible', async (_, work) => {
    const cost = await costOf(work);
    const { calls, routes } = cost;
    expect(routes).toHaveLength(calls);
    expect(countedOf(work, cost), routes.join('\n')).toBeLessThanOrEqual(work.target);
  });
});
