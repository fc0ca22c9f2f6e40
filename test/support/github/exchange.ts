/** One HTTP request: read, answered, written. */
import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Reply } from './route.ts';
import type { FakeState } from './state.ts';

export interface Asked {
  readonly method: string;
  /** Without `/api/v3`, still encoded, without the query. */
  readonly path: string;
  /** As it came. */
  readonly whole: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly raw: Buffer;
}

export async function readRequest(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const whole = request.url ?? '/';
  const [address = '', query = ''] = whole.split(/\?(.*)/s);
  return {
    method: request.method ?? 'GET',
    path: address.replace(/^\/api\/(v3|(?=graphql$))/, '').replace(/^(?!\/)/, '/'),
    whole,
    query: new URLSearchParams(query),
    headers: request.headers as Record<string, string | undefined>,
    raw: Buffer.concat(chunks),
  };
}

/** A token as clients send it: `Bearer x`, `token x`, or the password of basic authorization. */
export function tokenIn(header: string | undefined): string | undefined {
  const [, scheme = '', value = ''] = /^(\w+) +(.+)$/.exec(header ?? '') ?? [];
  if (/^(bearer|token)$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return undefined;
  return Buffer.from(value, 'base64').toString().split(/:(.*)/s)[1];
}

const REQUESTS_PER_HOUR_WINDOW = 3_600;

/** The state of the hour's budget, begun anew where it ran out. */
export function rateOf(state: FakeState): FakeState['rate'] {
  const now = Math.floor(state.now() / 1_000);
  if (now >= state.rate.reset) {
    state.rate.used = 0;
    state.rate.reset = now + REQUESTS_PER_HOUR_WINDOW;
  }
  return state.rate;
}

function commonHeaders(state: FakeState, resource: string): Record<string, string> {
  const { limit, used, reset } = rateOf(state);
  return {
    date: new Date(state.now()).toUTCString(),
    server: 'github.com',
    'x-github-request-id': randomUUID().replaceAll('-', '').slice(0, 20).toUpperCase(),
    'x-github-media-type': 'github.v3; format=json',
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(Math.max(0, limit - used)),
    'x-ratelimit-used': String(used),
    'x-ratelimit-reset': String(reset),
    'x-ratelimit-resource': resource,
  };
}

interface Writing {
  readonly state: FakeState;
  readonly asked: Asked;
  readonly reply: Reply;
  /** The body breaks off. */
  readonly cut?: true;
}

/** Writes the answer with GitHub's headers, or 304 where the asker has it already; the status that was written. */
export function writeReply(response: ServerResponse, { state, asked, reply, cut }: Writing): number {
  const { status, body, headers = {} } = reply;
  const content = body === undefined ? undefined : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const common = commonHeaders(state, asked.path === '/graphql' ? 'graphql' : 'core');
  const all: Record<string, string> = { ...common, ...headers };
  if (content !== undefined) all['content-type'] ??= 'application/json; charset=utf-8';
  if (asked.method === 'GET' && status === 200 && content !== undefined) {
    all['etag'] ??= `W/"${createHash('sha256').update(content).digest('hex')}"`;
    if (matches(asked.headers['if-none-match'], all['etag'])) {
      // GitHub counts no request that changed nothing.
      state.rate.used = Math.max(0, state.rate.used - 1);
      response.writeHead(304, { ...all, ...commonHeaders(state, 'core') }).end();
      return 304;
    }
  }
  if (cut) {
    all['content-length'] = String((content?.length ?? 0) + 1);
    response.writeHead(status, all).write(content?.subarray(0, 15) ?? '', () => response.socket?.destroy());
    return status;
  }
  response.writeHead(status, all).end(content);
  return status;
}

/** Weak and strong tags compare alike here (RFC 9110, 13.1.2). */
function matches(asked: string | undefined, etag: string): boolean {
  const bare = (tag: string): string => tag.trim().replace(/^W\//, '');
  return asked !== undefined && asked.split(',').some((tag) => bare(tag) === bare(etag));
}
