import type { Code } from '../core/model/code.ts';

/** `text`, `choice` and `version` are text, `percent` a Weight (of 100,000), `duration` milliseconds. */
export type InputValue = string | number | boolean | readonly string[];

/** What is wrong with an input. */
export interface InputProblem {
  /** Name of the input; undefined: the inputs as a whole. */
  readonly input?: string;
  readonly code: Code;
  /** What was found, and what is expected. */
  readonly message: string;
}
