/** Holds: why it does not go up just now, until when, and what happens then. */
import type { Actor } from '../model/actor.ts';
import type { Hold, Rollout } from '../model/rollout.ts';
import { DAY, type Milliseconds, toInstant, toMilliseconds } from '../model/time.ts';

/** Every wait has an end: approval 7 d, a job 24 h, others 14 d. */
const WAITS: Readonly<Record<Hold['kind'], { readonly for: Milliseconds; readonly then: Hold['onTimeout'] }>> = {
  paused: { for: 14 * DAY, then: 'rollback' },
  approval: { for: 7 * DAY, then: 'rollback' },
  job: { for: DAY, then: 'rollback' },
  undecided: { for: 14 * DAY, then: 'rollback' },
  'no-data': { for: 14 * DAY, then: 'rollback' },
  reduced: { for: 14 * DAY, then: 'rollback' },
  'edited-by-hand': { for: 14 * DAY, then: 'rollback' },
  gate: { for: 7 * DAY, then: 'rollback' },
};

interface HoldOptions {
  readonly kind: Hold['kind'];
  readonly by: Actor;
  readonly reason: string;
  readonly now: Milliseconds;
  /** A pause asked for a time resumes by itself at its end. */
  readonly for?: Milliseconds;
  /** What happens at the end of the wait; absent: as for every hold of the kind. */
  readonly onTimeout?: Hold['onTimeout'];
}

/** The rollout held. A hold of the same kind is kept as it is, so that looking twice changes nothing. */
export function hold(rollout: Rollout, { kind, by, reason, now, for: length, onTimeout }: HoldOptions): Rollout {
  if (rollout.hold?.kind === kind && length === undefined) return rollout;
  const wait = WAITS[kind];
  const next: Hold = {
    kind,
    since: toInstant(now),
    until: toInstant(now + (length ?? wait.for)),
    onTimeout: onTimeout ?? (length === undefined ? wait.then : 'resume'),
    by,
    reason,
  };
  return pausesBake(kind)
    ? { ...rollout, hold: next, pausedAt: rollout.pausedAt ?? toInstant(now) }
    : { ...rollout, hold: next };
}

/** A person's pause stops the bake's clock; waiting for somebody does not. */
function pausesBake(kind: Hold['kind']): boolean {
  return kind === 'paused' || kind === 'edited-by-hand';
}

/** The same wait for another reason: its end stays where it was, or it could be put off for ever. */
export function heldBecause(rollout: Rollout, reason: string): Rollout {
  return rollout.hold ? { ...rollout, hold: { ...rollout.hold, reason } } : rollout;
}

/** The rollout without its hold; the open pause is added to the closed ones. */
export function release(rollout: Rollout, now: Milliseconds): Rollout {
  const { hold: _, pausedAt, ...rest } = rollout;
  if (pausedAt === undefined) return rest;
  return { ...rest, pausedFor: rest.pausedFor + Math.max(0, now - toMilliseconds(pausedAt)) };
}

/** The same hold for as long once more: it is told again, and nothing else happens. */
export function heldAgain(rollout: Rollout, now: Milliseconds): Rollout {
  const { hold: held } = rollout;
  if (!held) return rollout;
  return { ...rollout, hold: { ...held, since: toInstant(now), until: toInstant(now + WAITS[held.kind].for) } };
}

export function holdIsOver(rollout: Rollout, now: Milliseconds): boolean {
  return rollout.hold !== undefined && toMilliseconds(rollout.hold.until) <= now;
}
