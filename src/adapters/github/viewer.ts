/** Whose token it is. https://docs.github.com/graphql/reference/queries#viewer */
import { ForgeError } from '../../ports/forge.ts';
import type { GithubClient } from './client/client.ts';
import { problemOf } from './client/problem.ts';

export interface Viewer {
  /** Numeric, as text. */
  readonly id: string;
  readonly login: string;
  /** A person's; the token of a workflow or an App is nobody's. */
  readonly isPerson: boolean;
}

interface Answer {
  readonly viewer: { readonly login: string; readonly databaseId: number | null };
}

/** `github-actions[bot]`, whose is the token of every job. */
const ACTIONS = 41_898_282;

/** The account behind the token. Rejects with a ForgeError: `token-missing` for a token that GitHub does not know. */
export async function viewerOf(client: GithubClient): Promise<Viewer> {
  const { viewer } = await client
    .graphql<Answer>('query { viewer { login databaseId } }')
    .catch((error: unknown): never => {
      const { code, message, status } = problemOf(error, 'ask whose token it is');
      throw new ForgeError(code, message, status);
    });
  const { login, databaseId: id } = viewer;
  // GitHub calls every viewer a `User`; only the login of an App's ends in `[bot]`.
  return { id: String(id ?? ''), login, isPerson: id !== null && id !== ACTIONS && !login.endsWith('[bot]') };
}
