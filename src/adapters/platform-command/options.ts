import * as z from 'zod';
import type { CommandText } from '../../core/model/config.ts';
import { platformError } from '../../ports/platform.ts';

/** The user's commands, as `platform:` names them. */
export interface CommandOptions {
  readonly deploy: CommandText;
  readonly 'set-traffic'?: CommandText;
  readonly status?: CommandText;
  readonly remove?: CommandText;
  /** Where they run, relative to the repository's root. */
  readonly cwd?: string;
  /** Names of variables they may see besides PATH, HOME and `SLUICE_*`. */
  readonly env: readonly string[];
}

const Text: z.ZodType<CommandText> = z.union([z.string().trim().min(1), z.array(z.string()).min(1)]);

const CommandOptions: z.ZodType<CommandOptions> = z.strictObject({
  deploy: Text,
  'set-traffic': Text.exactOptional(),
  status: Text.exactOptional(),
  remove: Text.exactOptional(),
  cwd: z.string().min(1).exactOptional(),
  env: z.array(z.string()).default([]),
});

/** Decodes a platform's keys; throws `config-invalid` naming every key that is wrong. */
export function decodeCommandOptions(options: Readonly<Record<string, unknown>>): CommandOptions {
  const result = CommandOptions.safeParse(options);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => `platform.${issue.path.join('.')}: ${issue.message}`);
  throw platformError('config-invalid', issues.join('; '));
}
