/** The events of a request's body: a JSON list, or one object a line. */
import type { IncomingMessage } from 'node:http';
import { SentEvent } from '../../core/experiment/numbers/event.ts';

/** Bytes of one request, and how many events it may hold. */
export const MOST_BODY: number = 1_024 * 1_024;
const MOST_EVENTS = 5_000;

export interface Wrong {
  /** Its place in the request, from 0. */
  readonly event: number;
  readonly message: string;
}

/** How many bytes a request may come to: what it says, or the most that is taken; undefined: it says more than that. */
export function bytesOf({ headers }: Pick<IncomingMessage, 'headers'>): number | undefined {
  const said = headers['content-length'];
  const bytes = said === undefined ? MOST_BODY : Number(said);
  return bytes <= MOST_BODY ? bytes : undefined;
}

/** The body's text; undefined: longer than any that is taken. */
export async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > MOST_BODY) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** Every event, or what is wrong with those that are none: a request is taken whole or not at all. */
export function eventsIn(body: string): { readonly sent: readonly SentEvent[] } | { readonly wrong: readonly Wrong[] } {
  const values = valuesIn(body);
  if ('wrong' in values) return { wrong: [values.wrong] };
  const { found } = values;
  if (found.length === 0) return { wrong: [{ event: 0, message: 'no event: a JSON list, or one object a line' }] };
  if (found.length > MOST_EVENTS)
    return {
      wrong: [{ event: MOST_EVENTS, message: `more than ${MOST_EVENTS} events: send them in several requests` }],
    };
  const wrong: Wrong[] = [];
  const sent: SentEvent[] = [];
  for (const [event, value] of found.entries()) {
    const read = SentEvent.safeParse(value);
    if (read.success) sent.push(read.data);
    else
      wrong.push({
        event,
        message: read.error.issues.map(({ path, message }) => `${[...path, message].join(': ')}`).join('; '),
      });
  }
  return wrong.length > 0 ? { wrong } : { sent };
}

function valuesIn(body: string): { readonly found: readonly unknown[] } | { readonly wrong: Wrong } {
  const text = body.trim();
  if (text.startsWith('[')) {
    const list = parse(text);
    return 'error' in list ? { wrong: { event: 0, message: list.error } } : { found: list.value as readonly unknown[] };
  }
  const found: unknown[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const value = parse(line);
    if ('error' in value) return { wrong: { event: found.length, message: value.error } };
    found.push(value.value);
  }
  return { found };
}

function parse(text: string): { readonly value: unknown } | { readonly error: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { error: `no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}
