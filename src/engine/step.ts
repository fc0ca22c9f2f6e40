/** One rollout's part of a tick: observe, decide, commit, perform; again while something moved. */
import type { Asking, Decision } from '../core/decision.ts';
import { SLUICE } from '../core/model/actor.ts';
import type { Operation, Rollout } from '../core/model/rollout.ts';
import { checkpointDue } from '../core/rollout/checkpoint.ts';
import { isShifting } from '../core/rollout/bake.ts';
import { hasEnded, type Input, type OperationResult } from '../core/rollout/input.ts';
import { mayStillLand } from '../core/rollout/operation.ts';
import { decideRolloutTick, needsOfRollout } from '../core/tick.ts';
import { type Asked, askForStep } from './ask-forge.ts';
import { carryOut } from './carry-out.ts';
import { ofStep, withBasis } from './basis.ts';
import { commitDecision } from './commit.ts';
import { factsOf } from './facts.ts';
import { observe } from './observe.ts';
import { waitFor } from './patience.ts';
import { type Seen, seenOf, storeNow } from './seen.ts';
import { settle } from './settle.ts';
import { makeCalls } from './wake.ts';
import type { Watched } from './watch.ts';
import type { Wiring } from './wiring.ts';

/** What a running process remembers between ticks, and may forget at any time. */
export interface Memory {
  /** Operations performed by this process at the moment, with their ends. */
  readonly performing: Map<string, Promise<void>>;
  /** Counts requests, so that each commit of a tick has an id of its own. */
  requests: number;
  /** Results that could not be committed yet, by operation and attempt: an effect is never repeated for want of a commit. */
  readonly results: Map<string, OperationResult>;
  /** Commits made so far: where it has not changed, nothing need be read again. */
  commits: number;
  /** When each running experiment was last looked at, in ms. */
  readonly looked: Map<string, number>;
  /** Why the last look at an experiment failed. */
  readonly unread: Map<string, string>;
  /** Calls for a job that this process has made, whatever came of them. */
  readonly called: Set<string>;
  /** A head known to be ours. */
  sealed?: string | null;
  /** The commit up to which nothing is owed any more. */
  owed?: string;
  /** Called when an operation that was left to go on by itself has ended: time for a tick. */
  readonly wake: () => void;
}

export function emptyMemory(wake: () => void = () => undefined): Memory {
  return {
    performing: new Map(),
    requests: 0,
    results: new Map(),
    looked: new Map(),
    unread: new Map(),
    called: new Set(),
    commits: 0,
    wake,
  };
}

export interface Stepping {
  readonly wiring: Wiring;
  readonly memory: Memory;
  readonly signal: AbortSignal;
  /** How long a step waits for an operation before it leaves it to go on by itself, in ms. */
  readonly patience: number;
  readonly watched?: Watched;
  /** What the tick read at its beginning: without news a look decides on it and reads nothing more. */
  readonly seen?: Seen;
}

const MOST_STEPS = 40;

/** Moves a rollout as far as it goes now: first what this process has claimed, then a look. Returns the last state of it seen. */
export async function stepRollout(stepping: Stepping, rollout: Rollout): Promise<Rollout> {
  let now: Moved = { rollout, committed: false, ...(stepping.seen === undefined ? {} : { seen: stepping.seen }) };
  let { watched } = stepping;
  const tried = new Set<string>();
  for (let step = 0; step < MOST_STEPS && !stepping.signal.aborted; step++) {
    const performed = await performMine(stepping, now, tried);
    now = performed ?? now;
    now = (await callOut(stepping, now)) ?? now;
    if (stepping.signal.aborted || hasEnded(now.rollout)) break;
    if (performed) continue;
    now = await look(stepping, now, watched);
    watched = undefined;
    if (!now.committed || hasEnded(now.rollout)) break;
  }
  return now.rollout;
}

/** A rollout as it was last seen, and all else that was read with it. */
interface Moved {
  readonly rollout: Rollout;
  readonly committed: boolean;
  readonly seen?: Seen;
}

async function look(parts: Stepping, { rollout, seen }: Moved, watched: Watched | undefined): Promise<Moved> {
  const { wiring, memory } = parts;
  const now = seen ? storeNow(seen, wiring) : wiring.clock.now();
  const performing = new Set(memory.performing.keys());
  const observation = await observe({
    wiring,
    rollout,
    now,
    performing,
    signal: parts.signal,
    ...(watched === undefined ? {} : { watched }),
  });
  const input: Input = { type: 'observed', observation };
  const due = checkpointDue(rollout, now, (source) => wiring.sources.get(source)?.past ?? true);
  const asked = seen && (await askForStep(wiring, rollout, now));
  if (
    seen &&
    !decideOn(parts, { seen, rollout, input, checkpoint: due, alone: false, ...(asked && { asked }) }).message
  )
    return { rollout, committed: false, seen };
  return decideAndCommit(parts, { rollout, input, checkpoint: due, ...(seen === undefined ? {} : { seen }) });
}

type Parts = Pick<Stepping, 'wiring' | 'memory'>;

interface Deciding {
  readonly rollout: Rollout;
  readonly input: Input;
  readonly checkpoint: boolean;
  readonly seen?: Seen;
  /** What the forge said. */
  readonly asked?: Asked;
}

function decideOn(
  { wiring }: Parts,
  { seen, rollout, input, checkpoint, alone, asked = {} }: Deciding & { readonly seen: Seen; readonly alone: boolean },
): Decision {
  const now = storeNow(seen, wiring);
  const facts = factsOf(wiring, { now, clockOff: seen.clockOff, ...asked });
  const decision = decideRolloutTick({ state: seen.state, id: rollout.id, input, facts, checkpoint });
  const before = seen.state.rollouts.get(rollout.id) ?? rollout;
  return withBasis(decision, { wiring, now, observed: ofStep({ facts, rollout: before, input, alone }) });
}

/** One input to one rollout, decided on its newest state and committed if it matters. */
async function decideAndCommit(parts: Parts, deciding: Deciding): Promise<Moved> {
  const { wiring, memory } = parts;
  const { store, clock, random } = wiring;
  const { rollout } = deciding;
  const made = await commitDecision({
    store,
    needs: needsOfRollout(rollout, deciding.seen?.state),
    asking: askingOfTick(wiring, memory, rollout.id),
    clock,
    random,
    settle: () => settle(wiring),
    decide: async (snapshot): Promise<Decision> => {
      const seen = await seenOf(wiring, snapshot);
      const current = seen.state.rollouts.get(rollout.id) ?? rollout;
      const asked = await askForStep(wiring, current, storeNow(seen, wiring));
      return decideOn(parts, { ...deciding, seen, alone: deciding.seen === undefined, asked });
    },
  });
  const { outcome, changes, message } = made.decision;
  if (made.commit !== undefined) {
    memory.commits += 1;
    memory.sealed = made.snapshot.revision;
  }
  if (made.commit !== undefined || !outcome.ok) wiring.log(message?.title ?? outcome.summary);
  const seen = await seenOf(wiring, made.snapshot);
  const written = changes.map((change) => change.document).find((one) => isRollout(one, rollout.id));
  const after = made.commit === undefined ? undefined : written;
  const current = after ?? seen.state.rollouts.get(rollout.id) ?? { ...rollout, phase: 'cancelled' };
  return { rollout: current, committed: made.commit !== undefined, seen };
}

/** Workflows that this process has claimed to start. */
async function callOut({ wiring, memory }: Parts, now: Pick<Moved, 'rollout'>): Promise<Moved | undefined> {
  let last: Moved | undefined;
  await makeCalls(wiring, { rollout: now.rollout, made: memory.called }, async (operation, woken) => {
    const input: Input = { type: 'woken', ...(operation === undefined ? {} : { operation }), woken };
    last = await decideAndCommit({ wiring, memory }, { rollout: now.rollout, input, checkpoint: false });
  });
  return last;
}

/**
 * Makes the calls that a command of this process has claimed, where nothing of the rollout can be seen from here: nobody else makes them
 * until they have had their time. The rollout as it stands then; the same where there was nothing to call for, or nobody came.
 */
export async function callForJobs(wiring: Wiring, rollout: Rollout): Promise<Rollout> {
  const last = await callOut({ wiring, memory: emptyMemory(() => undefined) }, { rollout });
  return last?.rollout ?? rollout;
}

/** Where a rollout ended, its last document is the one written to history. */
function isRollout(document: object | null, id: string): document is Rollout {
  return document !== null && 'phase' in document && 'id' in document && document.id === id;
}

/** Tick commits are nobody's request: an id of their own, unique to process and moment. */
export function askingOfTick(wiring: Wiring, memory: Memory, about: string): Asking {
  const now = wiring.clock.now();
  const request = `tick-${wiring.here?.id ?? 'nobody'}-${now}-${memory.requests++}`;
  return reconciling({ now, request, about });
}

interface Reconciling {
  readonly now: number;
  readonly request: string;
  /** What is looked at: a rollout, a pair, an experiment, the alerts. */
  readonly about: string;
}

/** The question of a tick, as its commit says it. */
export function reconciling({ now, request, about }: Reconciling): Asking {
  return {
    now,
    actor: SLUICE,
    rights: { teams: [] },
    request,
    dryRun: false,
    overrides: [],
    command: `reconcile ${about}`,
  };
}

/** Starts the operations that are claimed by this process, each once, waits a while for them, and tells what they came to. */
async function performMine(stepping: Stepping, now: Moved, tried: Set<string>): Promise<Moved | undefined> {
  const { wiring, memory, patience, signal } = stepping;
  const at = now.seen ? storeNow(now.seen, wiring) : wiring.clock.now();
  const mine = now.rollout.operations.filter(
    (one) =>
      isMine(wiring, one) &&
      !isShifting(now.rollout, one, at) &&
      !memory.performing.has(one.id) &&
      !tried.has(keyOf(one)),
  );
  if (mine.length === 0) return undefined;
  let last: Moved | undefined;
  const runs = mine.map((operation) => {
    tried.add(keyOf(operation));
    const run = performOne(stepping, now.rollout, operation).then((seen) => {
      last = seen ?? last;
    });
    const tracked = run
      .catch((error: unknown) => wiring.log(`operation ${operation.id}: ${String(error)}`))
      .finally(() => {
        memory.performing.delete(operation.id);
        memory.wake();
      });
    memory.performing.set(operation.id, tracked);
    return tracked;
  });
  await waitFor(Promise.all(runs), { clock: wiring.clock, patience, signal });
  return last;
}

function isMine({ here }: Wiring, operation: Operation): boolean {
  return mayStillLand(operation) && operation.ref === undefined && here !== null && operation.claim?.by === here.id;
}

function keyOf({ id, claim }: Operation): string {
  return `${id}#${claim?.attempt ?? 1}`;
}

/** Performs and commits the result; one that could not be committed is kept and committed by a later tick. */
async function performOne(stepping: Stepping, rollout: Rollout, operation: Operation): Promise<Moved | undefined> {
  const { wiring, memory, signal } = stepping;
  const key = keyOf(operation);
  const result = memory.results.get(key) ?? (await carryOut({ wiring, rollout, operation, signal }));
  if (!result) return undefined;
  memory.results.set(key, result);
  const attempt = operation.claim?.attempt ?? 1;
  const input: Input = { type: 'operation', id: operation.id, attempt, result };
  const moved = await decideAndCommit({ wiring, memory }, { rollout, input, checkpoint: false });
  const still = moved.rollout.operations.find((one) => one.id === operation.id);
  if (moved.committed || !still || !mayStillLand(still)) memory.results.delete(key);
  return moved;
}
