/** What channels are told, derived from (before, after) of a commit. */
import type { Alert, Severity } from '../model/place.ts';
import type { Rollout } from '../model/rollout.ts';
import type { Milliseconds } from '../model/time.ts';
import { rolloutTitle } from './commit.ts';
import { type Happening, happenings } from './happening.ts';
import type { Mood, Report } from './report.ts';
import { headline, rolloutReport } from './rollout.ts';
import { nameOf, subjectOf } from './subject.ts';

/** One notice; of the same shape as a channel's. */
export interface ReportNotice {
  readonly event: string;
  readonly severity: Severity;
  readonly subject: string;
  readonly title: string;
  readonly report: Report;
  readonly marker: string;
  readonly commit: string;
  readonly at: Milliseconds;
}

/** The commit that carried the change. */
export interface NoticeCommit {
  readonly revision: string;
  readonly at: Milliseconds;
  /** What the plan of a rollout that begins can see: one sentence each. */
  readonly foresight?: readonly string[];
}

interface Event {
  readonly event: string;
  readonly severity: Severity;
}

/**
 * Notices of a rollout's change, at most one of an event: `started`, `waiting`, `resumed`, `passed`, `failed`,
 * `rolling-back`, `rolled-back`, `completed`, `cancelled`. None for what only machines care about; `completed` says that the last
 * stage passed.
 */
export function notices(before: Rollout | undefined, after: Rollout, commit: NoticeCommit): readonly ReportNotice[] {
  const events = happenings(before, after).flatMap((happening) => eventOf(happening, after) ?? []);
  const ended = events.some(({ event }) => event === 'completed');
  const once = events.filter(
    ({ event }, index) =>
      events.findIndex((other) => other.event === event) === index && !(ended && event === 'passed'),
  );
  const report = rolloutReport(after, commit.at);
  return once.map(({ event, severity }) => ({
    event,
    severity,
    subject: subjectOf(after),
    title: titleOf(event, before, after),
    report: event === 'started' ? withForesight(report, commit) : report,
    marker: markerOf(after.id),
    commit: commit.revision,
    at: commit.at,
  }));
}

/** Before the buttons, which come last. */
function withForesight({ blocks }: Report, { foresight = [] }: NoticeCommit): Report {
  if (foresight.length === 0) return { blocks };
  const buttons = blocks.filter(({ type }) => type === 'buttons');
  const others = blocks.filter(({ type }) => type !== 'buttons');
  return { blocks: [...others, { type: 'list', items: foresight }, ...buttons] };
}

/** By what messages about one rollout or alert are found again. */
function markerOf(id: string): string {
  return `sluice ${id}`;
}

function eventOf({ type }: Happening, after: Rollout): Event | undefined {
  switch (type) {
    case 'started':
      return after.phase === 'queued' ? undefined : { event: 'started', severity: 'low' };
    case 'held':
      return { event: 'waiting', severity: 'medium' };
    case 'resumed':
      return { event: 'resumed', severity: 'low' };
    case 'passed':
    case 'settling':
      return { event: 'passed', severity: 'low' };
    case 'rolling-back':
      return after.goingBack?.automatic === false
        ? { event: 'rolling-back', severity: 'medium' }
        : { event: 'failed', severity: 'high' };
    case 'failed':
      return { event: 'failed', severity: 'critical' };
    case 'rolled-back':
      return { event: 'rolled-back', severity: 'high' };
    case 'completed':
    case 'cancelled':
      return { event: type, severity: 'low' };
    default:
      return undefined;
  }
}

function titleOf(event: string, before: Rollout | undefined, after: Rollout): string {
  if (event === 'completed') return `${nameOf(after)} is completed in ${after.subject.environment}`;
  return event === 'rolled-back' || event === 'waiting' ? headline(after) : rolloutTitle(before, after);
}

const RANKS: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

/**
 * An alert opened, worsened, taken by somebody or resolved (`after` undefined); none where it only says more. One that a comparison
 * opened is the event `anomaly`, which whoever asked for `alert` gets too.
 */
export function alertNotices(
  before: Alert | undefined,
  after: Alert | undefined,
  commit: NoticeCommit,
): readonly ReportNotice[] {
  const alert = after ?? before;
  if (!alert) return [];
  const what = alertChange(before, after);
  if (what === undefined) return [];
  const mood: Mood = after === undefined ? 'good' : after.acknowledged ? 'waiting' : 'bad';
  const title = `${alert.title} (${alert.severity}, ${what})`;
  return [
    {
      event: after ? (isAnomaly(alert) ? 'anomaly' : 'alert') : 'alert-resolved',
      severity: after ? alert.severity : 'low',
      subject: alert.subject,
      title,
      report: alertReport(alert, { title, mood, open: after !== undefined }),
      marker: markerOf(alert.id),
      commit: commit.revision,
      at: commit.at,
    },
  ];
}

/** Opened by a judge that compares: such a rule is its judge's id, `error-rate compare stable`. Names of triggers have no spaces. */
function isAnomaly({ rule }: Alert): boolean {
  return / compare (stable|baseline|recorded)$/.test(rule);
}

function alertChange(before: Alert | undefined, after: Alert | undefined): string | undefined {
  if (!after) return 'resolved';
  if (!before) return 'opened';
  if (RANKS.indexOf(after.severity) > RANKS.indexOf(before.severity)) return 'worse';
  return after.acknowledged && !before.acknowledged ? `taken by ${after.acknowledged.by.name}` : undefined;
}

interface AlertWords {
  readonly title: string;
  readonly mood: Mood;
  readonly open: boolean;
}

/** An alert as a report; an open one can be taken or resolved. */
function alertReport(alert: Alert, { title, mood, open }: AlertWords): Report {
  const buttons = [
    { text: 'Take it', command: `alert ack ${alert.id}` },
    { text: 'Resolve', command: `alert resolve ${alert.id}` },
  ];
  return {
    blocks: [
      { type: 'heading', text: title, mood },
      { type: 'text', text: `${alert.subject}, by ${alert.rule}: ${alert.detail}` },
      ...(open ? [{ type: 'buttons', buttons } as const] : []),
    ],
  };
}
