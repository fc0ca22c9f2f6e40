import { type ClientRequest, type IncomingMessage, request as ask, type ServerResponse } from 'node:http';
import { endToEnd, hasBody, toVersion } from './headers.ts';
import type { Upstream } from './upstream.ts';

/** How one attempt at one version ended; `seconds` from its begin to its end, of an event stream to its first byte. */
export type Ending =
  | { readonly how: 'answered'; readonly status: number; readonly seconds: number }
  | ({ readonly how: 'failed'; readonly status: number; readonly seconds: number } & Failure)
  /** The client went away first. */
  | { readonly how: 'left'; readonly status: number; readonly seconds: number };

/** The version's fault: no connection, or its answer broke off. */
interface Failure {
  readonly problem: string;
  /** The version never saw it. */
  readonly unsent: boolean;
}

export interface Attempt {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly upstream: Upstream;
  /** Whether `x-forwarded-*` of the client are believed. */
  readonly trusted: boolean;
  /** How long the version may take to begin its answer, in ms. */
  readonly timeout: number;
  /** Added to the answer. */
  readonly cookie?: string;
}

/** nginx' status for a client that left before the answer's end. */
const LEFT = 499;

/**
 * Passes one request to one version, streaming both ways. `onEnd` is called once. After `failed` the caller answers
 * where no answer was begun (`response.headersSent` false).
 */
export function attempt(by: Attempt, onEnd: (ending: Ending) => void): void {
  const { response } = by;
  const started = performance.now();
  let answer: IncomingMessage | undefined;
  let streamed: number | undefined;
  let over = false;

  function end(how: 'answered' | 'left', status: number): void;
  function end(how: 'failed', status: number, failure: Failure): void;
  function end(how: Ending['how'], status: number, failure?: Failure): void {
    if (over) return;
    over = true;
    response.off('finish', onFinish).off('close', onClose);
    const seconds = streamed ?? (performance.now() - started) / 1_000;
    onEnd({ how, status, seconds, ...failure } as Ending);
  }
  const onFinish = (): void => end('answered', answer?.statusCode ?? 200);
  const onClose = (): void => {
    end('left', LEFT);
    outgoing?.destroy();
  };
  const onError = (problem: string, code: string | undefined): void => {
    if (over) return;
    const unsent = answer === undefined && isUnsent(code, outgoing?.reusedSocket ?? false);
    end('failed', code === 'ETIMEDOUT' ? 504 : 502, { problem, unsent });
    if (response.headersSent) response.destroy();
  };

  response.on('finish', onFinish).on('close', onClose);
  const outgoing = send(by, onError);
  outgoing?.setTimeout(by.timeout, () => outgoing.destroy(timedOut(by.timeout)));
  outgoing?.on('error', (error: NodeJS.ErrnoException) => onError(error.message, error.code));
  outgoing?.on('response', (begun) => {
    answer = begun;
    outgoing.setTimeout(0);
    if (begun.headers['content-type']?.startsWith('text/event-stream'))
      streamed = (performance.now() - started) / 1_000;
    begun.on('error', (error: NodeJS.ErrnoException) => onError(`its answer broke off: ${error.message}`, error.code));
    passBack(by, begun);
  });
}

function timedOut(after: number): Error {
  return Object.assign(new Error(`no answer within ${after} ms`), { code: 'ETIMEDOUT' });
}

/** Nobody listened, or a kept connection had been closed at the other end before the request got there. */
function isUnsent(code: string | undefined, reused: boolean): boolean {
  return code === 'ECONNREFUSED' || (code === 'ECONNRESET' && reused);
}

function send(
  { request, upstream, trusted }: Attempt,
  onProblem: (problem: string, code: string) => void,
): ClientRequest | undefined {
  try {
    const outgoing = ask({
      host: '127.0.0.1',
      port: upstream.port,
      agent: upstream.agent,
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers: outgoingHeaders(request, trusted),
    });
    if (hasBody(request)) request.pipe(outgoing);
    else outgoing.end();
    return outgoing;
  } catch (error) {
    onProblem(error instanceof Error ? error.message : String(error), 'INVALID');
    return undefined;
  }
}

/** Node takes headers as a flat list too, which keeps spelling and repetitions. */
function outgoingHeaders(request: IncomingMessage, trusted: boolean): readonly string[] {
  const headers = toVersion(request, trusted);
  if (request.headers['transfer-encoding'] !== undefined) headers.push('transfer-encoding', 'chunked');
  else if (request.headers['content-length'] === undefined) headers.push('content-length', '0');
  return headers;
}

function passBack({ response, cookie }: Attempt, answer: IncomingMessage): void {
  const headers = endToEnd(answer);
  if (cookie !== undefined) headers.push('set-cookie', cookie);
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', headers);
  answer.pipe(response);
}
