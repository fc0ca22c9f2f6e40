import { Recent } from '../../../core/external/recent.ts';
import type { Answer } from './limits.ts';

/** Characters of answers that are remembered, and of the largest one of them. */
const LIMIT = 8_000_000;
const LARGEST = 1_000_000;

/** Answers to GET with their ETags: GitHub answers 304, which costs nothing of the budget, while they stand. */
export interface Remembered {
  keep(url: string, answer: Answer): void;
  /** Has an `etag`; undefined: nothing is remembered. */
  answer(url: string): Answer | undefined;
}

/** Bounded by the size of what is remembered; what was not asked for longest is forgotten. */
export function remembered(): Remembered {
  const answers = new Recent<string, Answer>(LIMIT);
  return {
    keep: (url, answer) => {
      const size = Number(answer.headers['content-length'] ?? JSON.stringify(answer.data)?.length ?? 0);
      if (answer.headers['etag'] === undefined || answer.data instanceof ArrayBuffer || size > LARGEST) return;
      answers.set(url, answer, size + url.length);
    },
    answer: (url) => answers.get(url),
  };
}
