import { type IncomingMessage, request as ask } from 'node:http';
import type { Duplex } from 'node:stream';
import { endToEnd, toVersion } from './headers.ts';
import type { Upstream } from './upstream.ts';

export interface Switch {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What the client had sent already. */
  readonly head: Buffer;
  readonly upstream: Upstream;
  readonly trusted: boolean;
}

/**
 * Passes an upgrade (WebSocket and others) to a version: after its 101 both sides are one pipe, ended together.
 * `onAnswer` is called once with the status, `onClosed` once when the connection is over.
 */
export function passUpgrade(
  by: Switch,
  { onAnswer, onClosed }: { readonly onAnswer: (status: number) => void; readonly onClosed: () => void },
): void {
  const { request, socket, head, upstream } = by;
  let answered = false;
  const answer = (status: number): void => {
    if (!answered) onAnswer(status);
    answered = true;
  };
  socket.once('close', onClosed);
  socket.on('error', () => socket.destroy());
  const headers = [
    ...toVersion(request, by.trusted),
    'connection',
    'Upgrade',
    'upgrade',
    request.headers.upgrade ?? '',
  ];
  const outgoing = ask({
    host: '127.0.0.1',
    port: upstream.port,
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers,
  });
  socket.once('close', () => outgoing.destroy());
  outgoing.on('error', () => {
    answer(502);
    refuseUpgrade(socket, 502, `${upstream.label} does not answer`);
  });
  outgoing.on('response', (refusal) => {
    answer(refusal.statusCode ?? 502);
    socket.write(headOf(refusal, ['connection', 'close']));
    refusal.pipe(socket);
  });
  outgoing.on('upgrade', (agreed, other, early) => {
    answer(agreed.statusCode ?? 101);
    socket.write(headOf(agreed, ['connection', 'Upgrade', 'upgrade', agreed.headers.upgrade ?? '']));
    socket.write(early);
    other.write(head);
    join(socket, other);
  });
  outgoing.end();
}

function join(one: Duplex, other: Duplex): void {
  one.pipe(other).pipe(one);
  other.on('error', () => one.destroy());
  other.once('close', () => one.destroy());
  one.once('close', () => other.destroy());
}

function headOf(answer: IncomingMessage, own: readonly string[]): string {
  const headers = [...endToEnd(answer), ...own];
  let text = `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n`;
  for (let index = 0; index + 1 < headers.length; index += 2) text += `${headers[index]}: ${headers[index + 1]}\r\n`;
  return `${text}\r\n`;
}

/** Ends an upgrade that nobody takes. */
export function refuseUpgrade(socket: Duplex, status: 502 | 503, why: string): void {
  if (!socket.writable) return;
  const reason = status === 502 ? 'Bad Gateway' : 'Service Unavailable';
  const body = `${why}\n`;
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
