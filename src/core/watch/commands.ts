/** The alerts' room: list, ack, resolve. */
import type { Command } from '../command/command.ts';
import { type Asking, type Decision, answer, refuse } from '../decision.ts';
import type { Json } from '../model/document.ts';
import type { Alert } from '../model/place.ts';
import type { State } from '../model/state.ts';
import { permit } from '../policy/permit.ts';
import { plural, printAgo } from '../report/words.ts';
import { SEVERITIES, acknowledgeAlert, resolveAlert } from './alert.ts';
import { type AlertEvent, changesOf } from './decide-alerts.ts';

function isAlertCommand(name: string): boolean {
  return name === 'alert list' || name === 'alert ack' || name === 'alert resolve';
}

/** Needs `alerts/`. `id` may be its beginning where that is unambiguous, and absent where one alert alone is open. */
export function decideAlert(state: State, command: Command, asking: Asking): Decision {
  if (command.name === 'alert list') return listAlerts(state, command, asking);
  if (!isAlertCommand(command.name)) return refuse('command-unknown', `${command.name} is no command of alerts`);
  const { actor, rights, now } = asking;
  const alert = findAlert(state, command.args['id']);
  if ('changes' in alert) return alert;
  const environment = alert.subject.startsWith('flag/') ? undefined : alert.subject.split('/')[1];
  const permission = permit(command.name, { config: state.config, environment, actor, rights });
  if (!permission.allowed) return refuse(permission.code, permission.because);
  if (command.name === 'alert resolve') {
    const { reason } = asking;
    const resolved = resolveAlert(alert, { by: actor, now, ...(reason !== undefined && { reason }) });
    return done({ event: 'alert.resolved', alert: resolved }, 'resolved', asking);
  }
  if (alert.acknowledged)
    return unchanged(`${alert.id} is ${alert.acknowledged.by.name}'s since ${alert.acknowledged.at}`, alert);
  return done(
    { event: 'alert.acknowledged', alert: acknowledgeAlert(alert, actor, now) },
    `is ${actor.name}'s`,
    asking,
  );
}

function findAlert({ alerts }: State, wanted: unknown): Alert | Decision {
  const open = [...alerts.values()];
  const text = typeof wanted === 'string' ? wanted : '';
  const exact = alerts.get(text);
  if (exact) return exact;
  const found = open.filter((alert) => alert.id.startsWith(text));
  const [only] = found;
  if (only && found.length === 1) return only;
  if (!only)
    return refuse('alert-unknown', text === '' ? 'No alert is open.' : `No open alert ${text}: see \`alert list\`.`);
  return refuse('target-ambiguous', `Several alerts are open: say which of ${found.map((one) => one.id).join(', ')}.`);
}

function done(event: AlertEvent, what: string, { dryRun }: Asking): Decision {
  const { alert } = event;
  const summary = `${alert.id} ${what}: ${alert.title}`;
  const outcome = { schemaVersion: 1 as const, ok: true, code: 'done' as const, summary, details: detailsOf(alert) };
  if (dryRun) return { changes: [], outcome: { ...outcome, code: 'planned' } };
  const message = { title: `alert ${summary}`, body: alert.detail, event: event.event, subject: alert.subject };
  return { changes: changesOf(event), outcome, message };
}

function unchanged(summary: string, alert: Alert): Decision {
  const outcome = { schemaVersion: 1 as const, ok: true, code: 'unchanged' as const, summary };
  return { changes: [], outcome: { ...outcome, details: detailsOf(alert) } };
}

/** The severest first, then the oldest. */
function listAlerts({ alerts }: State, { environment }: Command, { now }: Asking): Decision {
  const open = [...alerts.values()]
    .filter((alert) => environment === undefined || alert.subject.endsWith(`/${environment}`))
    .toSorted((a, b) => rank(b) - rank(a) || (a.opened < b.opened ? -1 : 1));
  if (open.length === 0) return answer('No alert is open.', { alerts: [] });
  const rows = open.map((alert) => [
    alert.id,
    alert.severity,
    alert.title,
    printAgo(alert.opened, now),
    alert.acknowledged?.by.name ?? '',
  ]);
  const columns = ['alert', 'severity', 'what', 'opened', 'taken by'].map((title) => ({ title }));
  return answer(
    `${plural(open.length, 'open alert')}.`,
    { alerts: open.map(detailsOf) },
    {
      blocks: [{ type: 'table', columns, rows }],
    },
  );
}

function rank({ severity }: Alert): number {
  return SEVERITIES.indexOf(severity);
}

function detailsOf(alert: Alert): Json {
  const { acknowledged, resolved: _, ...rest } = alert;
  return acknowledged ? { ...rest, acknowledged: { by: acknowledged.by.name, at: acknowledged.at } } : rest;
}
