import * as z from 'zod';
import { NAME_PATTERN, NAME_START } from './name.ts';

export { isName, NAME_PATTERN } from './name.ts';

/** A name that may become part of a file's path: letters, digits and . _ + - only, and never `.`, `..` or hidden. */
export const Name: z.ZodString = z
  .string()
  .regex(NAME_PATTERN, 'letters, digits and . _ + - only, 1 to 128 of them')
  .regex(NAME_START, 'must not begin with . or -');
