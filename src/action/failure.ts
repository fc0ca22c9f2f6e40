/** From anything thrown to one clear outcome: code, what, where, what to do. */
import type { Outcome } from '../core/decision.ts';
import { CODES, type Code } from '../core/model/code.ts';

/** A failure that a person can mend, with its code; the message is one line. */
export class ActionError extends Error {
  readonly code: Code;
  constructor(code: Code, message: string) {
    super(message);
    this.name = 'ActionError';
    this.code = code;
  }
}

/** An error that carries one of our codes ends as a refusal in words; any other is a fault of ours and says so. */
export function outcomeOf(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  const summary = message.startsWith(`${code}: `) ? message.slice(code.length + 2) : message;
  return { schemaVersion: 1, ok: false, code, summary, details: null };
}

function codeOf(error: unknown): Code {
  const code = error !== null && typeof error === 'object' && 'code' in error ? error.code : undefined;
  if (typeof code === 'string' && Object.hasOwn(CODES, code)) return code as Code;
  if (code === 'ENOSPC') return 'disk-full';
  if (error instanceof Error && error.name === 'AbortError') return 'interrupted';
  return 'internal';
}
