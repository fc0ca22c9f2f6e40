import { Octokit } from '@octokit/core';
import type { FakeGithub, FakePermissions } from '../types.ts';

export interface Asker {
  readonly request: Octokit['request'];
  readonly at: { readonly owner: string; readonly repo: string };
}

/** GitHub's own client on the fake, by a token of this account. */
export function askerOf(fake: FakeGithub, options: { login?: string; permissions?: FakePermissions } = {}): Asker {
  const octokit = new Octokit({ auth: fake.token(options), baseUrl: fake.apiUrl });
  return { request: octokit.request, at: { owner: fake.owner, repo: fake.repo } };
}
