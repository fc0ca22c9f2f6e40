/** What a command must read of the state: exact files where the command names them, whole folders only where it asks for all. */
import type { Command } from './command/command.ts';
import { needsOfFlagCommand } from './flag/commands.ts';
import type { State } from './model/state.ts';
import { paths } from './model/state.ts';

/** Everything that moves or is open: small however long the history is. */
const MOVING = ['rollouts/', 'services/', 'environments/'] as const;

export function needsOf(command: Command): readonly string[] {
  const noun = command.name.split(' ')[0];
  if (command.name === 'flag rollout') return [...MOVING, paths.flag(String(command.args['key']))];
  if (noun === 'flag' || noun === 'segment') return needsOfFlagCommand(command);
  if (noun === 'alert') return ['alerts/'];
  if (noun === 'freeze' || noun === 'unfreeze') return ['environments/'];
  if (noun === 'status') return [...MOVING, 'alerts/'];
  return MOVING;
}

/** What a tick reads: all that moves, never the flags that rest. */
export const TICK_NEEDS: readonly string[] = [...MOVING, 'experiments/', 'alerts/'];

/** Files that the rollouts found turn out to move: read in a second step, so that ten thousand flags cost nothing. */
export function furtherNeeds(state: State): readonly string[] {
  const flags = [...state.rollouts.values()].flatMap((one) =>
    one.subject.type === 'flag' ? [paths.flag(one.subject.flag)] : [],
  );
  return [...new Set(flags)];
}
