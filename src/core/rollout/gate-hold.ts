/** From gates' answers to a hold. */
import { SLUICE } from '../model/actor.ts';
import type { GateAnswer, Rollout } from '../model/rollout.ts';
import { heldBecause, hold } from './hold.ts';
import type { Circumstances } from './input.ts';

/** The first gate that is not open: a clear no before one that waits. */
export function blocking(gates: readonly GateAnswer[]): GateAnswer | undefined {
  return gates.find((gate) => gate.answer === 'no') ?? gates.find((gate) => gate.answer === 'wait');
}

/** Held by a closed gate: an approval is its own kind of wait, since a person is told. */
export function holdForGates(rollout: Rollout, gate: GateAnswer, c: Circumstances): Rollout {
  const kind = gate.gate === 'approval' ? 'approval' : 'gate';
  const held = rollout.hold?.kind;
  const isAsked =
    held === undefined || held === 'gate' || held === 'approval' || (held === 'job' && kind === 'approval');
  if (!isAsked) return rollout;
  if (rollout.hold?.kind === kind)
    return rollout.hold.reason === gate.detail ? rollout : heldBecause(rollout, gate.detail);
  const { hold: _, ...free } = rollout;
  return hold(free, { kind, by: SLUICE, reason: gate.detail, now: c.now });
}
