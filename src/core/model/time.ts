import * as z from 'zod';

export {
  DAY,
  HOUR,
  type Milliseconds,
  MINUTE,
  parseDuration,
  printDuration,
  SECOND,
  toInstant,
  toMilliseconds,
} from './duration.ts';

/** A moment as it stands in a document: ISO 8601 in UTC with milliseconds, `2026-11-21T10:22:31.000Z`. */
export type Instant = string;

export const Instant: z.ZodString = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/, 'a moment such as 2026-11-21T10:22:31.000Z');
