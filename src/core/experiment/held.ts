import { problem, type Problem } from '../flag/problem.ts';
import type { State } from '../model/state.ts';
import { runningOn } from './find.ts';

/** Why a command may not change what the flag serves there; undefined: no experiment runs. */
export function heldByExperiment(
  state: Pick<State, 'experiments'>,
  flag: string,
  environment: string,
): Problem | undefined {
  const running = runningOn(state, flag, environment);
  return (
    running &&
    problem(
      'flag-in-experiment',
      `experiment ${running.key} compares the variants of flag ${flag} in ${environment}: experiment stop ${running.key}, or ship its winner, first`,
    )
  );
}
