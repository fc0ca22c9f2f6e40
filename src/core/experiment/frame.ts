import type { Change, Decision, Message } from '../decision.ts';
import type { Json } from '../model/document.ts';
import type { Report } from '../report/report.ts';

export interface Committed {
  readonly changes: readonly Change[];
  readonly summary: string;
  readonly details: Json;
  readonly message: Message;
  readonly report?: Report;
}

/** Documents changed together, in one commit. */
export function committed({ changes, summary, details, message, report }: Committed): Decision {
  const outcome = { schemaVersion: 1 as const, ok: true, code: 'done' as const, summary, details };
  return { changes, outcome: report ? { ...outcome, report } : outcome, message };
}
