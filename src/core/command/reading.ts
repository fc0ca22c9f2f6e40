import type { Code } from '../model/code.ts';

/** A word read as a value, or what is wrong with it. */
export type Reading =
  | { readonly value: string | number }
  | { readonly problem: string; readonly code?: Code; readonly suggestion?: string };
