/** One rollout's part of a tick: observe, decide, commit, perform; again while something moved. */
import type { Asking, Decision } from '../core/decision.ts';
import { SLUICE } from '../core/model/actor.ts';
import type { Operation, Rollout } from '../core/model/rollout.ts';
import { hasEnded, type Input } from '../core/rollout/input.ts';
import { mayStillLand } from '../core/rollout/operation.ts';
import { decideRolloutTick, needsOfRollout } from '../core/tick.ts';
import { commitDecision, type Committed } from './commit.ts';
import { factsOf } from './facts.ts';
import { observe } from './observe.ts';
import { waitFor } from './patience.ts';
import { perform } from './perform.ts';
import { settle } from './settle.ts';
import { stateOf } from './state.ts';
import type { Watched } from './watch.ts';
import type { Wiring } from './wiring.ts';

/** What a running process remembers between ticks, and may forget at any time. */
export interface Memory {
  /** Operations performed by this process at the moment, with their ends. */
  readonly performing: Map<string, Promise<void>>;
  /** Counts requests, so that each commit of a tick has an id of its own. */
  requests: number;
  /** Called when an operation that was left to go on by itself has ended: time for a tick. */
  readonly wake: () => void;
}

export function emptyMemory(wake: () => void = () => undefined): Memory {
  return { performing: new Map(), requests: 0, wake };
}

export interface Stepping {
  readonly wiring: Wiring;
  readonly memory: Memory;
  readonly signal: AbortSignal;
  /** How long a step waits for an operation before it leaves it to go on by itself, in ms. */
  readonly patience: number;
  readonly watched?: Watched;
}

const MOST_STEPS = 40;

/** Moves a rollout as far as it goes now: first what this process has claimed, then a look. Returns the last state of it seen. */
export async function stepRollout(stepping: Stepping, rollout: Rollout): Promise<Rollout> {
  let now = rollout;
  let { watched } = stepping;
  for (let step = 0; step < MOST_STEPS && !stepping.signal.aborted; step++) {
    const performed = await performMine(stepping, now);
    if (performed) {
      now = performed;
      if (hasEnded(now)) return now;
      continue;
    }
    const moved = await look(stepping, now, watched);
    watched = undefined;
    now = moved.rollout;
    if (!moved.committed || hasEnded(now)) return now;
  }
  return now;
}

interface Moved {
  readonly rollout: Rollout;
  readonly committed: boolean;
}

async function look({ wiring, memory }: Stepping, rollout: Rollout, watched: Watched | undefined): Promise<Moved> {
  const performing = new Set(memory.performing.keys());
  const observation = await observe({
    wiring,
    rollout,
    now: wiring.clock.now(),
    performing,
    ...(watched === undefined ? {} : { watched }),
  });
  return decideAndCommit({ wiring, memory }, rollout, { type: 'observed', observation });
}

type Parts = Pick<Stepping, 'wiring' | 'memory'>;

/** One input to one rollout, decided on its newest state and committed if it matters. */
async function decideAndCommit({ wiring, memory }: Parts, rollout: Rollout, input: Input): Promise<Moved> {
  const { store, config, clock, random } = wiring;
  const made = await commitDecision({
    store,
    needs: needsOfRollout(rollout),
    asking: askingOfTick(wiring, memory, rollout.id),
    clock,
    random,
    settle: () => settle(wiring),
    decide: async (snapshot): Promise<Decision> => {
      const state = await stateOf(snapshot, config, store);
      const facts = factsOf(wiring, { now: snapshot.now });
      return decideRolloutTick({ state, id: rollout.id, input, facts, checkpoint: false });
    },
  });
  if (made.commit !== undefined) wiring.log(made.decision.outcome.summary);
  return { rollout: await seenAfter(wiring, made, rollout), committed: made.commit !== undefined };
}

/** The rollout as the commit left it: where it ended, its last document is the one written to history. */
async function seenAfter(wiring: Wiring, made: Committed, rollout: Rollout): Promise<Rollout> {
  const written = made.decision.changes
    .map((change) => change.document)
    .find((document) => document !== null && 'phase' in document && 'id' in document && document.id === rollout.id);
  if (written && made.commit !== undefined) return written as Rollout;
  const state = await stateOf(made.snapshot, wiring.config, wiring.store);
  return state.rollouts.get(rollout.id) ?? { ...rollout, phase: 'cancelled' };
}

/** Tick commits are nobody's request: an id of their own, unique to process and moment. */
export function askingOfTick(wiring: Wiring, memory: Memory, about: string): Asking {
  const now = wiring.clock.now();
  const request = `tick-${wiring.here?.id ?? 'nobody'}-${now}-${memory.requests++}`;
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

/** Starts the operations that are claimed by this process, waits a while for them, and tells what they came to. */
async function performMine(stepping: Stepping, rollout: Rollout): Promise<Rollout | undefined> {
  const { wiring, memory, patience, signal } = stepping;
  const mine = rollout.operations.filter((one) => isMine(wiring, one) && !memory.performing.has(one.id));
  if (mine.length === 0) return undefined;
  let last: Rollout | undefined;
  const runs = mine.map((operation) => {
    const run = carryOut(stepping, rollout, operation).then((seen) => {
      last = seen;
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

/** Performs and commits the result. Weights are set again while a newer intent stands, so that a late effect never wins. */
async function carryOut(stepping: Stepping, rollout: Rollout, operation: Operation): Promise<Rollout> {
  const { wiring, memory, signal } = stepping;
  const result = await perform({ wiring, rollout, operation, signal });
  const moved = await decideAndCommit({ wiring, memory }, rollout, {
    type: 'operation',
    id: operation.id,
    attempt: operation.claim?.attempt ?? 1,
    result,
  });
  if (operation.kind === 'weights') await levelWeights(wiring, moved.rollout, operation);
  return moved.rollout;
}

/** After its effect the performer looks again: if newer weights are wanted by now, they are applied before it lets go. */
async function levelWeights(wiring: Wiring, rollout: Rollout, performed: Operation): Promise<void> {
  const newer = rollout.operations.findLast(
    (one) => one.weights !== undefined && one.generation > performed.generation && one.state === 'done',
  );
  if (newer)
    await perform({
      wiring,
      rollout,
      operation: { ...newer, claim: { ...(newer.claim ?? performed.claim), attempt: 1 } as never },
      signal: AbortSignal.timeout(60_000),
    });
}
