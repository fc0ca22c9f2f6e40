import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** How the router knows a user again. */
export type Sticky =
  | { readonly header: string }
  /** `issue`: a request without the cookie gets one with a random value. */
  | { readonly cookie: string; readonly issue: boolean };

export interface Visitor {
  readonly key?: string;
  /** The `Set-Cookie` to answer with, where the visitor is new. */
  readonly cookie?: string;
}

const NOBODY: Visitor = {};
const A_YEAR = 31_536_000;

/** Who asks; nobody in particular where the request does not say and no cookie is issued. */
export function visitorOf(request: IncomingMessage, sticky: Sticky | undefined): Visitor {
  if (sticky === undefined) return NOBODY;
  if ('header' in sticky) {
    const value = request.headers[sticky.header];
    return value === undefined ? NOBODY : { key: String(value) };
  }
  const known = readCookie(request.headers.cookie, sticky.cookie);
  if (known !== undefined) return { key: known };
  if (!sticky.issue) return NOBODY;
  const key = randomUUID();
  return { key, cookie: `${sticky.cookie}=${key}; Path=/; Max-Age=${A_YEAR}; HttpOnly; SameSite=Lax` };
}

/** The value of a cookie in a `Cookie` header (RFC 6265, 4.2.1). */
function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}
