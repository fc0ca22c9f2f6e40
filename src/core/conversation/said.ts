/** A comment as the forge told of it when it was made: it is never fetched again, so what it became later counts for nothing. */
import type { Milliseconds } from '../model/time.ts';

export interface Said {
  /** Of the comment, among all of the repository. */
  readonly id: number;
  readonly body: string;
  readonly url: string;
  /** When it was made, by the forge's clock. */
  readonly at: Milliseconds;
  /** Its author, by numeric id. */
  readonly by: { readonly id: string; readonly login: string };
  /** Where: a pull request's or an issue's number. */
  readonly number: number;
  readonly isPull: boolean;
}

/** `ignored`: not for us, and nobody is answered. `unsuitable`: no event of a comment at all. */
export type SaidReading =
  | { readonly kind: 'said'; readonly said: Said }
  | { readonly kind: 'ignored'; readonly because: string }
  | { readonly kind: 'unsuitable'; readonly because: string };

/** A first or last line by which comments of ours are found again. */
const OURS = /^\s*<!-- sluice\b|<!-- sluice\b[^\n]*-->\s*$/;

/**
 * Reads the payload of `issue_comment`. Edited and deleted comments are ignored, and so is what a bot or an App wrote, or what
 * carries a mark of ours. https://docs.github.com/webhooks/webhook-events-and-payloads#issue_comment
 */
export function readSaid(payload: unknown): SaidReading {
  const comment = at(payload, 'comment');
  const [id, body, number] = [at(comment, 'id'), at(comment, 'body'), at(payload, 'issue', 'number')];
  const when = Date.parse(String(at(comment, 'created_at')));
  const author = accountIn(at(comment, 'user'));
  if (typeof id !== 'number' || typeof number !== 'number' || typeof body !== 'string' || Number.isNaN(when) || !author)
    return { kind: 'unsuitable', because: 'the event tells of no comment: it belongs on `issue_comment`' };
  const because = reasonToIgnore(payload, { body, author });
  if (because !== undefined) return { kind: 'ignored', because };
  return {
    kind: 'said',
    said: {
      id,
      body,
      number,
      url: textIn(at(comment, 'html_url')),
      at: when,
      by: { id: author.id, login: author.login },
      isPull: typeof at(payload, 'issue', 'pull_request') === 'object',
    },
  };
}

interface Account {
  readonly id: string;
  readonly login: string;
  readonly type: string;
}

function reasonToIgnore(
  payload: unknown,
  { body, author }: { readonly body: string; readonly author: Account },
): string | undefined {
  const action = at(payload, 'action');
  if (action !== 'created') return `the comment was ${String(action)}: only a new one is read`;
  const sender = accountIn(at(payload, 'sender'));
  if (author.type !== 'User' || sender?.type !== 'User') return 'a machine wrote it';
  if (sender.id !== author.id) return 'whoever caused the event did not write the comment';
  const app = at(payload, 'comment', 'performed_via_github_app');
  if (app !== null && app !== undefined) return 'an App wrote it in the name of a person';
  return OURS.test(body) ? 'it is one of our own' : undefined;
}

function accountIn(value: unknown): Account | undefined {
  const [id, login, type] = [at(value, 'id'), at(value, 'login'), at(value, 'type')];
  return typeof id === 'number' && Number.isSafeInteger(id) && typeof login === 'string'
    ? { id: String(id), login, type: String(type) }
    : undefined;
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const step of path) {
    if (here === null || typeof here !== 'object' || !Object.hasOwn(here, step)) return undefined;
    here = (here as Readonly<Record<string, unknown>>)[step];
  }
  return here;
}
