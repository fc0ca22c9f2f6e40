/** The job waits: a tick on the rollout each 15 s, until its stage has passed, it is held, it ended, or the time is over. */
import type { Code } from '../core/model/code.ts';
import { printDuration } from '../core/model/duration.ts';
import type { Rollout } from '../core/model/rollout.ts';
import { paths } from '../core/model/state.ts';
import { DAY, SECOND, toInstant } from '../core/model/time.ts';
import { hasEnded } from '../core/rollout/input.ts';
import { waitFor } from '../engine/patience.ts';
import { decodeDocument } from '../engine/documents.ts';
import { emptyMemory, type Memory } from '../engine/step.ts';
import { readMoving, tick } from '../engine/tick.ts';
import type { Clock } from '../ports/clock.ts';
import type { Wiring } from '../engine/wiring.ts';
import { outcomeOf } from './failure.ts';
import { type Passage, passageOf } from './passage.ts';

export interface Waiting {
  readonly wiring: Wiring;
  readonly watch: Watching;
  /** The rollout's whole id. */
  readonly id: string;
  /** The stage that must pass; absent: the last. */
  readonly until?: string;
  /** Until when, in ms of the clock here. */
  readonly end: number;
  readonly signal: AbortSignal;
  /** True: the wait is over for a reason of the caller's. */
  readonly enough?: (rollout: Rollout) => boolean;
  /** Gates that are not open yet are waited for too: that they open by themselves is what was asked for. */
  readonly whenOpen?: boolean;
  /** Called after each look. */
  readonly seen?: (rollout: Rollout) => void;
}

export interface Waited {
  /** As it was seen last; undefined: it is not known at all. */
  readonly rollout?: Rollout;
  readonly passage: Passage;
  readonly over: 'passage' | 'time' | 'signal' | 'enough' | 'trouble';
  /** Why waiting on is of no use. */
  readonly trouble?: Trouble;
}

/** What no waiting mends: the token, or the clock of this machine. */
export interface Trouble {
  readonly code: Code;
  /** One sentence. */
  readonly message: string;
}

/** How often a waiting job looks, in ms (rollouts.md section 6). */
const PERIOD = 15 * SECOND;
/** An operation of ours gets this long before the loop looks at the rest of the world, in ms. */
const PATIENCE = 15 * SECOND;
const FOR_EVER = { patience: Number.MAX_SAFE_INTEGER };
/** What is left to do when the job is cancelled: the runner kills after 7.5 s. */
const GRACE = 5 * SECOND;

export interface Watching {
  readonly memory: Memory;
  /** Sleeps for so long, in ms, or until an operation of ours has ended. */
  readonly rest: (length: number, parts: { readonly clock: Clock; readonly signal: AbortSignal }) => Promise<void>;
}

export function newWatch(): Watching {
  let news = new AbortController();
  const memory = emptyMemory(() => news.abort());
  return {
    memory,
    rest: async (length, { clock, signal }) => {
      await clock.sleep(length, AbortSignal.any([signal, news.signal]));
      news = new AbortController();
    },
  };
}

/** So many looks in a row must meet the same trouble: one may have been a moment's. */
const TROUBLED = 2;

/**
 * Ticks until the wait is over. A tick that fails is said and tried again; only the time ends a wait on a GitHub that is down. What no
 * time mends (the token, the clock here) ends it at the second look.
 */
export async function waitOn(waiting: Waiting): Promise<Waited> {
  const { wiring, signal, end, watch } = waiting;
  const { clock } = wiring;
  let last: Waited = { passage: { is: 'moving', code: 'baking' }, over: 'time' };
  let troubled = 0;
  for (;;) {
    const { waited, trouble } = await look(waiting);
    last = waited ?? last;
    troubled = trouble === undefined ? 0 : troubled + 1;
    if (trouble && troubled === 1) wiring.log(trouble.message);
    if (signal.aborted) return stopped(waiting, last);
    const isBusy = watch.memory.performing.size > 0;
    if (trouble && troubled >= TROUBLED && !isBusy && last.over === 'time')
      return { ...last, over: 'trouble', trouble };
    if (last.over !== 'time' || (clock.now() >= end && !isBusy)) return last;
    // What this process performs nobody else can end: the time of the step is over when that is.
    if (clock.now() >= end)
      await waitFor(Promise.all(watch.memory.performing.values()), { ...FOR_EVER, clock, signal });
    else await watch.rest(Math.min(PERIOD, wiring.config.analysis.interval, end - clock.now()), { clock, signal });
  }
}

interface Looked {
  /** Absent: it could not be read. */
  readonly waited?: Waited;
  readonly trouble?: Trouble;
}

/** One tick, and how the rollout stands after it. */
async function look(waiting: Waiting): Promise<Looked> {
  const { wiring, watch, signal, id } = waiting;
  let trouble: Trouble | undefined;
  const said = (error: unknown): undefined => {
    trouble ??= troubleOf(error);
    if (!trouble) wiring.log(`tick: ${String(error)}`);
    return undefined;
  };
  const ticking = { wiring, memory: watch.memory, signal, patience: PATIENCE, only: (one: Rollout) => one.id === id };
  const ticked = await tick(ticking).catch(said);
  trouble ??= ticked?.refused === undefined ? undefined : troubleOf(ticked.refused);
  const rollout = await findRolloutById(waiting).catch(said);
  if (!rollout) return trouble ? { trouble } : {};
  const waited = standing(waiting, rollout);
  // A clock that is off keeps nothing from going back.
  if (!trouble && ticked?.clockOff !== undefined && waited.passage.is === 'moving') trouble = clockOff(ticked.clockOff);
  return { waited, ...(trouble && { trouble }) };
}

/** Holds that end without a person's word: data come, checks turn green. */
function endsByItself({ hold }: Rollout, whenOpen: boolean): boolean {
  return hold?.kind === 'no-data' || (whenOpen && hold?.kind === 'gate');
}

function standing({ wiring, until, enough, seen, whenOpen = false }: Waiting, rollout: Rollout): Waited {
  seen?.(rollout);
  const passage = passageOf(rollout, until, wiring.clock.now());
  if (enough?.(rollout)) return { rollout, passage, over: 'enough' };
  if (passage.is === 'held' && endsByItself(rollout, whenOpen))
    return { rollout, passage: { ...passage, is: 'moving' }, over: 'time' };
  if (passage.is !== 'moving' && !(passage.is === 'back' && !hasEnded(rollout) && rollout.phase !== 'failed'))
    return { rollout, passage, over: 'passage' };
  return { rollout, passage, over: 'time' };
}

function troubleOf(error: unknown): Trouble | undefined {
  const { code, summary } = outcomeOf(error);
  return code === 'token-missing' || code === 'token-lacks-permission' ? { code, message: summary } : undefined;
}

function clockOff(ahead: number): Trouble {
  const by = printDuration(Math.round(Math.abs(ahead) / SECOND) * SECOND);
  const message = `the clock of this machine is ${by} ${ahead > 0 ? 'behind' : 'ahead of'} GitHub's: nothing goes up from here until it is set right`;
  return { code: 'clock-off', message };
}

/** The rollout as it stands, or as the commit that ended it wrote it down this month or the last; undefined: it is neither. */
export async function findRolloutById({ wiring, id }: Pick<Waiting, 'wiring' | 'id'>): Promise<Rollout | undefined> {
  const open = (await readMoving(wiring)).rollouts.get(id);
  if (open) return open;
  const now = wiring.clock.now();
  const places = [now, now - 28 * DAY].map((at) => paths.history('rollout', id, toInstant(at)));
  const { files } = await wiring.store.read([...new Set(places)]);
  const [file] = files.values();
  const decoded = file && decodeDocument(paths.rollout(id), file.text);
  return decoded && 'document' in decoded ? (decoded.document as Rollout) : undefined;
}

/** A cancelled job gives what it began a moment to end; what does not is left to the next tick. */
async function stopped({ wiring, watch }: Waiting, { rollout }: Waited): Promise<Waited> {
  await waitFor(Promise.all(watch.memory.performing.values()), {
    clock: wiring.clock,
    patience: GRACE,
    signal: AbortSignal.timeout(GRACE),
  });
  return { passage: { is: 'moving', code: 'interrupted' }, over: 'signal', ...(rollout && { rollout }) };
}
