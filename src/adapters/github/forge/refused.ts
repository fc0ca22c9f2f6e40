import type { Code } from '../../../core/model/code.ts';
import { oneLine } from '../../../core/report/text.ts';
import { ForgeError } from '../../../ports/forge.ts';

/** A refusal of our own: the code before the line, as every error for people has it. */
export function refused(code: Code, text: string, status?: number): ForgeError {
  return new ForgeError(code, `${code}: ${oneLine(text)}`, status);
}
