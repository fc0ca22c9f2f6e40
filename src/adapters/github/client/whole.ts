/** Octokit hands a body that was cut off on as a text or as nothing, under the status that came before it. */
import type { Answer } from './limits.ts';

/** 204 and 205 have no body. */
const BODILESS: readonly number[] = [204, 205];

/**
 * Lets an answer through whose body came whole. One that says JSON and is none, and a page that somebody on the way put in its place,
 * are no answer: what was asked may have been done or not.
 * @throws Error without a response, as a broken connection is
 */
export function wholeAnswer<T extends Pick<Answer, 'status' | 'headers' | 'data'>>(asked: Asked, answer: T): T {
  if (answer.status < 200 || answer.status >= 300 || BODILESS.includes(answer.status)) return answer;
  if (asked.method === 'HEAD' || isWhole(asked, answer)) return answer;
  throw new Error('the answer was cut off');
}

interface Asked {
  readonly method: string;
  /** The route's template. */
  readonly url: string;
}

function isWhole({ method, url }: Asked, { headers, data }: Answer): boolean {
  if (url.endsWith('/graphql')) return isGraphql(data);
  if (data instanceof ArrayBuffer) return data.byteLength > 0;
  if (typeof data === 'object' && data !== null) return true;
  // A few writes answer 201 or 202 with nothing at all.
  return (
    method !== 'GET' &&
    !/\bjson\b/.test(String(headers['content-type'] ?? '')) &&
    (data === '' || data === null || data === undefined)
  );
}

/** https://spec.graphql.org/October2021/#sec-Response-Format: data, or errors that say why there are none. */
function isGraphql(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null) return false;
  const { data, errors } = answer as { readonly data?: unknown; readonly errors?: unknown };
  return (typeof data === 'object' && data !== null) || (Array.isArray(errors) && errors.length > 0);
}
