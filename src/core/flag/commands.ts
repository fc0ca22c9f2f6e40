/** The commands `flag ...` and `segment ...` but `flag rollout`, which begins a rollout. Permissions are the caller's. */
import type { Command } from '../command/command.ts';
import { type Asking, type Decision, refuse } from '../decision.ts';
import { paths, type State } from '../model/state.ts';
import { create } from './command-create.ts';
import { type Case, textOf } from './command-frame.ts';
import { importFlags } from './command-import.ts';
import { deleteSegment, listSegments, setSegment, showSegment } from './command-segment.ts';
import { archive, disable, enable, target, untarget } from './command-serve.ts';
import { check, exportFlags, list, show } from './command-show.ts';

const COMMANDS: Readonly<Record<string, ((one: Case) => Decision) | undefined>> = {
  'flag list': list,
  'flag show': show,
  'flag create': create,
  'flag enable': enable,
  'flag disable': disable,
  'flag check': check,
  'flag target': target,
  'flag untarget': untarget,
  'flag archive': archive,
  'flag export': exportFlags,
  'flag import': importFlags,
  'segment list': listSegments,
  'segment show': showSegment,
  'segment set': setSegment,
  'segment delete': deleteSegment,
};

/** Decides one of the room's commands. `flag check --at` is asked of the state as it was then. */
export function decideFlag(state: State, command: Command, asking: Asking): Decision {
  const decide = COMMANDS[command.name];
  if (!decide) return refuse('command-unknown', `${command.name} is no command about flags or segments`);
  return decide({ state, command, asking });
}

/**
 * What each command reads: its own flag where that is enough, all flags and segments where it lowers or lists. What may give somebody
 * more also reads who has frozen the environments that it touches.
 */
export function needsOfFlagCommand(command: Command): readonly string[] {
  const own = paths.flag(textOf(command.args['key']) ?? '');
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
