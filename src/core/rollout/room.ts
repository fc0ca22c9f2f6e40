/** What every command of the rollout's room is given. */
import type { Command } from '../command/command.ts';
import type { Asking } from '../decision.ts';
import type { Facts } from '../facts.ts';
import type { State } from '../model/state.ts';

export interface Room {
  readonly state: State;
  readonly command: Command;
  readonly asking: Asking;
  readonly facts: Facts;
}
