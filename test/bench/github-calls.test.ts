import { describe, expect, it } from 'vitest';
import { costOf, WORKS } from './github-calls.ts';

describe('calls to GitHub', () => {
  it.each(WORKS.map((work) => [work.name, work] as const))('%s costs no more than the least possible', async (_, work) => {
    const { calls, routes } = await costOf(work);
    expect(routes).toHaveLength(calls);
    expect(calls, routes.join('\n')).toBeLessThanOrEqual(work.target);
  });
});
