import * as z from 'zod';
import { text } from '../scalar.ts';

/** An optional key, with what the reference says of it. */
export function optional<T>(
  schema: z.ZodType<T>,
  description: string,
  fallback?: string,
): z.ZodExactOptional<z.ZodType<T>> {
  const shown = fallback === undefined ? { description } : { description, 'x-default': fallback };
  return schema.exactOptional().meta(shown);
}

/** A key that must be there. */
export function required<T>(schema: z.ZodType<T>, description: string): z.ZodType<T> {
  return schema.meta({ description });
}

/** What an unknown key's problem needs to know of the map it stands in; it travels as the issue's message. */
export interface KnownKeys {
  readonly what: string;
  readonly keys: readonly string[];
}

/** A map with these keys and no others; `what` is how a problem calls it: `a stage`. */
export function strict<S extends z.core.$ZodLooseShape>(what: string, shape: S): z.ZodObject<S, z.core.$strict> {
  const known: KnownKeys = { what, keys: Object.keys(shape) };
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? JSON.stringify(known) : undefined),
  });
}

/** A shell text, or an argv that no shell sees. */
export const command: z.ZodType<string | readonly string[]> = z.union([text, z.array(text).min(1)]);

export const texts: z.ZodType<readonly string[]> = z.array(text);

export function mapOf<T>(schema: z.ZodType<T>): z.ZodType<Readonly<Record<string, T>>> {
  return z.record(z.string(), schema);
}
