/** Sealed mode: no state is written here; the command goes to the endpoint that may, with GitHub's word for who this job is. */
import * as z from 'zod';
import type { Outcome } from '../core/decision.ts';
import { CODES, type Code } from '../core/model/code.ts';
import type { Json } from '../core/model/document.ts';
import { SECOND } from '../core/model/time.ts';
import type { Clock } from '../ports/clock.ts';
import { ForgeError } from '../ports/forge.ts';
import { ActionError } from './failure.ts';

/** What a job's own steps came to. */
export interface SealedReport {
  readonly operation: string;
  readonly status: string;
  readonly url?: string;
  readonly detail?: string;
}

/** Either a command or a report. */
export interface SealedCommand {
  /** The command in its canonical print. */
  readonly command?: string;
  readonly report?: SealedReport;
  /** The same for every try, so that it acts once. */
  readonly request: string;
  /** The run's URL. */
  readonly source: string;
  readonly mode: string;
  /** Absent: do it. Present: do nothing more, and say how the request stands: `done` when the stage (absent: the last one) has passed. */
  readonly watch?: { readonly until?: string };
}

export interface Sealed {
  readonly endpoint: string;
  /** An OIDC token, asked anew for each try: it lives five minutes. */
  readonly token: () => Promise<string>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly fetch?: typeof fetch;
}

const TRIES = 5;
const ANSWER_TIME = 30 * SECOND;
const LARGEST = 1_048_576;

const Answered = z.object({
  schemaVersion: z.literal(1),
  ok: z.boolean(),
  code: z.string().refine((code) => Object.hasOwn(CODES, code)),
  summary: z.string(),
  details: z.json(),
  commit: z.string().exactOptional(),
});

/**
 * The endpoint as an address; `https` only, on this machine itself also `http`. Throws `value-invalid`.
 */
export function endpointOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHere = url !== undefined && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (!url || url.username !== '' || !(url.protocol === 'https:' || (url.protocol === 'http:' && isHere)))
    throw new ActionError('value-invalid', 'endpoint is no https address without a user: `https://sluice.example.com`');
  return new URL('api/commands', url.href.endsWith('/') ? url : `${url.href}/`);
}

/**
 * Sends the command and gives back its outcome. Tries again on 5xx, 429 and time-outs, under the same request id.
 * Rejects with `unreachable` after five tries, with `token-lacks-permission` where the endpoint does not believe the token.
 */
export async function sendSealed(command: SealedCommand, sealed: Sealed): Promise<Outcome> {
  const url = endpointOf(sealed.endpoint);
  let last = 'it did not answer';
  for (let tries = 0; tries < TRIES && !sealed.signal.aborted; tries++) {
    if (tries > 0) await sealed.clock.sleep(2 ** tries * SECOND, sealed.signal);
    const answer = await ask(url, command, sealed);
    if ('outcome' in answer) return answer.outcome;
    last = answer.failed;
  }
  if (sealed.signal.aborted)
    throw new ActionError('interrupted', `stopped by a signal; whether ${url.host} has the command is not known`);
  throw new ActionError('unreachable', `${url.host} does not take the command: ${last}; run the job again`);
}

type Answer = { readonly outcome: Outcome } | { readonly failed: string };

async function ask(url: URL, command: SealedCommand, { token, fetch: send = fetch, signal }: Sealed): Promise<Answer> {
  const asked = await token().catch((error: unknown) => {
    // Without the permission no other try gets one either.
    if (!(error instanceof ForgeError) || error.code !== 'unreachable') throw error;
    return error;
  });
  if (typeof asked !== 'string') return { failed: asked.message };
  const authorization = `Bearer ${asked}`;
  const response = await send(url, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json', 'idempotency-key': command.request },
    body: JSON.stringify({ schemaVersion: 1, ...command }),
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIME)]),
  }).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
  if (response instanceof Error) return { failed: response.message };
  const text = await response.text().catch(() => '');
  if (response.status >= 500 || response.status === 429) return { failed: `status ${response.status}` };
  if (response.status === 401 || response.status === 403)
    throw new ActionError(
      'token-lacks-permission',
      `${url.host} does not believe this job (${response.status}): is the repository known there, and the workflow's file?`,
    );
  return { outcome: outcomeIn(text, url, response.status) };
}

function outcomeIn(text: string, { host }: URL, status: number): Outcome {
  const answered = text.length > LARGEST ? undefined : Answered.safeParse(jsonOf(text)).data;
  if (!answered)
    throw new ActionError('unreachable', `${host} answered ${status} and no outcome: is it Sluice's address?`);
  const { code, details, ...rest } = answered;
  return { ...rest, code: code as Code, details: details as Json };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
