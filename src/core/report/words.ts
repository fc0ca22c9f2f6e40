/** How moments, lengths of time, counts and states are worded for people. */
import type { Hold, Phase, Rollout } from '../model/rollout.ts';
import { DAY, HOUR, type Instant, MINUTE, type Milliseconds, SECOND, toMilliseconds } from '../model/time.ts';
import type { Mood } from './report.ts';

/** A length of time in its two largest units: `45 s`, `7 min 31 s`, `2 h 5 min`, `1 d 3 h`. */
export function printSpan(length: Milliseconds): string {
  const whole = Math.max(0, length);
  if (whole < SECOND) return `${Math.round(whole)} ms`;
  const units = [
    ['d', DAY],
    ['h', HOUR],
    ['min', MINUTE],
    ['s', SECOND],
  ] as const;
  const first = units.findIndex(([, unit]) => whole >= unit);
  const parts = units.slice(first, first + 2).map(([name, unit], index) => {
    const above = units[first + index - 1]?.[1];
    const count = Math.floor((index === 0 || above === undefined ? whole : whole % above) / unit);
    return count === 0 ? '' : `${count} ${name}`;
  });
  return parts.filter((part) => part !== '').join(' ');
}

/** Minutes and seconds of a clock that runs: `7:31`, `15:00`, `2:05:00` from an hour on. */
export function printClock(length: Milliseconds): string {
  const seconds = Math.floor(Math.max(0, length) / SECOND);
  const two = (count: number): string => String(count).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** `14:40 UTC`; with its date when that is not the day of `now`. */
export function printMoment(instant: Instant, now: Milliseconds): string {
  const day = instant.slice(0, 10);
  const time = `${instant.slice(11, 16)} UTC`;
  return day === new Date(now).toISOString().slice(0, 10) ? time : `${day} ${time}`;
}

/** `10:23:19`: for moments of which the day is known. */
export function printSecond(instant: Instant): string {
  return instant.slice(11, 19);
}

/** `2 min 3 s ago`, `just now`. */
export function printAgo(instant: Instant, now: Milliseconds): string {
  const length = now - toMilliseconds(instant);
  return length < SECOND ? 'just now' : `${printSpan(length)} ago`;
}

/** `12,110` */
export function printCount(count: number): string {
  if (count >= 0 && count < 1_000 && Number.isInteger(count)) return String(count);
  const [whole = '0', rest] = String(Math.round(count * 100) / 100).split('.');
  if (!/^-?\d+$/.test(whole)) return String(count);
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return rest === undefined ? grouped : `${grouped}.${rest}`;
}

/** `1 approval`, `2 approvals`. */
export function plural(count: number, noun: string): string {
  return `${printCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

const MOODS: readonly (readonly [Mood, readonly string[]])[] = [
  [
    'good',
    ['pass', 'passed', 'better', 'as-good', 'won', 'promoted', 'completed', 'done', 'yes', 'provisional', 'live', 'ok'],
  ],
  [
    'bad',
    [
      'fail',
      'failed',
      'worse',
      'lost',
      'sample-ratio',
      'guardrail-lost',
      'rolled-back',
      'rolling-back',
      'no',
      'broken',
      'critical',
      'high',
      'refused',
    ],
  ],
  [
    'waiting',
    [
      'open',
      'collecting',
      'held',
      'waits',
      'wait',
      'queued',
      'locked',
      'frozen',
      'no-data',
      'undecided',
      'overridden',
      'medium',
    ],
  ],
  [
    'moving',
    ['preparing', 'deploying', 'validating', 'shifting', 'baking', 'running', 'rolling', 'pending', 'reduced'],
  ],
];

/** The mood of a text by its first word (`fail: 6.1%` is bad); neutral for any other. */
export function moodOf(text: string): Mood {
  const word = /^[a-z-]+/.exec(text)?.[0] ?? '';
  return MOODS.find(([, words]) => words.includes(word))?.[0] ?? 'neutral';
}

/** The mood of a whole rollout. */
export function moodOfPhase(phase: Phase, held: boolean): Mood {
  if (phase === 'completed') return 'good';
  if (phase === 'rolling-back' || phase === 'rolled-back' || phase === 'failed') return 'bad';
  if (phase === 'cancelled') return 'neutral';
  return held || phase === 'queued' ? 'waiting' : 'moving';
}

const HOLD_WORDS: Readonly<Record<Hold['kind'], string>> = {
  paused: 'paused by a person',
  approval: 'waits for a person',
  job: 'waits for a job',
  undecided: 'undecided at the end of the bake',
  'no-data': 'its metrics gave no numbers',
  reduced: 'its traffic was reduced',
  'edited-by-hand': 'its documents were edited by hand',
  gate: 'a gate is not open',
};

/** What holds it: `paused by a person`, and where nobody paused it `paused by error-rate compare stable`; empty where nothing does. */
export function heldWords({ hold, verdicts }: Pick<Rollout, 'hold' | 'verdicts'>): string {
  if (!hold) return '';
  if (hold.kind !== 'paused' || hold.by.kind !== 'sluice') return HOLD_WORDS[hold.kind];
  const judge = verdicts.find(({ verdict, then, dryRun }) => verdict === 'fail' && then !== 'notify' && !dryRun);
  return `paused by ${judge?.judge ?? 'Sluice'}`;
}

export const TIMEOUT_WORDS: Readonly<Record<Hold['onTimeout'], string>> = {
  resume: 'goes on',
  rollback: 'rolls back',
  cancel: 'is cancelled',
  notify: 'is reported again',
};
