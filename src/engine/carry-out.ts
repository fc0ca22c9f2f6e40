/** From a claimed operation to its result: the head is read before the effect and after it (rollouts.md section 2, rule 3). */
import type { Operation, Rollout } from '../core/model/rollout.ts';
import { pairKey } from '../core/facts.ts';
import type { State } from '../core/model/state.ts';
import { weightsAt } from '../core/rollout/bake.ts';
import type { OperationResult } from '../core/rollout/input.ts';
import { mayStillLand } from '../core/rollout/operation.ts';
import { needsOfRollout } from '../core/tick.ts';
import { perform } from './perform.ts';
import { type Seen, seenOf, storeNow } from './seen.ts';
import { pairOf, platformFor, type Task } from './task.ts';

/** An operation as the head has it, if it is still this performer's. */
interface Standing {
  readonly seen: Seen;
  readonly rollout: Rollout;
  readonly operation: Operation;
  /** Voided, or the pair has a newer intent: its effect is not wanted any more. */
  readonly superseded: boolean;
}

/**
 * The result, or undefined where the operation has ended, is somebody else's by now, or was cut short by our own end: of that
 * nothing is known, the claim stays, and the next tick takes over from a performer that is gone. Never rejects for what a
 * platform does.
 */
export async function carryOut(task: Task): Promise<OperationResult | undefined> {
  const before = await standingOf(task);
  if (!before) return undefined;
  const result = before.superseded && before.operation.state !== 'void' ? SUPERSEDED : await performIt(task, before);
  if (task.operation.kind === 'weights') await levelled(task);
  return task.signal.aborted && result.state === 'failed' ? undefined : result;
}

/** Nothing was done: whoever wanted it decides anew. */
const SUPERSEDED: OperationResult = { state: 'failed', detail: 'superseded by a newer intent of the pair' };

function performIt(task: Task, { rollout, operation, seen }: Standing): Promise<OperationResult> {
  return perform({ ...task, rollout, operation, now: storeNow(seen, task.wiring) });
}

async function standingOf({ wiring, rollout, operation }: Task): Promise<Standing | undefined> {
  const seen = await seenOf(wiring, await wiring.store.read(needsOfRollout(rollout)));
  const current = seen.state.rollouts.get(rollout.id);
  const mine = current?.operations.find((one) => one.id === operation.id);
  if (!current || !mine || !mayStillLand(mine)) return undefined;
  if (mine.claim?.by !== wiring.here?.id || mine.claim?.attempt !== operation.claim?.attempt) return undefined;
  const newer = generationOf(seen.state, current) > mine.generation;
  return {
    seen,
    rollout: current,
    operation: mine,
    superseded: mine.state === 'void' || (mine.kind !== 'run' && newer),
  };
}

function generationOf(state: State, { subject }: Rollout): number {
  return subject.type === 'release' ? (state.places.get(pairKey(subject))?.generation ?? 0) : 0;
}

/** How often newer weights may come in between before the next tick has to see to it. */
const ROUNDS = 5;

/** After its effect the performer looks again: newer weights are applied before it lets go, so that a late effect never wins. */
async function levelled({ wiring, rollout, operation, signal }: Task): Promise<void> {
  const placed = platformFor(wiring, rollout);
  if (!placed || rollout.subject.type !== 'release') return;
  let applied = operation.generation;
  for (let round = 0; round < ROUNDS && !signal.aborted; round++) {
    const seen = await seenOf(wiring, await wiring.store.read(needsOfRollout(rollout)));
    const place = seen.state.places.get(pairKey(rollout.subject));
    if (!place || place.generation <= applied || Object.keys(place.weights).length === 0) return;
    const mover = place.active === undefined ? undefined : seen.state.rollouts.get(place.active);
    const newest = mover?.operations.findLast((one) => one.weights !== undefined && one.generation <= place.generation);
    const weights =
      mover && newest && newest.state !== 'void' ? weightsAt(mover, newest, storeNow(seen, wiring)) : place.weights;
    await placed.platform
      .weights({ ...pairOf(rollout), operation: `${operation.id}/${place.generation}`, weights, signal })
      .catch((error: unknown) => wiring.log(`${operation.id}: ${String(error)}`));
    applied = place.generation;
  }
}
