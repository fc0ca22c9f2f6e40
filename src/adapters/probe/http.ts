/** What HTTP answers and refusals come to, for every question. */

/** The beginning of a body; the rest is not fetched. */
export async function readSome(response: Response, limit: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  if (limit > 0)
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length >= limit) break;
    }
  await response.body?.cancel().catch(() => {});
  return text;
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ENOTFOUND: 'host not found',
  UND_ERR_SOCKET: 'connection closed before an answer',
};

/** A failed connection in a few words. */
export function problemOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return PROBLEMS[code] ?? (cause instanceof Error ? cause.message : String(cause));
}
