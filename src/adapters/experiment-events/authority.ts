/** Who may send: a bearer token, and pages of the origins that were named. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Without a token everybody who reaches the port may. Compared in constant time. */
export function mayAsk({ headers }: Pick<IncomingMessage, 'headers'>, token: string | undefined): boolean {
  if (token === undefined) return true;
  const [, given = ''] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** A page's request names its origin; one that was not named is refused, since browsers send some requests without asking. */
export function allowedOrigin(
  { headers }: Pick<IncomingMessage, 'headers'>,
  origins: readonly string[],
): 'none' | 'refused' | { readonly origin: string } {
  const { origin } = headers;
  if (origin === undefined) return 'none';
  return origins.includes('*') || origins.includes(origin) ? { origin } : 'refused';
}

/** What a browser asks before it sends (the Fetch standard's CORS protocol). */
export function corsHeaders(origin: string): Readonly<Record<string, string>> {
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'authorization, content-type',
    'access-control-max-age': '600',
    vary: 'origin',
  };
}
