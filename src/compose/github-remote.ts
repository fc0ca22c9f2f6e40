/** GitHub for a program on somebody's machine: which repository the clone belongs to, and what its token shows of it. */
import { systemClock } from '../adapters/clock-system/clock.ts';
import { ACTIONS, leastPermissions } from '../adapters/github/catalogue.ts';
import { githubClient } from '../adapters/github/client/client.ts';
import { githubForge } from '../adapters/github/forge/forge.ts';
import { type Viewer, viewerOf } from '../adapters/github/viewer.ts';
import type { GithubRemote } from '../core/config/github-remote.ts';
import type { Forge } from '../ports/forge.ts';

export interface RemoteForge {
  readonly forge: Forge;
  /** Whose token it is. Rejects with a ForgeError. */
  readonly viewer: () => Promise<Viewer>;
}

/** Asks nothing yet. */
export function remoteForge({ owner, name, apiUrl }: GithubRemote, token: string): RemoteForge {
  const clock = systemClock();
  const client = githubClient({
    token,
    owner,
    repo: name,
    baseUrl: apiUrl,
    clock,
    log: () => undefined,
    timeout: 5_000,
  });
  return { forge: githubForge(client), viewer: () => viewerOf(client) };
}

/** The least permissions of a job with this action, by name: `contents` -> `write`. */
export function leastOf(action: string): ReadonlyMap<string, 'read' | 'write'> {
  return leastPermissions(ACTIONS.find((one) => one.action === action)?.always ?? []);
}
