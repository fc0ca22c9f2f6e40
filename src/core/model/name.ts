/** What may be a name, without a schema: what a program needs before it has loaded any (names.ts has both). */

/** Versions, environments, variants, labels: what may stand in a path, a label, a query (architecture.md section 7). */
export const NAME_PATTERN: RegExp = /^[A-Za-z0-9._+-]{1,128}$/;

/** How a name begins that may become part of a file's path: never `.`, `..` or hidden. */
export const NAME_START: RegExp = /^[^.-]/;

/** Whether a text may serve as a name that becomes part of a file's path. */
export function isName(text: string): boolean {
  return NAME_PATTERN.test(text) && NAME_START.test(text);
}
