import type { Code } from '../model/code.ts';

/** Where something stands in a text, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What is wrong with a command, before the text is put beside it. */
export interface Fault {
  readonly fault: true;
  readonly code: Code;
  readonly message: string;
  readonly at: Span;
  /** What was probably meant: a word, or a whole command. */
  readonly suggestion?: string;
}

export function isFault(result: unknown): result is Fault {
  return typeof result === 'object' && result !== null && 'fault' in result;
}

export function fault(code: Code, message: string, rest: { readonly at: Span; readonly suggestion?: string }): Fault {
  return { fault: true, code, message, ...rest };
}

/** Goes through a list in order and stops at the first fault. */
export function eachOf<A, B>(items: readonly A[], read: (item: A) => B | Fault): readonly B[] | Fault {
  const done: B[] = [];
  for (const item of items) {
    const result = read(item);
    if (isFault(result)) return result;
    done.push(result);
  }
  return done;
}
