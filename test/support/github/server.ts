/** From an HTTP request to an answer: who asks, what is disturbed, which route, what the referee says. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Disturbances } from './disturbance.ts';
import { type Asked, rateOf, readRequest, tokenIn, writeReply } from './exchange.ts';
import type * as GraphqlEndpoint from './graphql/endpoint.ts';
import { serveGit } from './http-git.ts';
import { acceptedHeader, permits } from './permission.ts';
import { checkReply, checkRequest } from './referee/openapi.ts';
import { Refusal, refuse, type Reply, type RouteContext } from './route.ts';
import { archiveAt } from './routes/archives.ts';
import { ROUTES } from './routes/index.ts';
import type { FakeState, FakeToken } from './state.ts';
import { type Matched, tableOf } from './table.ts';
import type { FakeCall, FakeFault } from './types.ts';

interface Served {
  readonly state: FakeState;
  readonly disturbances: Disturbances;
  readonly calls: FakeCall[];
}

const table = tableOf(ROUTES);

export function fakeServer(served: Served): Server {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const whole = `/${served.state.owner}/${served.state.repo}.git/`;
    const work = path.startsWith(whole)
      ? serveGit(served.state, request, response)
      : serveApi(served, request, response);
    work.catch((error: unknown) => {
      // A request that its sender gave up is nobody's fault.
      if (request.destroyed && !request.complete) return;
      served.state.violations.push(
        `the fake itself failed at ${request.method ?? ''} ${path}: ${String((error as Error).stack)}`,
      );
      if (!response.headersSent) response.writeHead(500).end(JSON.stringify({ message: 'Server Error' }));
    });
  });
  server.keepAliveTimeout = 60_000;
  return server;
}

async function serveApi(
  served: Served,
  ...[request, response]: Parameters<Parameters<typeof createServer>[1] & object>
): Promise<void> {
  const { state, disturbances, calls } = served;
  const asked = await readRequest(request);
  const archive = await archiveAt(state, asked.path);
  if (archive !== undefined) {
    writeReply(response, { state, asked, reply: archive });
    return;
  }
  const body = parseBody(asked);
  const matched = asked.path === '/graphql' ? undefined : table(asked.method, asked.path);
  const name = matched?.route.name ?? (await otherName(asked, body));
  const token = tokenIn(asked.headers['authorization']);
  const fault = await disturbances.meet(name);
  const reply = faulty(fault) ?? (await answer({ served, asked, body, matched, name }));
  const status =
    fault?.lost === true
      ? lose(response)
      : writeReply(response, { state, asked, reply, ...(fault?.cut === undefined ? {} : { cut: fault.cut }) });
  calls.push({
    method: asked.method,
    path: asked.whole,
    route: name,
    status,
    ...(token === undefined ? {} : { token }),
    ...(body === undefined ? {} : { request: body }),
    ...(reply.body === undefined || Buffer.isBuffer(reply.body) ? {} : { reply: reply.body }),
  });
}

function faulty(fault: FakeFault | undefined): Reply | undefined {
  if (fault?.status === undefined || fault.lost === true) return undefined;
  const { status, body = { message: `planted ${String(status)}` }, headers } = fault;
  return headers === undefined ? { status, body } : { status, body, headers };
}

/** The work is done and nobody hears of it. */
function lose(response: ServerResponse): number {
  response.socket?.destroy();
  return 0;
}

/** GraphQL is loaded by the first request that needs it. */
const graphql = (): Promise<typeof GraphqlEndpoint> => import('./graphql/endpoint.ts');

async function otherName({ method, path }: Asked, body: unknown): Promise<string> {
  return path === '/graphql' ? (await graphql()).graphqlRoute(body) : `${method} ${path}`;
}

const UNREADABLE = Symbol('unreadable');

function parseBody({ raw }: Asked): unknown {
  if (raw.length === 0) return undefined;
  try {
    return JSON.parse(raw.toString()) as unknown;
  } catch {
    return UNREADABLE;
  }
}

interface Question {
  readonly served: Served;
  readonly asked: Asked;
  readonly body: unknown;
  readonly matched: Matched | undefined;
  readonly name: string;
}

async function answer(question: Question): Promise<Reply> {
  const { served, matched } = question;
  const accepted = matched === undefined ? undefined : acceptedHeader(matched.route.permission);
  const reply = await decided(question);
  if (matched !== undefined) served.state.violations.push(...checkReply(matched.route.name, reply));
  return accepted === undefined
    ? reply
    : { ...reply, headers: { 'x-accepted-github-permissions': accepted, ...reply.headers } };
}

async function decided(question: Question): Promise<Reply> {
  try {
    return await attempt(question);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, message, extra } = error;
    return {
      status,
      body: { message, ...extra, documentation_url: 'https://docs.github.com/rest', status: String(status) },
    };
  }
}

async function attempt({ served, asked, body, matched, name }: Question): Promise<Reply> {
  const { state } = served;
  const token = admitted(state, asked, matched);
  if (token === SPENT) return { status: 200, body: { errors: [{ ...GRAPHQL_LIMIT, message: spentBy(state) }] } };
  if (body === UNREADABLE) throw refuse(400, 'Problems parsing JSON');
  if (asked.path === '/graphql') return (await graphql()).answerGraphql({ state, token, body });
  if (matched === undefined) {
    state.violations.push(`not a route of the fake: ${name}`);
    throw refuse(404, 'Not Found');
  }
  const { route, params } = matched;
  const wrong = checkRequest(route.name, { params, query: asked.query, body });
  state.violations.push(...wrong);
  if (!permits(token, route.permission)) throw refuse(403, 'Resource not accessible by integration');
  if (elsewhere(state, params)) throw refuse(404, 'Not Found');
  if (wrong.length > 0)
    throw refuse(422, 'Invalid request.', {
      errors: wrong.map((message) => ({ resource: 'Request', code: 'invalid', message })),
    });
  return route.answer(contextOf({ state, token, asked, body, matched }));
}

/** What GraphQL says at the end of the hour's budget, with status 200. */
const GRAPHQL_LIMIT = { type: 'RATE_LIMIT', code: 'graphql_rate_limit' } as const;
const SPENT = Symbol('spent');
const spentBy = ({ ids }: FakeState): string =>
  `API rate limit already exceeded for installation ID ${String(ids.installation)}.`;

/** Who asks. @throws Refusal 401 for an unknown token, 403 at the end of the hour's budget */
function admitted(state: FakeState, asked: Asked, matched: Matched | undefined): FakeToken | typeof SPENT {
  const text = tokenIn(asked.headers['authorization']);
  const token = text === undefined ? undefined : state.tokens.get(text);
  if (text === undefined) throw refuse(401, 'Requires authentication');
  if (token === undefined) throw refuse(401, 'Bad credentials');
  if (matched?.route.name === 'GET /rate_limit') return token;
  const rate = rateOf(state);
  if (rate.used >= rate.limit && asked.path === '/graphql') return SPENT;
  if (rate.used >= rate.limit)
    throw refuse(403, `API rate limit exceeded for installation ID ${String(state.ids.installation)}.`);
  rate.used += 1;
  return token;
}

function elsewhere(state: FakeState, params: ReadonlyMap<string, string>): boolean {
  const [owner, repo] = [params.get('owner'), params.get('repo')];
  if (owner === undefined || repo === undefined) return false;
  return `${owner}/${repo}`.toLowerCase() !== `${state.owner}/${state.repo}`.toLowerCase();
}

function contextOf({
  state,
  token,
  asked,
  body,
  matched,
}: Omit<Question, 'served' | 'name' | 'matched'> & {
  readonly state: FakeState;
  readonly token: FakeToken;
  readonly matched: Matched;
}): RouteContext {
  return {
    state,
    token,
    param: (name) => {
      const value = matched.params.get(name);
      if (value === undefined) throw new Error(`${matched.route.name} has no {${name}}`);
      return value;
    },
    query: asked.query,
    body: typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {},
    headers: asked.headers,
    url: `${state.apiUrl}${asked.path}`,
  };
}
