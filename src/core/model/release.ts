import * as z from 'zod';
import { Name } from './names.ts';

/** A service's version to ship. `commit` is always a full SHA; a label once used for another commit is refused. */
export interface Release {
  readonly label: string;
  readonly commit: string;
  readonly artifact?: string;
}
export const Release: z.ZodType<Release> = z.strictObject({
  label: Name,
  commit: z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'a full commit SHA'),
  artifact: z.string().exactOptional(),
});
