/** Apart from the commands themselves: what is read is asked for before they are loaded. */
import type { Command } from '../command/command.ts';
import { paths } from '../model/state.ts';

/**
 * What each command reads: its own flag where that is enough, all flags and segments where it lowers or lists. What may give somebody
 * more also reads who has frozen the environments that it touches.
 */
export function needsOfFlagCommand(command: Command): readonly string[] {
  const own = paths.flag(String(command.args['key'] ?? ''));
  const all = ['flags/', 'segments/'];
  const frozen = command.environment === undefined ? 'environments/' : paths.environment(command.environment);
  switch (command.name) {
    case 'flag create':
      return [own];
    case 'flag show':
      return [own, 'rollouts/'];
    case 'flag disable':
      return [own, 'rollouts/', 'experiments/'];
    case 'flag enable':
    case 'flag untarget':
      return [own, 'rollouts/', 'experiments/', frozen];
    case 'flag target':
      return [...all, 'rollouts/', 'experiments/', frozen];
    case 'flag archive':
      return [...all, 'rollouts/', 'experiments/'];
    case 'flag import':
      return [...all, 'rollouts/', 'experiments/', 'environments/'];
    case 'segment set':
      return [...all, 'environments/'];
    default:
      return all;
  }
}
