/** How a request is sent: in turn, in time, again where that is safe, and never longer than a person would wait. */
import type { Clock } from '../../../ports/clock.ts';
import { type Answer, graphqlErrors, waitOf } from './limits.ts';
import { answerOf } from './problem.ts';

/** Milliseconds that one request may wait in all before it gives up. */
const PATIENCE = 60_000;
/** Milliseconds after the first refusal by a limit, doubled with each further one. */
const LEAST = 1_000;
/** So often a request without effect is asked again when GitHub fails. */
const TRIES = 3;
/** Writes that go through at once, and the time (ms) after which one more does: 80 in a minute are allowed. */
const BURST = 20;
const REFILL = 1_000;

/** Objects of git are named by their content: writing one twice is writing it once. */
const HARMLESS: ReadonlySet<string> = new Set([
  'POST /repos/{owner}/{repo}/git/blobs',
  'POST /repos/{owner}/{repo}/git/trees',
]);

export interface Asked {
  readonly method: string;
  /** The route's template. */
  readonly url: string;
  /** Of a GraphQL request. */
  readonly query?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** Whether it may be sent again although it may have taken effect. */
function isRepeatable({ method, url, query }: Asked): boolean {
  if (method === 'GET' || method === 'HEAD' || HARMLESS.has(`${method} ${url}`)) return true;
  return isGraphql(url) && !isMutation(query);
}

/** Whether it changes something: such requests go one after another (GitHub's best practices). */
export function isWrite({ method, url, query }: Asked): boolean {
  return isGraphql(url) ? isMutation(query) : method !== 'GET' && method !== 'HEAD';
}

function isGraphql(url: string): boolean {
  return url.endsWith('/graphql');
}

function isMutation(query: unknown): boolean {
  return /^\s*mutation\b/.test(String(query));
}

interface Waiting {
  readonly clock: Clock;
  /** GitHub's clock, in ms; undefined before its first answer. */
  readonly now: () => number | undefined;
}

/** Sends, and sends again after a limit (nothing was done) or a failure of a request without effect. Rejects with the last error. */
export async function patiently<T extends Answer>(
  { clock, now }: Waiting,
  asked: Asked,
  send: () => Promise<T>,
): Promise<T> {
  let waited = 0;
  for (let tries = 1; ; tries++) {
    const sent = await attempt(send);
    const failed = 'error' in sent ? sent.error : undefined;
    const answer = 'error' in sent ? answerOf(sent.error) : sent.answer;
    const said = answer && waitOf(answer, now() ?? clock.now());
    // Whoever says the same short time again and again is asked ever more seldom.
    const limit = said === undefined ? undefined : Math.max(said, LEAST * 2 ** (tries - 1));
    const wait = limit ?? (isFailure(answer) && isRepeatable(asked) && tries < TRIES ? tries ** 2 * 250 : undefined);
    if (wait === undefined || waited + wait > PATIENCE || asked.signal?.aborted === true) {
      if ('error' in sent) throw failed;
      return sent.answer;
    }
    await clock.sleep(wait, asked.signal);
    waited += wait;
  }
}

type Sent<T> = { readonly answer: T } | { readonly error: unknown };

async function attempt<T>(send: () => Promise<T>): Promise<Sent<T>> {
  try {
    return { answer: await send() };
  } catch (error) {
    return { error };
  }
}

/** No answer, a failure on GitHub's side, or GraphQL's own words for one. */
function isFailure(answer: Answer | undefined): boolean {
  if (!answer) return true;
  return (
    answer.status >= 500 || graphqlErrors(answer.data).some(({ message }) => /something went wrong/i.test(message))
  );
}

/** Lets writes through one after another, a few at once and then one a second. */
export function spacing(clock: Clock): <T>(work: () => Promise<T>) => Promise<T> {
  let line: Promise<unknown> = Promise.resolve();
  let allowed = BURST;
  let since = clock.now();
  const pass = async (): Promise<void> => {
    const now = clock.now();
    allowed = Math.min(BURST, allowed + Math.max(0, now - since) / REFILL) - 1;
    since = now;
    if (allowed < 0) await clock.sleep(-allowed * REFILL);
  };
  return (work) => {
    const mine = line.then(pass).then(work);
    line = mine.catch(() => undefined);
    return mine;
  };
}
