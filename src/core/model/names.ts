import * as z from 'zod';

/** Versions, environments, variants, labels: what may stand in a path, a label, a query (architecture.md section 7). */
export const NAME_PATTERN: RegExp = /^[A-Za-z0-9._+-]{1,128}$/;

/** A name that may become part of a file's path: as above, and never `.`, `..` or hidden. */
export const Name: z.ZodString = z
  .string()
  .regex(NAME_PATTERN, 'letters, digits and . _ + - only, 1 to 128 of them')
  .regex(/^[^.-]/, 'must not begin with . or -');

/** Whether a text may serve as a name. */
export function isName(text: string): boolean {
  return Name.safeParse(text).success;
}
