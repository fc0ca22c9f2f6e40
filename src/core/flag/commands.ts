/** The commands `flag ...` and `segment ...` but `flag rollout`, which begins a rollout. Permissions are the caller's. */
import type { Command } from '../command/command.ts';
import { type Asking, type Decision, refuse } from '../decision.ts';
import type { State } from '../model/state.ts';
import { create } from './command-create.ts';
import type { Case } from './command-frame.ts';
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
