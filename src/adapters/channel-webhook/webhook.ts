import { createHmac } from 'node:crypto';
import type { Channel, Notice } from '../../ports/channel.ts';
import type { Clock } from '../../ports/clock.ts';

export interface WebhookOptions {
  readonly name: string;
  readonly url: string;
  /** Signs each body: `x-sluice-signature-256: sha256=HEX`, as GitHub signs its own. */
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of one attempt, in ms. */
  readonly timeout?: number;
  /** Pauses before the second, third, ... attempt, in ms. */
  readonly pauses?: readonly number[];
  readonly clock: Clock;
}

const LONGEST_PAUSE = 30_000;

/**
 * Posts each notice as JSON to a URL, trying again after a failure that may pass (no connection, 408, 429, 5xx).
 * A notice that cannot be delivered does not keep the next ones back; `send` then rejects and names it.
 * Throws at once where the URL is not http or https.
 */
export function webhookChannel(options: WebhookOptions): Channel {
  const url = checkedUrl(options.url);
  return {
    name: options.name,
    async send(notices, signal) {
      const problems: string[] = [];
      for (const notice of notices) {
        const problem = await deliver(notice, { ...options, url: url.href }, signal);
        if (problem !== undefined) problems.push(`${notice.event} ${notice.subject}: ${problem}`);
      }
      if (problems.length > 0) throw new Error(`webhook ${options.name}: ${problems.join('; ')}`);
    },
  };
}

function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new Error(`webhook url: expected an http or https address, found ${JSON.stringify(text)}`);
  return url;
}

type Attempt = { readonly done: true } | { readonly problem: string; readonly after?: number; readonly final: boolean };

async function deliver(notice: Notice, options: WebhookOptions, signal: AbortSignal): Promise<string | undefined> {
  const pauses = options.pauses ?? [1_000, 5_000];
  const body = JSON.stringify({ schemaVersion: 1, ...notice });
  for (let count = 0; ; count++) {
    const attempt = await post(body, notice, { ...options, signal });
    if ('done' in attempt) return undefined;
    const pause = pauses[count];
    if (attempt.final || pause === undefined || signal.aborted) return attempt.problem;
    await options.clock.sleep(Math.min(LONGEST_PAUSE, Math.max(pause, attempt.after ?? 0)), signal);
  }
}

async function post(
  body: string,
  notice: Notice,
  options: WebhookOptions & { readonly signal: AbortSignal },
): Promise<Attempt> {
  const { timeout = 10_000, secret, signal } = options;
  const headers: Record<string, string> = {
    ...options.headers,
    'content-type': 'application/json',
    'x-sluice-event': notice.event,
    // Sent at least once: the receiver knows a repetition by this.
    'x-sluice-delivery': `${notice.commit}:${notice.event}:${notice.marker}`,
  };
  if (secret !== undefined) headers['x-sluice-signature-256'] = sign(body, secret);
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
    const response = await fetch(options.url, { method: 'POST', body, headers, redirect: 'manual', signal: limit });
    await response.body?.cancel();
    if (response.ok) return { done: true };
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    const passing = response.status >= 500 || response.status === 408 || response.status === 429;
    const after = Number.isFinite(seconds) ? { after: seconds * 1_000 } : {};
    return { problem: `answered ${response.status}`, final: !passing, ...after };
  } catch (error) {
    return { problem: problemOf(error, timeout), final: signal.aborted };
  }
}

function problemOf(error: unknown, timeout: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${timeout} ms`;
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message;
}

/** The signature of a body, to be compared by the receiver over the raw bytes. */
export function sign(body: string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}
