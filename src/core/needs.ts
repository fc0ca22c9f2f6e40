/** What a command must read of the state: exact files where the command names them, whole folders only where it asks for all. */
import type { Command } from './command/command.ts';
import { needsOfFlagCommand } from './flag/needs.ts';
import type { State } from './model/state.ts';
import { paths } from './model/state.ts';

/** Everything that moves or is open: small however long the history is. */
const MOVING = ['rollouts/', 'services/', 'environments/'] as const;

export function needsOf(command: Command): readonly string[] {
  const noun = command.name.split(' ')[0];
  if (command.name === 'flag rollout') return [...MOVING, 'experiments/', paths.flag(String(command.args['key']))];
  if (noun === 'experiment') return needsOfExperiment(command);
  if (noun === 'flag' || noun === 'segment') return needsOfFlagCommand(command);
  if (noun === 'alert') return ['alerts/'];
  if (noun === 'freeze' || noun === 'unfreeze') return ['environments/'];
  if (noun === 'status') return [...MOVING, 'experiments/', 'alerts/'];
  // An emergency takes experiments back too, and one may have shipped what goes back.
  if (noun === 'rollback') return [...MOVING, 'experiments/'];
  return MOVING;
}

/** All experiments: slots and generations of the others count. Their flags are further needs. */
function needsOfExperiment({ name, args, options }: Command): readonly string[] {
  if (['experiment list', 'experiment show', 'experiment analyze', 'experiment power'].includes(name))
    return ['experiments/'];
  if (name !== 'experiment create') return [...MOVING, 'experiments/'];
  return ['experiments/', paths.flag(String(options['flag'] ?? args['key']))];
}

/** What a tick reads: all that moves, never the flags that rest. */
export const TICK_NEEDS: readonly string[] = [...MOVING, 'experiments/', 'alerts/'];

/**
 * Files that rollouts and running experiments turn out to move, and the flag of an experiment that is named: read in a second step, so
 * that ten thousand flags cost nothing.
 */
export function furtherNeeds(state: State, named?: string): readonly string[] {
  const moved = [...state.rollouts.values()].flatMap(({ subject }) => (subject.type === 'flag' ? [subject.flag] : []));
  const compared = [...state.experiments.values()]
    .filter((one) => one.state === 'running' || one.key === named)
    .map(({ flag }) => flag);
  return [...new Set([...moved, ...compared].map((flag) => paths.flag(flag)))];
}
