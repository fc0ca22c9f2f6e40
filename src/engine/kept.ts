/** Answers kept for a moment, so that the steps of one tick ask once. */

interface Kept {
  readonly at: number;
  readonly answer: Promise<unknown>;
}

const answers = new WeakMap<object, Map<string, Kept>>();
const MOST = 500;

interface KeptOptions {
  readonly key: string;
  /** Milliseconds. */
  readonly now: number;
  /** How long an answer is good for, in ms. */
  readonly fresh: number;
}

/** What was answered to `key` of the one asked, if that is fresh; what failed is asked again. */
export function keptFor<T>(asked: object, { key, now, fresh }: KeptOptions, ask: () => Promise<T>): Promise<T> {
  const known = answers.get(asked) ?? new Map<string, Kept>();
  answers.set(asked, known);
  const before = known.get(key);
  // The key says of what type the answer is.
  if (before && now - before.at < fresh && now >= before.at) return before.answer as Promise<T>;
  const answer = ask();
  known.delete(key);
  known.set(key, { at: now, answer });
  const [oldest] = known.keys();
  if (known.size > MOST && oldest !== undefined) known.delete(oldest);
  answer.catch(() => known.get(key)?.answer === answer && known.delete(key));
  return answer;
}
