import type { Code } from '../model/code.ts';

/** Why something cannot be said, served or set: a reason code and one line that says where and what to do. */
export interface Problem {
  readonly code: Code;
  readonly message: string;
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value;
}

export function problem(code: Code, message: string): Problem {
  return { code, message };
}
