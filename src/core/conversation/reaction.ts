/** How a comment's fate is shown beside it. */
import { CODES } from '../model/code.ts';
import type { Outcome } from '../decision.ts';

export type Mark = 'rocket' | '+1' | '-1' | 'confused';

/** `rocket`: something begins to move; `confused`: it could not be understood; `-1`: it was refused, or failed. */
export function markOf({ ok, code }: Pick<Outcome, 'ok' | 'code'>, moves: boolean): Mark {
  if (ok) return moves ? 'rocket' : '+1';
  return UNCLEAR.includes(code) ? 'confused' : CODES[code].exit === 5 ? '+1' : '-1';
}

const UNCLEAR: readonly string[] = [
  'command-unknown',
  'command-invalid',
  'option-unknown',
  'value-invalid',
  'version-expected',
];
