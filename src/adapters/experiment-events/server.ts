/** `POST /api/experiments/events` and `GET /api/experiments/KEY/results`, on loopback, on a port of their own. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Outcome } from '../../core/decision.ts';
import { exitOf } from '../../core/model/code.ts';
import { isName } from '../../core/model/names.ts';
import { SECOND } from '../../core/model/time.ts';
import { experimentDataError } from '../../ports/experiment-source.ts';
import { allowedOrigin, corsHeaders, mayAsk } from './authority.ts';
import { bodyOf, bytesOf, eventsIn, MOST_BODY, type Wrong } from './body.ts';
import type { Intake } from './intake.ts';

/** Bytes of all requests that are under way; more are told to come again. */
const MOST_HELD = 16 * MOST_BODY;
const MOST_CONNECTIONS = 256;
/** So many wait for results at once: each is worked out from all users. */
const MOST_LOOKS = 32;
/** So many faults of a request are named. */
const MOST_WRONG = 20;

export interface EventServer {
  readonly intake: Intake;
  /** The analysis as the command line gives it. */
  readonly results: (key: string) => Promise<Outcome>;
  readonly token?: string;
  /** Of pages that may send; `*`: all. */
  readonly origins: readonly string[];
  /** Milliseconds. */
  readonly now: () => number;
  /** Bytes that may be held at once. */
  readonly mostHeld?: number;
}

/** What is under way. */
interface Held {
  bytes: number;
  looks: number;
}

interface Reply {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export function createEventServer(options: EventServer): Server {
  const held: Held = { bytes: 0, looks: 0 };
  const server = createServer((request, response) => {
    answer(options, request, held).then(
      (reply) => send(response, reply),
      (error: unknown) => send(response, failed(error)),
    );
  });
  server.requestTimeout = 30 * SECOND;
  server.headersTimeout = 10 * SECOND;
  server.maxConnections = MOST_CONNECTIONS;
  return server;
}

/** Begins to listen on loopback. Rejects with `port-in-use`. Port 0: a free one. */
export async function listenForEvents(
  server: Server,
  port: number,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? experimentDataError(
              'port-in-use',
              `port ${port}: another program listens there; choose another one in experiments.ingest.port`,
            )
          : error,
      ),
    );
    server.listen({ port, host: '127.0.0.1' }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(options: EventServer, request: IncomingMessage, held: Held): Promise<Reply> {
  const url = URL.parse(request.url ?? '/', 'http://sluice');
  if (!url) return refused(400, 'value-invalid', 'that is no address');
  const origin = allowedOrigin(request, options.origins);
  if (origin === 'refused')
    return refused(403, 'not-permitted', 'pages of this origin may not: name it in experiments.ingest.origins');
  const headers = origin === 'none' ? {} : corsHeaders(origin.origin);
  const reply = await route(options, { request, pathname: url.pathname, held });
  return { ...reply, headers: { ...headers, ...reply.headers } };
}

interface Asked {
  readonly request: IncomingMessage;
  readonly pathname: string;
  readonly held: Held;
}

async function route(options: EventServer, { request, pathname, held }: Asked): Promise<Reply> {
  const [, key] = /^\/api\/experiments\/([^/]+)\/results$/.exec(pathname) ?? [];
  const isEvents = pathname === '/api/experiments/events';
  if (!isEvents && key === undefined)
    return refused(404, 'target-unknown', 'here are POST /api/experiments/events and GET /api/experiments/KEY/results');
  if (isEvents && request.method === 'OPTIONS') return { status: 204, body: {} };
  if (request.method !== (isEvents ? 'POST' : 'GET'))
    return {
      ...refused(405, 'command-invalid', `${pathname} takes ${isEvents ? 'POST' : 'GET'}`),
      headers: { allow: isEvents ? 'POST, OPTIONS' : 'GET' },
    };
  if (!mayAsk(request, options.token))
    return {
      ...refused(401, 'not-permitted', 'a bearer token belongs with it'),
      headers: { 'www-authenticate': 'Bearer' },
    };
  if (isEvents) return takeEvents(options, request, held);
  if (key === undefined || !isName(key)) return refused(400, 'value-invalid', 'that is no key of an experiment');
  return giveResults(options, key, held);
}

async function giveResults({ results }: EventServer, key: string, held: Held): Promise<Reply> {
  if (held.looks >= MOST_LOOKS) return tooMuch();
  held.looks += 1;
  try {
    const outcome = await results(key);
    return { status: statusOf(outcome), body: outcome };
  } finally {
    held.looks -= 1;
  }
}

async function takeEvents(
  { intake, now, mostHeld = MOST_HELD }: EventServer,
  request: IncomingMessage,
  held: Held,
): Promise<Reply> {
  const bytes = bytesOf(request);
  if (bytes === undefined) return tooLong();
  if (held.bytes + bytes > mostHeld) return tooMuch();
  held.bytes += bytes;
  try {
    const body = await bodyOf(request);
    if (body === undefined) return tooLong();
    const events = eventsIn(body);
    if ('wrong' in events) return notTaken(events.wrong);
    const taken = await intake.take(events.sent, now());
    return 'wrong' in taken ? notTaken(taken.wrong) : { status: 200, body: taken };
  } finally {
    held.bytes -= bytes;
  }
}

function tooMuch(): Reply {
  return {
    ...refused(429, 'busy', 'too much at once: try again'),
    headers: { 'retry-after': '1', connection: 'close' },
  };
}

function tooLong(): Reply {
  return {
    ...refused(413, 'value-invalid', `a request may have ${MOST_BODY} bytes: send the events in several`),
    headers: { connection: 'close' },
  };
}

function notTaken(wrong: readonly Wrong[]): Reply {
  const [first] = wrong;
  const summary = `nothing was taken: event ${first?.event}: ${first?.message}${wrong.length > 1 ? ` (and ${wrong.length - 1} more)` : ''}`;
  return { status: 400, body: { ok: false, code: 'value-invalid', summary, wrong: wrong.slice(0, MOST_WRONG) } };
}

function refused(status: number, code: string, summary: string): Reply {
  return { status, body: { ok: false, code, summary } };
}

function statusOf({ ok, code }: Outcome): number {
  if (ok) return 200;
  if (code === 'experiment-unknown') return 404;
  const exit = exitOf(code);
  return exit === 3 ? 503 : exit === 1 ? 500 : 409;
}

function failed(error: unknown): Reply {
  const code = error !== null && typeof error === 'object' && 'code' in error ? error.code : undefined;
  const isFull = code === 'disk-full' || code === 'ENOSPC';
  if (isFull) return refused(507, 'disk-full', 'no room for events: nothing was taken');
  return refused(503, 'unreachable', 'the events could not be kept: try again');
}

function send(response: ServerResponse, { status, body, headers = {} }: Reply): void {
  if (response.destroyed) return;
  const text = status === 204 ? '' : `${JSON.stringify(body)}\n`;
  response.writeHead(status, { ...headers, ...(text === '' ? {} : { 'content-type': 'application/json' }) });
  response.end(text);
}
