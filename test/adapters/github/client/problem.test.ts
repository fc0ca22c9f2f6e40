import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../../src/adapters/github/client/problem.ts';

const rest = (status: number, message = '', headers: Record<string, string> = {}) => ({
  response: { status, headers, data: { message } },
});
const graphql = (type: string | undefined, message: string) => ({ headers: {}, errors: [{ type, message }] });

describe('a refusal of GitHub in our words', () => {
  it.each([
    [rest(401, 'Bad credentials'), 'token-missing'],
    [rest(403, 'Resource not accessible by integration'), 'token-lacks-permission'],
    [rest(404, 'Not Found'), 'token-lacks-permission'],
    [rest(409, 'is at 1 but expected 2'), 'busy'],
    [rest(422, 'Repository rule violations found'), 'not-permitted'],
    [rest(422, 'Invalid request'), 'failed'],
    [rest(429), 'rate-limited'],
    [rest(403, 'You have exceeded a secondary rate limit'), 'rate-limited'],
    [rest(500), 'unreachable'],
    [rest(504), 'unreachable'],
    [graphql('FORBIDDEN', 'Resource not accessible by integration'), 'token-lacks-permission'],
    [graphql('NOT_FOUND', 'Could not resolve to a Repository'), 'token-lacks-permission'],
    [graphql('RATE_LIMITED', 'API rate limit exceeded'), 'rate-limited'],
    [graphql('UNPROCESSABLE', 'Repository rule violations found'), 'not-permitted'],
    [graphql('UNPROCESSABLE', 'A path was requested for deletion'), 'failed'],
    [graphql(undefined, 'Something went wrong while executing your query'), 'unreachable'],
    [new Error('socket hang up'), 'unreachable'],
    [new TypeError('x is not a function'), 'internal'],
    ['', 'unreachable'],
  ] as const)('%j is %s', (error, code) => {
    const problem = problemOf(error, 'reading acme/shop', 'contents: read');
    expect(problem.code).toBe(code);
    expect(problem.message.startsWith(`${code}: reading acme/shop: `)).toBe(true);
    expect(problem.message).not.toContain('\n');
  });

  it('names the permission that GitHub says, before the one that we think of', () => {
    const headers = { 'x-accepted-github-permissions': 'pull_requests=write; issues=write' };
    const { message } = problemOf(rest(403, 'no', headers), 'commenting', 'contents: read');
    expect(message).toContain('`pull-requests: write or issues: write`');
    expect(problemOf(rest(403, 'no'), 'commenting', 'issues: write').message).toContain('`issues: write`');
  });

  it('keeps one line and no more than fits, whatever GitHub says', () => {
    const { message } = problemOf(rest(422, `a\n::error::b\u0000${'x'.repeat(200_000)}`), 'writing');
    for (const sign of ['\n', '\u0000']) expect(message).not.toContain(sign);
    expect(message.length).toBeLessThan(500);
  });

  it('is sure that nothing was done where GitHub refused, and unsure where it failed', () => {
    expect(problemOf(rest(422, 'x'), '').uncertain).toBe(false);
    expect(problemOf(rest(429), '').uncertain).toBe(false);
    expect(problemOf(rest(502), '').uncertain).toBe(true);
    expect(problemOf(new Error('reset'), '').uncertain).toBe(true);
  });
});
