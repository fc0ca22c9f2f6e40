import type { Clock } from '../../../ports/clock.ts';
import { StoreError } from '../../../ports/store.ts';
import type { GithubClient } from '../client/client.ts';
import { problemOf } from '../client/problem.ts';

/** The branch that holds the state, and who asks for it. */
export interface Place {
  readonly client: GithubClient;
  readonly owner: string;
  readonly repo: string;
  /** `sluice-state` */
  readonly branch: string;
  readonly clock: Clock;
}

/** What a read of the branch and a write need, as a workflow writes it. */
const READS = 'contents: read';
const WRITES = 'contents: write';

/** Carries a refusal of GitHub on as the store port's. `what` is done to the branch: `reading`, `writing`. */
export function storeError({ owner, repo, branch }: Place, error: unknown, what: string): StoreError {
  if (error instanceof StoreError) return error;
  const permission = what === 'reading' ? READS : WRITES;
  const { code, message } = problemOf(error, `${what} ${branch} of ${owner}/${repo}`, permission);
  return new StoreError(code, message);
}

/** GitHub's time and not ours where GitHub has said it; never before a head commit that GitHub dated. */
export function nowAt({ client, clock }: Place, head: { readonly at: number } | undefined): number {
  return Math.max(client.now() ?? clock.now(), head?.at ?? 0);
}

export function tooLarge({ owner, repo, branch }: Place, path: string): StoreError {
  return new StoreError(
    'store-damaged',
    `store-damaged: ${path}/ on ${branch} of ${owner}/${repo} has more files than GitHub lists: use the git store`,
  );
}

/** It was there before, or what Sluice remembers beside it still is. */
export function branchGone({ owner, repo, branch }: Place): StoreError {
  return new StoreError(
    'store-damaged',
    `store-damaged: the branch ${branch} of ${owner}/${repo} is gone, and refs/sluice/* or this process still know of it: restore it (git push ${branch}), or delete refs/sluice/* to begin anew`,
  );
}

export function unknownCommit({ branch }: Place, revision: string): StoreError {
  return new StoreError('commit-unknown', `commit-unknown: there is no commit ${revision} on ${branch}`);
}
