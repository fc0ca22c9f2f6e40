import type { IncomingMessage } from 'node:http';

/** Headers of one hop, never passed on (RFC 9110, 7.6.1, and what came before it). */
const HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Written anew by the router; `expect` was answered by it already. */
const OWN: ReadonlySet<string> = new Set(['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'expect']);

/** `[name, value, name, value, ...]` without the headers of one hop, spelling and repetitions as they came. */
export function endToEnd(message: IncomingMessage, without?: ReadonlySet<string>): string[] {
  const { rawHeaders } = message;
  const named = message.headers.connection;
  const perHop = named === undefined || /^(keep-alive|close|upgrade)$/i.test(named) ? undefined : namedIn(named);
  const kept: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const lower = name.toLowerCase();
    if (HOP.has(lower) || perHop?.has(lower) || without?.has(lower)) continue;
    kept.push(name, rawHeaders[index + 1] ?? '');
  }
  return kept;
}

function namedIn(connection: string): ReadonlySet<string> {
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
}

/**
 * A request's headers for the version. `x-forwarded-*` say what the router itself saw; with `trusted`, what the proxy
 * before it said stays and `x-forwarded-for` grows.
 */
export function toVersion(request: IncomingMessage, trusted: boolean): string[] {
  const headers = endToEnd(request, OWN);
  const given = trusted ? request.headers : {};
  const seen = request.socket.remoteAddress ?? 'unknown';
  const before = given['x-forwarded-for'];
  headers.push('x-forwarded-for', before === undefined ? seen : `${String(before)}, ${seen}`);
  headers.push('x-forwarded-proto', String(given['x-forwarded-proto'] ?? 'http'));
  const host = given['x-forwarded-host'] ?? request.headers.host;
  if (host !== undefined) headers.push('x-forwarded-host', String(host));
  return headers;
}

/** Whether a body follows (RFC 9112, 6.3). */
export function hasBody(request: IncomingMessage): boolean {
  const length = request.headers['content-length'];
  return request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}
