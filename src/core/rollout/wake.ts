/** Calling for whoever has what nobody here has: a job in a stage's GitHub environment, a checkout, secrets, the user's own steps. */
import type { Operation, Rollout, Wake } from '../model/rollout.ts';
import { MINUTE, toInstant, toMilliseconds } from '../model/time.ts';
import { type Circumstances, hasEnded, type Woken } from './input.ts';

/** What a performer has that can start workflows. */
export const WAKE = 'wake';

/** A call that came to nothing is made again after 5 min, then 10; 20 min after the third a person is asked. */
export const MOST_TRIES = 3;
const AGAIN = 5 * MINUTE;
/** The way back is called for as long as it takes, at least this often. */
const LONGEST = 30 * MINUTE;

/** What jobs of a workflow can have; a router of another machine they never do. */
const OF_JOBS = /^(checkout$|job:|secret:|github-environment:)/;

/**
 * The rollout with a call claimed for the job it is held for and for each operation that nobody here can perform. Who commits the
 * claim makes the call; nobody else does, unless it never went out or its run ended and left things as they were.
 */
export function calling(rollout: Rollout, endedRuns: readonly string[], c: Circumstances): Rollout {
  if (c.performer?.has.includes(WAKE) !== true || hasEnded(rollout)) return rollout;
  const most = mostTries(rollout);
  const operations = rollout.operations.map((one) =>
    isAwaited(one) ? withWake(one, { most, endedRuns, lost: isLost(one.wake) }, c) : one,
  );
  const changed = operations.some((one, index) => one !== rollout.operations[index]);
  const next = changed ? { ...rollout, operations } : rollout;
  if (next.hold?.kind !== 'job' || isRefused(next)) return next;
  const hold = withWake(next.hold, { most, endedRuns, lost: false }, c);
  return hold === next.hold ? next : { ...next, hold };
}

/** Going back has no end of tries; going up asks a person. */
function mostTries({ goingBack }: Rollout): number {
  return goingBack ? Infinity : MOST_TRIES;
}

/** It went out and GitHub named no run: nobody can say what became of it, and the operation is still nobody's. */
function isLost(wake: Wake | undefined): boolean {
  return wake?.sent === true && wake.run === undefined;
}

/** Reviewers of the job that was called for said no: nobody calls for another one. */
export function isRefused({ hold, rejections }: Pick<Rollout, 'hold' | 'rejections'>): boolean {
  const run = hold?.wake?.run;
  return hold?.kind === 'job' && run !== undefined && rejections.some((one) => one.run === run);
}

function isAwaited({ state, needs }: Operation): boolean {
  return state === 'pending' && needs.length > 0 && needs.every((need) => OF_JOBS.test(need));
}

interface Tried {
  readonly most: number;
  readonly endedRuns: readonly string[];
  readonly lost: boolean;
}

function withWake<T extends { readonly wake?: Wake }>(one: T, { most, endedRuns, lost }: Tried, c: Circumstances): T {
  const { wake } = one;
  const by = c.performer?.id ?? '';
  if (!wake) return { ...one, wake: { by, since: toInstant(c.now), tries: 1 } };
  const cameToNothing = wake.sent !== true || lost || (wake.run !== undefined && endedRuns.includes(wake.run));
  if (!cameToNothing || wake.tries >= most || !isPauseOver(wake, c.now)) return one;
  return { ...one, wake: { by, since: toInstant(c.now), tries: wake.tries + 1 } };
}

/** The call went out; of another one than the open it changes nothing. */
export function woken(rollout: Rollout, operation: string | undefined, said: Woken): Rollout {
  if (operation === undefined) {
    const { hold } = rollout;
    return hold?.wake && hold.wake.sent !== true
      ? { ...rollout, hold: { ...hold, wake: sent(hold.wake, said) } }
      : rollout;
  }
  const operations = rollout.operations.map((one) =>
    one.id === operation && one.wake && one.wake.sent !== true ? { ...one, wake: sent(one.wake, said) } : one,
  );
  const changed = operations.some((one, index) => one !== rollout.operations[index]);
  return changed ? { ...rollout, operations } : rollout;
}

function sent(wake: Wake, { run, workflow, own }: Woken): Wake {
  return { ...wake, sent: true, ...(run === undefined ? {} : { run }), workflow, ...(own && { own }) };
}

/** A call that this performer has claimed and not made yet. */
export interface Call {
  readonly rollout: Rollout;
  /** Absent: for the job of the stage that waits. */
  readonly operation?: Operation;
  readonly wake: Wake;
}

export function callsOf(rollout: Rollout, by: string): readonly Call[] {
  const mine = (wake: Wake | undefined): wake is Wake => wake !== undefined && wake.by === by && wake.sent !== true;
  const { hold } = rollout;
  const held = hold?.kind === 'job' && mine(hold.wake) ? [{ rollout, wake: hold.wake }] : [];
  const pending = rollout.operations.flatMap((operation) =>
    operation.state === 'pending' && mine(operation.wake) ? [{ rollout, operation, wake: operation.wake }] : [],
  );
  return [...held, ...pending];
}

/** Workflow runs that were called for, and whose end would be a reason to call again by now, or to say who refused them. */
export function runsAwaited(rollout: Rollout, now: number): readonly string[] {
  const { hold, operations } = rollout;
  const most = mostTries(rollout);
  const pending = operations.flatMap(({ state, wake }) =>
    state === 'pending' && wake && wake.tries < most ? [wake] : [],
  );
  const held = hold?.wake && !isRefused(rollout) ? [hold.wake] : [];
  return [...held, ...pending].flatMap((wake) => (wake.run !== undefined && isPauseOver(wake, now) ? [wake.run] : []));
}

/** Whether a call has had its time. */
export function isPauseOver({ since, tries }: Wake, now: number): boolean {
  return now >= toMilliseconds(since) + Math.min(AGAIN * 2 ** (tries - 1), LONGEST);
}
