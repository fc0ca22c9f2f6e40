/** The job waits: a tick on the rollout each 15 s, until its stage has passed, it is held, it ended, or the time is over. */
import type { Rollout } from '../core/model/rollout.ts';
import { paths } from '../core/model/state.ts';
import { DAY, SECOND, toInstant } from '../core/model/time.ts';
import { hasEnded } from '../core/rollout/input.ts';
import { waitFor } from '../engine/patience.ts';
import { decodeDocument } from '../engine/documents.ts';
import { emptyMemory, type Memory } from '../engine/step.ts';
import { readMoving, tick } from '../engine/tick.ts';
import type { Wiring } from '../engine/wiring.ts';
import { type Passage, passageOf } from './passage.ts';

export interface Waiting {
  readonly wiring: Wiring;
  readonly memory: Memory;
  /** The rollout's whole id. */
  readonly id: string;
  /** The stage that must pass; absent: the last. */
  readonly until?: string;
  /** Until when, in ms of the clock here. */
  readonly end: number;
  readonly signal: AbortSignal;
  /** True: the wait is over for a reason of the caller's. */
  readonly enough?: (rollout: Rollout) => boolean;
  /** Called after each look. */
  readonly seen?: (rollout: Rollout) => void;
}

export interface Waited {
  /** As it was seen last; undefined: it is not known at all. */
  readonly rollout?: Rollout;
  readonly passage: Passage;
  readonly over: 'passage' | 'time' | 'signal' | 'enough';
}

/** How often a waiting job looks, in ms (rollouts.md section 6). */
const PERIOD = 15 * SECOND;
/** An operation of ours gets this long before the loop looks at the rest of the world, in ms. */
const PATIENCE = 15 * SECOND;
/** What is left to do when the job is cancelled: the runner kills after 7.5 s. */
const GRACE = 5 * SECOND;

export function newMemory(): { readonly memory: Memory; readonly isAwake: () => boolean } {
  let awake = false;
  const memory = emptyMemory(() => {
    awake = true;
  });
  return { memory, isAwake: () => awake && !(awake = false) };
}

/** Ticks until the wait is over. A tick that fails is said and tried again; only the time ends a wait on a GitHub that is down. */
export async function waitOn(waiting: Waiting, isAwake: () => boolean): Promise<Waited> {
  const { wiring, signal, end } = waiting;
  const { clock } = wiring;
  for (;;) {
    const waited = await look(waiting);
    if (waited && waited.over !== 'time') return waited;
    if (signal.aborted) return { ...(await settledDown(waiting)), over: 'signal' };
    const left = end - clock.now();
    if (left <= 0) return waited ?? { passage: { is: 'moving', code: 'baking' }, over: 'time' };
    if (!isAwake()) await untilNews(Math.min(PERIOD, wiring.config.analysis.interval, left), waiting, isAwake);
  }
}

/** Sleeps for the period, in short naps: an operation of ours that ended is looked at at once. */
async function untilNews(period: number, { wiring, signal }: Waiting, isAwake: () => boolean): Promise<void> {
  const { clock } = wiring;
  const end = clock.now() + period;
  while (!signal.aborted && !isAwake() && clock.now() < end)
    await clock.sleep(Math.min(SECOND, end - clock.now()), signal);
}

/** One tick, and how the rollout stands after it; undefined: neither could be had. */
async function look(waiting: Waiting): Promise<Waited | undefined> {
  const { wiring, memory, signal, until, enough, seen, id } = waiting;
  const said = (error: unknown): undefined => wiring.log(`tick: ${String(error)}`) as undefined;
  await tick({ wiring, memory, signal, patience: PATIENCE, only: (one) => one.id === id }).catch(said);
  const rollout = await findRolloutById(waiting).catch(said);
  if (!rollout) return undefined;
  seen?.(rollout);
  const passage = passageOf(rollout, until, wiring.clock.now());
  if (enough?.(rollout)) return { rollout, passage, over: 'enough' };
  if (passage.is !== 'moving' && !(passage.is === 'back' && !hasEnded(rollout) && rollout.phase !== 'failed'))
    return { rollout, passage, over: 'passage' };
  return { rollout, passage, over: 'time' };
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
async function settledDown(waiting: Waiting): Promise<Omit<Waited, 'over'>> {
  const { wiring, memory } = waiting;
  await waitFor(Promise.all(memory.performing.values()), {
    clock: wiring.clock,
    patience: GRACE,
    signal: AbortSignal.timeout(GRACE),
  });
  return { passage: { is: 'moving', code: 'interrupted' } };
}
