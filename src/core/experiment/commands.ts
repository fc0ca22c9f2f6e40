/** The commands `experiment ...`. Permissions are the caller's. */
import { type Decision, refuse } from '../decision.ts';
import { textOf } from '../flag/command-frame.ts';
import type { Experiment } from '../model/experiment.ts';
import type { Room } from '../rollout/room.ts';
import { create } from './create.ts';
import { findExperiment } from './find.ts';
import { power } from './power.ts';
import { ship } from './ship.ts';
import { analyzeNow, list, show } from './show.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';

const FREE: Readonly<Record<string, ((room: Room) => Decision) | undefined>> = {
  'experiment list': list,
  'experiment create': create,
  'experiment power': power,
};

const ON_ONE: Readonly<Record<string, ((room: Room, experiment: Experiment) => Decision) | undefined>> = {
  'experiment show': show,
  'experiment start': start,
  'experiment stop': stop,
  'experiment analyze': analyzeNow,
  'experiment ship': ship,
};

/** Decides one of the room's commands. Numbers are in `facts.experiments`, where somebody gave or gathered them. */
export function decideExperiment(room: Room): Decision {
  const { command, state } = room;
  const free = FREE[command.name];
  if (free) return free(room);
  const decide = ON_ONE[command.name];
  if (!decide) return refuse('command-unknown', `${command.name} is no command about experiments`);
  const found = findExperiment(state, textOf(command.args['key']));
  return found.ok ? decide(room, found.experiment) : found.refusal;
}
