/** What GitHub's answers say about its limits (docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api). */

/** An answer as octokit hands it on, whatever became of it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

/** Below so many calls left only what is urgent is asked. */
export const SCARCE = 200;
/** A secondary limit that says no time: GitHub asks for at least a minute. */
const UNSAID = 60_000;
const SECOND = 1_000;

/** Milliseconds to wait before the same request may be repeated; undefined: it was not a limit that refused it. */
export function waitOf({ status, headers, data }: Answer, now: number): number | undefined {
  if (status !== 403 && status !== 429 && !isGraphqlLimit(data)) return undefined;
  const after = Number(headers['retry-after']);
  if (headers['retry-after'] !== undefined && Number.isFinite(after)) return Math.max(1, after) * SECOND;
  const reset = Number(headers['x-ratelimit-reset']);
  const isSpent = Number(headers['x-ratelimit-remaining'] ?? 1) === 0;
  if ((isSpent || isGraphqlLimit(data)) && Number.isFinite(reset)) return Math.max(0, reset * SECOND - now) + SECOND;
  return status === 429 || isGraphqlLimit(data) || /secondary rate|abuse detection/i.test(messageOf(data))
    ? UNSAID
    : undefined;
}

/** GitHub's GraphQL answers 200 and names the limit among its errors: `RATE_LIMITED` for years, `RATE_LIMIT` with a code now. */
function isGraphqlLimit(data: unknown): boolean {
  return graphqlErrors(data).some(
    ({ type, code }) => type === 'RATE_LIMIT' || type === 'RATE_LIMITED' || code === 'graphql_rate_limit',
  );
}

export interface GraphqlFault {
  readonly type?: string;
  readonly code?: string;
  readonly message: string;
  readonly path?: readonly (string | number)[];
}

/** The errors of a GraphQL answer; none: it is no such answer, or went well. */
export function graphqlErrors(data: unknown): readonly GraphqlFault[] {
  if (typeof data !== 'object' || data === null || !('errors' in data) || !Array.isArray(data.errors)) return [];
  return data.errors.filter((one): one is GraphqlFault => typeof one === 'object' && one !== null && 'message' in one);
}

function messageOf(data: unknown): string {
  if (typeof data !== 'object' || data === null || !('message' in data)) return '';
  return String(data.message);
}

interface Budget {
  readonly left: number;
  /** Milliseconds, by GitHub's clock: from then on nothing is known of it. */
  readonly reset: number;
}

/** GraphQL has a budget of its own, so each is kept apart by the header that names it. */
export class Budgets {
  readonly #budgets = new Map<string, Budget>();

  note({ headers }: Pick<Answer, 'headers'>): void {
    const left = Number(headers['x-ratelimit-remaining']);
    if (headers['x-ratelimit-remaining'] === undefined || !Number.isFinite(left)) return;
    const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN) * SECOND;
    this.#budgets.set(String(headers['x-ratelimit-resource'] ?? 'core'), {
      left,
      reset: Number.isNaN(reset) ? Infinity : reset,
    });
  }

  /** Calls left in the scarcest primary limit by the newest answers; undefined before the first, where there is no limit, after all resets. */
  left(now: number): number | undefined {
    const standing = [...this.#budgets.values()].filter(({ reset }) => now < reset);
    return standing.length === 0 ? undefined : Math.min(...standing.map(({ left }) => left));
  }
}
