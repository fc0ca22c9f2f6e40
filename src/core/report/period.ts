/** What happened over a time: the report of many rollouts. */
import type { Json } from '../model/document.ts';
import type { Rollout } from '../model/rollout.ts';
import { type Milliseconds, toMilliseconds } from '../model/time.ts';
import { printShare } from './numbers.ts';
import type { Block, Report } from './report.ts';
import { nameOf, shortId } from './subject.ts';
import { printMoment, printSpan } from './words.ts';

/** Moments in ms; a rollout belongs to the period in which it began. */
export interface Period {
  readonly since: Milliseconds;
  readonly until: Milliseconds;
}

/** Counts and lengths over a period; `failureRate` is rolled back or failed among those that ended (null: none did). */
export interface PeriodNumbers {
  readonly rollouts: number;
  readonly completed: number;
  readonly rolledBack: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly active: number;
  readonly failureRate: number | null;
  /** Middle length from begin to end of the completed ones, in ms. */
  readonly medianTook: Milliseconds | null;
  /** Middle time from the decision to go back to its end, in ms. */
  readonly medianBack: Milliseconds | null;
}

function within(rollouts: readonly Rollout[], { since, until }: Period): readonly Rollout[] {
  return rollouts.filter(({ began }) => toMilliseconds(began) >= since && toMilliseconds(began) <= until);
}

/** The numbers of a period. */
export function periodNumbers(rollouts: readonly Rollout[], period: Period): PeriodNumbers {
  const all = within(rollouts, period);
  const count = (phase: Rollout['phase']): number => all.filter((rollout) => rollout.phase === phase).length;
  const [completed, rolledBack, failed, cancelled] = [
    count('completed'),
    count('rolled-back'),
    count('failed'),
    count('cancelled'),
  ];
  const judged = completed + rolledBack + failed;
  return {
    rollouts: all.length,
    completed,
    rolledBack,
    failed,
    cancelled,
    active: all.length - judged - cancelled,
    failureRate: judged === 0 ? null : (rolledBack + failed) / judged,
    medianTook: median(all.flatMap((one) => (one.phase === 'completed' ? lengthOf(one.began, one.ended) : []))),
    medianBack: median(all.flatMap((one) => (one.goingBack ? lengthOf(one.goingBack.at, one.ended) : []))),
  };
}

function lengthOf(began: string, ended: string | undefined): readonly number[] {
  return ended === undefined ? [] : [toMilliseconds(ended) - toMilliseconds(began)];
}

function median(lengths: readonly number[]): number | null {
  const ordered = lengths.toSorted((one, other) => one - other);
  const middle = Math.floor(ordered.length / 2);
  const upper = ordered[middle];
  if (upper === undefined) return null;
  return ordered.length % 2 === 1 ? upper : (upper + (ordered[middle - 1] ?? upper)) / 2;
}

/** The period as a report: its numbers, then each rollout, newest first. */
export function periodReport(rollouts: readonly Rollout[], period: Period): Report {
  const all = within(rollouts, period).toSorted((one, other) => (one.began < other.began ? 1 : -1));
  const numbers = periodNumbers(rollouts, period);
  const span = (length: number | null): string => (length === null ? '' : printSpan(length));
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  return {
    blocks: [
      { type: 'heading', text: `Report ${day(period.since)} to ${day(period.until)}` },
      {
        type: 'table',
        columns: [{ title: 'number' }, { title: 'value', align: 'right' }],
        rows: [
          ['rollouts', String(numbers.rollouts)],
          ['completed', String(numbers.completed)],
          ['rolled back', String(numbers.rolledBack)],
          ['failed', String(numbers.failed)],
          ['cancelled', String(numbers.cancelled)],
          ['active', String(numbers.active)],
          ['failure rate', numbers.failureRate === null ? '' : printShare(numbers.failureRate, 1)],
          ['median length', span(numbers.medianTook)],
          ['median time back', span(numbers.medianBack)],
        ],
      },
      ...(all.length > 0 ? [rolloutTable(all, period)] : []),
    ],
  };
}

function rolloutTable(rollouts: readonly Rollout[], { until }: Period): Block {
  return {
    type: 'table',
    columns: [
      { title: 'began' },
      { title: 'rollout' },
      { title: 'environment' },
      { title: 'end', moods: true },
      { title: 'why' },
      { title: 'id' },
    ],
    rows: rollouts.map((one) => [
      printMoment(one.began, until),
      nameOf(one),
      one.subject.environment,
      one.phase,
      one.goingBack?.reason ?? one.reason ?? '',
      shortId(one.id),
    ]),
  };
}

/** The period as data. */
export function periodDetails(rollouts: readonly Rollout[], period: Period): Json {
  const { since, until } = period;
  return {
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    ...periodNumbers(rollouts, period),
    ids: within(rollouts, period).map((one) => one.id),
  };
}
