/** How the forge's members ask GitHub: by the literal route, typed by it, and with errors a person can act on. */
import type { Endpoints } from '@octokit/types';
import { ForgeError } from '../../../ports/forge.ts';
import { oneLine } from '../../../core/report/text.ts';
import { permissionOf } from '../catalogue.ts';
import type { GithubClient } from '../client/client.ts';
import { problemOf, statusOf } from '../client/problem.ts';
import { refused } from './refused.ts';

export type Route = keyof Endpoints;
type Answer<R extends Route> = Endpoints[R]['response'];
/** Owner and repository are filled in; headers and media types are nobody's business here. */
type Without<T> = T extends unknown ? Omit<T, 'owner' | 'repo' | 'baseUrl' | 'headers' | 'mediaType'> : never;
export type Params<R extends Route> = Without<Endpoints[R]['parameters']>;

/** What is done, for the message, and by which route. `empty`: answers that mean that there is no such thing. */
export interface Asking<R extends Route> {
  readonly doing: string;
  readonly route: R;
  readonly empty?: readonly number[];
}

export interface Asker {
  readonly client: GithubClient;
  /** Rejects with a ForgeError that names what was done and which permission is missing. */
  ask<R extends Route>(asking: Asking<R>, params: Params<R>): Promise<Answer<R>>;
  /** undefined where GitHub answers 404 (or one of `empty`). */
  find<R extends Route>(asking: Asking<R>, params: Params<R>): Promise<Answer<R> | undefined>;
  /** Every page's data, 100 a page, to the last; rejects when there is no end. */
  pages<R extends Route>(asking: Asking<R>, params: Params<R>): Promise<readonly Answer<R>['data'][]>;
  /** The error as a person reads it. */
  failed(error: unknown, asking: { readonly doing: string; readonly route: string }): ForgeError;
}

/** Beyond this no list is read: 10,000 entries. */
const MOST_PAGES = 100;

export function asker(client: GithubClient): Asker {
  const { owner, repo } = client;
  const send = (route: string, params: object): Promise<unknown> =>
    client.request(route, route.includes('{owner}') ? { ...params, owner, repo } : { ...params });
  const ask: Asker['ask'] = async (asking, params) => {
    try {
      return (await send(asking.route, params)) as never;
    } catch (error) {
      throw failed(error, asking);
    }
  };
  return {
    client,
    ask,
    failed,
    find: async (asking, params) => {
      try {
        return (await send(asking.route, params)) as never;
      } catch (error) {
        if ((asking.empty ?? [404]).includes(statusOf(error) ?? 0)) return undefined;
        throw failed(error, asking);
      }
    },
    pages: async (asking, params) => {
      const pages: never[] = [];
      for (let page = 1; page <= MOST_PAGES; page += 1) {
        const answer = await ask(asking, { ...params, page, per_page: 100 });
        pages.push(answer.data as never);
        if (!/\brel="next"/.test(answer.headers.link ?? '')) return pages;
      }
      throw refused('failed', `${asking.doing}: more than ${MOST_PAGES * 100} entries; nothing was concluded`);
    },
  };
}

/** GitHub's error as ours, with the permission that the catalogue says. */
function failed(error: unknown, { doing, route }: { readonly doing: string; readonly route: string }): ForgeError {
  if (error instanceof ForgeError) return error;
  const { code, message, status } = problemOf(error, oneLine(doing), permissionOf(route));
  return new ForgeError(code, message, status);
}
