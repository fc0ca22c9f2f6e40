/** From anything thrown to one clear error: code, what, what to do. */
import type { Outcome } from '../core/decision.ts';
import { CODES, type Code } from '../core/model/code.ts';

/** An error that carries one of our codes ends as a refusal in words; any other is a fault of ours and says so. */
export function outcomeOf(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  return { schemaVersion: 1, ok: false, code, summary: stripCode(message, code), details: null };
}

function codeOf(error: unknown): Code {
  const code = error !== null && typeof error === 'object' && 'code' in error ? error.code : undefined;
  if (typeof code === 'string' && Object.hasOwn(CODES, code)) return code as Code;
  if (code === 'ENOSPC') return 'disk-full';
  if (code === 'EADDRINUSE') return 'port-in-use';
  if (error instanceof Error && error.name === 'AbortError') return 'interrupted';
  return 'internal';
}

/** Adapters begin their messages with the code; it is printed once. */
function stripCode(message: string, code: Code): string {
  return message.startsWith(`${code}: `) ? message.slice(code.length + 2) : message;
}
