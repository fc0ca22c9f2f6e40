/** Alerts: open problems. Opened once, worsened, acknowledged, resolved; each a pure step from one document to the next. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Actor } from '../model/actor.ts';
import type { Alert, Severity } from '../model/place.ts';
import { type Milliseconds, toInstant } from '../model/time.ts';

/** Mildest first. */
export const SEVERITIES: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

/** What a rule says of a subject at one look. `unclear` neither opens nor ends anything. */
export interface Finding {
  /** Spelled as `Sluice-Subject`: `web/production`, `flag/new-dashboard`. */
  readonly subject: string;
  /** A trigger's name, a judge's id, `drift`, `document-invalid`, ... */
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  readonly detail: string;
  readonly state: 'breach' | 'quiet' | 'unclear';
}

const SHORTEST_ID = 4;

/**
 * `a-19f3`: the same subject and rule give the same id everywhere, so that two ticks at once open one alert, not two.
 * Longer where another open alert has the short one.
 */
export function alertId({ subject, rule }: Pick<Finding, 'subject' | 'rule'>, open: Iterable<Alert> = []): string {
  const hash = bytesToHex(sha256(utf8ToBytes(`${subject}\n${rule}`)));
  const others = [...open].filter((alert) => alert.subject !== subject || alert.rule !== rule);
  for (let length = SHORTEST_ID; length < hash.length; length += 2) {
    const id = `a-${hash.slice(0, length)}`;
    if (!others.some((alert) => alert.id === id)) return id;
  }
  return `a-${hash}`;
}

export function openAlert(finding: Finding, now: Milliseconds, open: Iterable<Alert> = []): Alert {
  const { subject, rule, severity, title, detail } = finding;
  const id = alertId(finding, open);
  return { schemaVersion: 1, id, severity, subject, rule, title, detail, opened: toInstant(now) };
}

/** A higher severity, with its words; who took the lesser problem has not taken this one. The same alert where it is not higher. */
export function worsenAlert(alert: Alert, { severity, title, detail }: Finding): Alert {
  if (SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(alert.severity)) return alert;
  const { acknowledged: _, ...rest } = alert;
  return { ...rest, severity, title, detail };
}

/** The same alert where somebody has it already. */
export function acknowledgeAlert(alert: Alert, by: Actor, now: Milliseconds): Alert {
  return alert.acknowledged ? alert : { ...alert, acknowledged: { by, at: toInstant(now) } };
}

/** As it goes into `history/`. */
export function resolveAlert(
  alert: Alert,
  { by, now, reason }: { readonly by: Actor; readonly now: Milliseconds; readonly reason?: string },
): Alert & Required<Pick<Alert, 'resolved'>> {
  return { ...alert, resolved: { by, at: toInstant(now), ...(reason !== undefined && { reason }) } };
}
