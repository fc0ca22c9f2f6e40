/** One client for everything that is asked of GitHub: it waits where GitHub asks to, and counts what it asks. */
import { Octokit } from '@octokit/core';
import type { EndpointDefaults, OctokitResponse } from '@octokit/types';
import type { Clock } from '../../../ports/clock.ts';
import { type Answer, Budgets, SCARCE } from './limits.ts';
import { isWrite, patiently, spacing } from './patience.ts';
import { answerOf } from './problem.ts';
import { remembered } from './remembered.ts';
import { wholeAnswer } from './whole.ts';

export interface GithubClientOptions {
  readonly token: string;
  readonly owner: string;
  readonly repo: string;
  /** `https://api.github.com`, or an Enterprise server's `https://ghe.example.com/api/v3`. */
  readonly baseUrl?: string;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** Proxies are its business. */
  readonly fetch?: typeof fetch;
  /** Ends all that is under way. */
  readonly signal?: AbortSignal;
  /** Milliseconds for one request; 10 s. */
  readonly timeout?: number;
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
  /**
   * REST, typed by the route: `request('GET /repos/{owner}/{repo}/...', {...})`. A GET that was asked before is asked
   * conditionally; where nothing has changed the remembered answer comes back as if it were new.
   */
  readonly request: Octokit['request'];
  /** Rejects with a GraphqlResponseError where the answer has errors; its `data` is what could be answered. */
  readonly graphql: <T>(query: string, variables?: Readonly<Record<string, unknown>>) => Promise<T>;
  /** GitHub's clock, in ms: the newest answer's `Date` and what has passed here since; undefined before the first. */
  readonly now: () => number | undefined;
  /** The last ones, newest last; status 0: there was no answer. */
  readonly calls: () => readonly GithubCall[];
  /** So few calls are left that only rollbacks and results should be asked. */
  readonly scarce: () => boolean;
}

/** The last so many calls are kept. */
const CALLS = 1_000;
const TIMEOUT = 10_000;
/** Octokit's own way of sending. */
type Requesting = (options: Required<EndpointDefaults>) => OctokitResponse<unknown> | Promise<OctokitResponse<unknown>>;

/** What the client has seen so far. */
interface Seen {
  readonly calls: GithubCall[];
  readonly budgets: Budgets;
  /** GitHub's clock and ours at the newest answer, in ms. */
  date: { readonly theirs: number; readonly ours: number } | undefined;
}

export function githubClient(options: GithubClientOptions): GithubClient {
  const { token, owner, repo, baseUrl, fetch, clock } = options;
  const seen: Seen = { calls: [], budgets: new Budgets(), date: undefined };
  const octokit = new Octokit({
    auth: token,
    userAgent: 'sluice',
    log: quiet,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(fetch === undefined ? {} : { request: { fetch } }),
  });
  const now = (): number | undefined => seen.date && seen.date.theirs + clock.now() - seen.date.ours;
  octokit.hook.wrap(
    'request',
    sending(options, seen, { now, place: (asking) => octokit.request.endpoint(asking).url }),
  );
  return {
    owner,
    repo,
    request: octokit.request,
    graphql: (query, variables) => octokit.graphql(query, { ...variables }),
    now,
    calls: () => seen.calls,
    scarce: () => (seen.budgets.left(now() ?? clock.now()) ?? SCARCE) < SCARCE,
  };
}

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

interface Ways {
  readonly now: () => number | undefined;
  /** The address that a template and its values make. */
  readonly place: (asking: Required<EndpointDefaults>) => string;
}

type Wrapped = (request: Requesting, asking: Required<EndpointDefaults>) => Promise<OctokitResponse<unknown>>;

function sending(options: GithubClientOptions, seen: Seen, { now, place: placeOf }: Ways): Wrapped {
  const { clock, token, signal } = options;
  const known = remembered();
  const inTurn = spacing(clock);
  return async (request, asking) => {
    const { method, url, query } = asking as typeof asking & { readonly query?: unknown };
    const given: AbortSignal | undefined = asking.request.signal ?? undefined;
    const signals = [given, signal].filter((one) => one !== undefined);
    const asked = { method, url, query, signal: signals.length > 1 ? AbortSignal.any(signals) : signals[0] };
    const place = method === 'GET' ? placeOf(asking) : undefined;
    const kept = place === undefined ? undefined : known.answer(place);
    const once = () => send({ request, asking, options, seen }, { signal: asked.signal, etag: kept?.headers['etag'] });
    const all = () => patiently<OctokitResponse<unknown> & Answer>({ clock, now }, asked, once);
    try {
      const answer = await (isWrite(asked) ? inTurn(all) : all());
      if (place !== undefined) known.keep(place, answer);
      return answer;
    } catch (error) {
      if (kept && answerOf(error)?.status === 304) return kept as OctokitResponse<unknown>;
      throw withoutToken(error, token);
    }
  };
}

interface Sending {
  readonly request: Requesting;
  readonly asking: Required<EndpointDefaults>;
  readonly options: GithubClientOptions;
  readonly seen: Seen;
}

/** One request, noted whatever becomes of it. */
async function send(
  { request, asking, options, seen }: Sending,
  { signal, etag }: { readonly signal: AbortSignal | undefined; readonly etag: string | number | undefined },
): Promise<OctokitResponse<unknown>> {
  const bound = AbortSignal.timeout(options.timeout ?? TIMEOUT);
  // Hooks below this one were given the very object: only what is changed in it reaches them.
  Object.assign(asking, {
    headers: { ...asking.headers, ...(etag === undefined ? {} : { 'if-none-match': etag }) },
    request: { ...asking.request, signal: signal ? AbortSignal.any([signal, bound]) : bound },
  });
  try {
    const answer = wholeAnswer(asking, (await request(asking)) as OctokitResponse<unknown> & Answer);
    note(seen, { asking, answer, clock: options.clock });
    return answer;
  } catch (error) {
    note(seen, { asking, answer: answerOf(error), clock: options.clock });
    throw error;
  }
}

interface Noted {
  readonly asking: Required<EndpointDefaults>;
  readonly answer: Answer | undefined;
  readonly clock: Clock;
}

function note(seen: Seen, { asking, answer, clock }: Noted): void {
  seen.calls.push({ method: asking.method, route: asking.url, status: answer?.status ?? 0 });
  if (seen.calls.length > CALLS) seen.calls.shift();
  if (!answer) return;
  seen.budgets.note(answer);
  const said = Date.parse(String(answer.headers['date'] ?? ''));
  if (!Number.isNaN(said)) seen.date = { theirs: said, ours: clock.now() };
}

/** Octokit keeps the token out of what it says; what a proxy or a fetch says is not in its hands. */
function withoutToken(error: unknown, token: string): unknown {
  if (error instanceof Error && token !== '' && error.message.includes(token)) {
    error.message = error.message.replaceAll(token, '***');
  }
  return error;
}
