/** An operation to perform, and the pair it moves. */
import { pairKey } from '../core/facts.ts';
import type { Operation, Rollout } from '../core/model/rollout.ts';
import type { PlacedPlatform, Wiring } from './wiring.ts';

export interface Task {
  readonly wiring: Wiring;
  readonly rollout: Rollout;
  readonly operation: Operation;
  readonly signal: AbortSignal;
  /** The store's clock, in ms; absent: the clock here. */
  readonly now?: number;
}

export function platformFor(wiring: Wiring, rollout: Rollout): PlacedPlatform | undefined {
  return rollout.subject.type === 'release' ? wiring.platforms.get(pairKey(rollout.subject)) : undefined;
}

export function pairOf({ subject }: Rollout): { readonly service: string; readonly environment: string } {
  return subject.type === 'release'
    ? { service: subject.service, environment: subject.environment }
    : { service: subject.flag, environment: subject.environment };
}
