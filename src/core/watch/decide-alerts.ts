/** What becomes of alerts after a look: opened once, worsened, ended when their rule is quiet. */
import type { Change } from '../decision.ts';
import { SLUICE } from '../model/actor.ts';
import type { Alert } from '../model/place.ts';
import { paths } from '../model/state.ts';
import type { Milliseconds } from '../model/time.ts';
import { type Finding, SEVERITIES, openAlert, resolveAlert, worsenAlert } from './alert.ts';

export interface AlertEvent {
  readonly event: 'alert.opened' | 'alert.worsened' | 'alert.acknowledged' | 'alert.resolved';
  readonly alert: Alert;
}

export interface DecidedAlerts {
  readonly changes: readonly Change[];
  readonly events: readonly AlertEvent[];
}

/** An alert stays open while its rule is not looked at or unclear; a problem that goes on changes nothing. */
export function decideAlerts({
  open,
  findings,
  now,
}: {
  readonly open: Iterable<Alert>;
  readonly findings: readonly Finding[];
  readonly now: Milliseconds;
}): DecidedAlerts {
  const known = [...open];
  const events: AlertEvent[] = [];
  for (const finding of strongest(findings)) {
    const alert = known.find((one) => one.subject === finding.subject && one.rule === finding.rule);
    const event = decideOne(finding, { alert, known, now });
    if (!event) continue;
    if (event.event === 'alert.opened') known.push(event.alert);
    events.push(event);
  }
  return { changes: events.flatMap(changesOf), events };
}

interface Known {
  readonly alert: Alert | undefined;
  readonly known: readonly Alert[];
  readonly now: Milliseconds;
}
function decideOne(finding: Finding, { alert, known, now }: Known): AlertEvent | undefined {
  if (finding.state === 'quiet') {
    if (!alert) return undefined;
    return { event: 'alert.resolved', alert: resolveAlert(alert, { by: SLUICE, now, reason: finding.detail }) };
  }
  if (finding.state === 'unclear') return undefined;
  if (!alert) return { event: 'alert.opened', alert: openAlert(finding, now, known) };
  const worse = worsenAlert(alert, finding);
  return worse === alert ? undefined : { event: 'alert.worsened', alert: worse };
}

/** A resolved alert moves to the month in which it ended. */
export function changesOf({ alert }: AlertEvent): readonly Change[] {
  if (!alert.resolved) return [{ path: paths.alert(alert.id), document: alert }];
  return [
    { path: paths.alert(alert.id), document: null },
    { path: paths.history('alert', alert.id, alert.resolved.at), document: alert },
  ];
}

const STRENGTH: readonly Finding['state'][] = ['quiet', 'unclear', 'breach'];

/** One finding for each subject and rule: a breach anywhere counts before silence elsewhere, the severest breach first. */
function strongest(findings: readonly Finding[]): readonly Finding[] {
  const found = new Map<string, Finding>();
  for (const finding of findings) {
    const key = `${finding.subject}\n${finding.rule}`;
    const before = found.get(key);
    if (!before || rank(finding) > rank(before)) found.set(key, finding);
  }
  return [...found.values()];
}

function rank({ state, severity }: Finding): number {
  return STRENGTH.indexOf(state) * SEVERITIES.length + SEVERITIES.indexOf(severity);
}
