import {
  githubClient,
  type GithubClient,
  type GithubClientOptions,
} from '../../../../src/adapters/github/client/client.ts';
import { githubStore } from '../../../../src/adapters/github/store/store.ts';
import type { Clock } from '../../../../src/ports/clock.ts';
import type { FileChange, Store } from '../../../../src/ports/store.ts';
import type { FakeGithub } from '../../../support/github/types.ts';

export interface Standing extends Clock {
  /** Milliseconds that were slept, one after another. */
  readonly slept: number[];
}

/** A clock that moves only by sleeping. */
export function standing(start: number): Standing {
  let now = start;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: async (ms) => {
      slept.push(ms);
      now += ms;
    },
  };
}

export function clientOf(fake: FakeGithub, options: Partial<GithubClientOptions> = {}): GithubClient {
  return githubClient({
    token: fake.token(),
    owner: fake.owner,
    repo: fake.repo,
    baseUrl: fake.apiUrl,
    clock: standing(fake.now()),
    log: () => undefined,
    ...options,
  });
}

/** A store of its own, as another process has it. */
export function storeOf(fake: FakeGithub, options: Partial<GithubClientOptions> = {}): Store {
  const clock = options.clock ?? standing(fake.now());
  return githubStore({ client: clientOf(fake, { ...options, clock }), clock });
}

/** A commit on the state branch as a person pushes it. */
export async function byHand(fake: FakeGithub, changes: readonly FileChange[], message: string): Promise<string> {
  const files = Object.fromEntries(changes.map(({ path, text }) => [path, text]));
  return fake.push({ branch: 'sluice-state', files, message, author: { name: 'Ann', email: 'ann@example.com' } });
}
