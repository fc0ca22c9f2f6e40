/** What a route of the fake is: its name in GitHub's OpenAPI, the permission it wants, and what it answers. */
import type { FakeState, FakeToken } from './state.ts';

export interface RouteContext {
  readonly state: FakeState;
  readonly token: FakeToken;
  /** A parameter of the path, decoded. */
  readonly param: (name: string) => string;
  readonly query: URLSearchParams;
  /** The JSON body; `{}` where there is none. Already held against GitHub's schema. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The address that was asked, without its query: for links to other pages. */
  readonly url: string;
}

export interface Reply {
  readonly status: number;
  /** Sent as JSON; a Buffer as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  /** `GET /repos/{owner}/{repo}/git/ref/{ref}`, as the OpenAPI writes it. */
  readonly name: string;
  /**
   * `contents:read`, as a workflow names it; `issues:write | pull-requests:write`: one of them; `metadata:read`: every token has it;
   * `none`: asked of no token of a workflow (an App's own key, a person's).
   */
  readonly permission: string;
  readonly answer: (context: RouteContext) => Promise<Reply> | Reply;
}

/** A row of the route table. Paths below `/repos/{owner}/{repo}` are asked of the one repository that exists; others are 404 before `answer`. */
export function route(name: string, { permission }: { readonly permission: string }, answer: Route['answer']): Route {
  return { name, permission, answer };
}

export function ok(body: unknown, headers?: Readonly<Record<string, string>>): Reply {
  return headers === undefined ? { status: 200, body } : { status: 200, body, headers };
}

export function created(body: unknown): Reply {
  return { status: 201, body };
}

export function noContent(): Reply {
  return { status: 204 };
}

/** An answer that says no; thrown by `refuse`, so that a route can stop anywhere. */
export class Refusal extends Error {
  readonly status: number;
  readonly extra: Readonly<Record<string, unknown>>;
  constructor(status: number, message: string, extra: Readonly<Record<string, unknown>>) {
    super(message);
    this.status = status;
    this.extra = extra;
  }
}

/** `throw refuse(422, 'Reference already exists')`; `extra` is put into the body (`errors`, ...). */
export function refuse(status: number, message: string, extra: Readonly<Record<string, unknown>> = {}): Refusal {
  return new Refusal(status, message, extra);
}

export function notFound(): Refusal {
  return refuse(404, 'Not Found');
}

interface Page {
  readonly number: number;
  readonly size: number;
}

/** Page and size as asked (`per_page`: 30, at most 100). */
export function pageOf({ query }: RouteContext): Page {
  const positive = (name: string, otherwise: number): number => {
    const asked = Number(query.get(name) ?? otherwise);
    return Number.isInteger(asked) && asked > 0 ? asked : otherwise;
  };
  return { number: positive('page', 1), size: Math.min(100, positive('per_page', 30)) };
}

/** The `Link` header to the pages around this one; undefined where everything fits on one. `per`: entries a page, where not as asked. */
export function linkHeader(context: RouteContext, total: number, per?: number): string | undefined {
  const { number, size: asked } = pageOf(context);
  const size = per ?? asked;
  const last = Math.max(1, Math.ceil(total / size));
  const to = (page: number, rel: string): string => {
    const query = new URLSearchParams(context.query);
    query.set('page', String(page));
    return `<${context.url}?${query.toString()}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [to(number - 1, 'prev')] : []),
    ...(number < last ? [to(number + 1, 'next'), to(last, 'last')] : []),
    ...(number > 1 ? [to(1, 'first')] : []),
  ];
  return links.length === 0 ? undefined : links.join(', ');
}

/** One page of a list, with its `Link` header; `wrap` puts it into the envelope that some lists have. */
export function paged<T>(
  context: RouteContext,
  items: readonly T[],
  wrap: (page: readonly T[], total: number) => unknown = (page) => page,
): Reply {
  const { number, size } = pageOf(context);
  const page = items.slice((number - 1) * size, number * size);
  const link = linkHeader(context, items.length);
  return ok(wrap(page, items.length), link === undefined ? undefined : { link });
}
