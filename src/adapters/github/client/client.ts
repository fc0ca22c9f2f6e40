/** One client for everything that is asked of GitHub: it waits where GitHub asks to, and counts what it asks. */
import { Octokit } from '@octokit/core';
import type { Clock } from '../../../ports/clock.ts';

export interface GithubClientOptions {
  readonly token: string;
  readonly owner: string;
  readonly repo: string;
  /** `https://api.github.com`, or an Enterprise server's `https://ghe.example.com/api/v3`. */
  readonly baseUrl?: string;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly fetch?: typeof fetch;
}

/** What was asked, in order; `route` as it is written in the code. */
export interface GithubCall {
  readonly method: string;
  readonly route: string;
  readonly status: number;
}

export interface GithubClient {
  readonly owner: string;
  readonly repo: string;
  /** REST, typed by the route: `request('GET /repos/{owner}/{repo}/...', {...})`. */
  readonly request: Octokit['request'];
  readonly graphql: <T>(query: string, variables?: Readonly<Record<string, unknown>>) => Promise<T>;
  /** GitHub's clock by the newest answer's `Date`, in ms; undefined before the first. */
  readonly now: () => number | undefined;
  readonly calls: () => readonly GithubCall[];
}

export function githubClient({ token, owner, repo, baseUrl, fetch }: GithubClientOptions): GithubClient {
  const calls: GithubCall[] = [];
  let date: number | undefined;
  const octokit = new Octokit({
    auth: token,
    userAgent: 'sluice',
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(fetch === undefined ? {} : { request: { fetch } }),
  });
  octokit.hook.after('request', ({ status, headers }, { method, url }) => {
    calls.push({ method, route: url, status });
    const said = Date.parse(String(headers.date ?? ''));
    if (!Number.isNaN(said)) date = said;
  });
  return {
    owner,
    repo,
    request: octokit.request,
    graphql: (query, variables) => octokit.graphql(query, { ...variables }),
    now: () => date,
    calls: () => calls,
  };
}
