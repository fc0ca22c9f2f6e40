/**
 * What a job asks of GitHub before all else, by its inputs and its event alone. The engine is loaded while the answer travels, so nothing
 * of it is imported here but as a type.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { CONFIG_FILES } from '../adapters/config-yaml/files.ts';
import { githubClient, type GithubClient } from '../adapters/github/client/client.ts';
import { proxyNamed } from '../adapters/github/proxy-named.ts';
import { githubOpening, type GithubOpened } from '../adapters/github/store/opening.ts';
import type { Actor } from '../core/model/actor.ts';
import type { Clock } from '../ports/clock.ts';
import type { ForgePeople } from '../ports/forge.ts';
import type { Needs } from '../ports/store.ts';
import type { GithubRun } from './github-run.ts';

export interface GithubAsking {
  readonly run: GithubRun;
  readonly token: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** What is read of the state first; the better it is guessed the fewer calls are made. */
  readonly needs: Needs;
  /** Who asks; his role is asked along with everything else. */
  readonly asks?: (people: Pick<ForgePeople, 'account'>) => Promise<Actor>;
  readonly fetch?: typeof fetch;
}

export interface GithubAnswered {
  readonly client: GithubClient;
  readonly opened: GithubOpened;
  /** Who asks. */
  readonly actor?: Actor;
}

/** Rejects with a StoreError or ForgeError (token, permissions, GitHub itself), or with what `asks` rejects with. */
export async function askGithub(options: GithubAsking): Promise<GithubAnswered> {
  const client = await githubClientOf(options);
  const actor = await options.asks?.(accountsBy(client));
  const opened = await githubOpening({
    client,
    needs: options.needs,
    paths: CONFIG_FILES,
    clock: options.clock,
    ...(actor?.kind === 'github' ? { actor: { id: actor.id, login: actor.name } } : {}),
  });
  return { client, opened, ...(actor === undefined ? {} : { actor }) };
}

/** Asks nothing yet. */
export async function githubClientOf({ token, run, env, clock, log, fetch }: GithubAsking): Promise<GithubClient> {
  const { apiUrl, repository } = run;
  const send = fetch ?? (proxyNamed(env) ? await proxying() : undefined);
  return githubClient({
    token,
    owner: repository.owner,
    repo: repository.name,
    baseUrl: apiUrl,
    clock,
    log,
    ...(send === undefined ? {} : { fetch: send }),
  });
}

async function proxying(): Promise<typeof fetch> {
  return (await import('../adapters/github/proxy.ts')).githubProxyFetch();
}

/** Only a re-run has to ask who somebody is. */
function accountsBy(client: GithubClient): Pick<ForgePeople, 'account'> {
  return {
    account: async (login) => {
      const { githubForge } = await import('../adapters/github/forge/forge.ts');
      return githubForge(client).people.account(login);
    },
  };
}

/**
 * Node's own fetch and undici say by it that a request is written to its end: bodies come after the headers, some turns later.
 * Source: https://undici.nodejs.org/#/docs/api/DiagnosticsChannel
 */
const WRITTEN = 'undici:request:bodySent';

/**
 * Begins, and says when the first request is on its way (or there will be none): whatever is loaded before that holds it up, since
 * evaluating modules lets nothing else happen. `under way` never rejects.
 */
export function begun<T>(begin: () => Promise<T>): { readonly answer: Promise<T>; readonly underWay: Promise<void> } {
  let written = (): void => undefined;
  const onWritten = (): void => written();
  // One turn more, in which the system takes what was written.
  const first = new Promise<void>((resolve) => (written = () => void setImmediate(resolve)));
  subscribe(WRITTEN, onWritten);
  const answer = begin();
  const settled = answer.then(written, written);
  void settled.then(() => unsubscribe(WRITTEN, onWritten));
  return { answer, underWay: first };
}
