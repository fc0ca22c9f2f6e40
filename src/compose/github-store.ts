/** Where a job keeps the state: by GitHub's API, or by git from the checkout; here, or in another repository. */
import { type StateRepository, stateRemote, stateRepositoryOf } from '../core/config/state-remote.ts';
import type { Config } from '../core/model/config.ts';
import type { Clock } from '../ports/clock.ts';
import { ForgeError } from '../ports/forge.ts';
import type { Store } from '../ports/store.ts';
import type { GithubClient } from '../adapters/github/client/client.ts';
import type { GithubOpened } from '../adapters/github/store/opening.ts';
import { githubStore } from '../adapters/github/store/store.ts';
import { gitCredentials } from './github-git.ts';
import type { GithubRun } from './github-run.ts';

interface Keeping {
  readonly store: 'api' | 'git';
  readonly run: Pick<GithubRun, 'repository' | 'serverUrl'>;
  readonly token: string;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

interface Parts {
  readonly client: GithubClient;
  readonly config: Config;
  readonly opened: GithubOpened;
  /** Where the repository may be checked out. */
  readonly folder: string;
}

/** Rejects with `config-invalid` where the state lies on a server that the job's token does not speak to. */
export async function openStore(
  { store, run, token, clock, log }: Keeping,
  { client, config, opened, folder }: Parts,
): Promise<{ readonly store: Store; readonly close: () => Promise<void> }> {
  const { branch, repository } = config.state;
  if (store === 'git') {
    const { gitStore } = await import('../adapters/store-git/git-store.ts');
    const here = `${run.serverUrl}/${run.repository.owner}/${run.repository.name}.git`;
    const remote = repository === undefined ? here : stateRemote(repository, here);
    const env = gitCredentials(run.serverUrl, token);
    const git = await gitStore({ repository: folder, branch, clock, warn: log, remote, env });
    return { store: git, close: async () => git.close() };
  }
  const elsewhere = repository === undefined ? {} : { repository: onThisServer(repository, run) };
  return { store: githubStore({ client, branch, clock, opened, ...elsewhere }), close: async () => undefined };
}

function onThisServer(text: string, { serverUrl }: Pick<GithubRun, 'serverUrl'>): { owner: string; repo: string } {
  const found = stateRepositoryOf(text);
  if (found && isHere(found, serverUrl)) return { owner: found.owner, repo: found.name };
  throw new ForgeError(
    'config-invalid',
    `state.repository ${text} is no repository of ${new URL(serverUrl).host}, where this job's token counts: write OWNER/NAME, or \`store: git\` with credentials for it`,
  );
}

function isHere({ host }: StateRepository, serverUrl: string): boolean {
  const { hostname } = new URL(serverUrl);
  // SSH over port 443 has a name of its own on github.com.
  return host === undefined || host === hostname || host === `ssh.${hostname}`;
}

/** Where people look at the state's commits. */
export function stateAddress({ state }: Config, { serverUrl, repository }: Keeping['run']): string {
  const found = state.repository === undefined ? undefined : stateRepositoryOf(state.repository);
  if (!found) return `${serverUrl}/${repository.owner}/${repository.name}`;
  const server = isHere(found, serverUrl) ? serverUrl : `https://${found.host}`;
  return `${server}/${found.owner}/${found.name}`;
}
