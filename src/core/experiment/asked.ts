/** The numbers that a command has to decide on. */
import { problem, type Problem } from '../flag/problem.ts';
import { isProblem } from '../flag/problem.ts';
import type { Experiment, ExperimentData, ExperimentDecision } from '../model/experiment.ts';
import type { Room } from '../rollout/room.ts';
import { analyze } from './analysis.ts';
import { decisionOf } from './decision.ts';
import type { Analysis } from './results.ts';
import { dataProblem } from './sums.ts';

export interface Seen {
  readonly data: ExperimentData;
  readonly analysis: Analysis;
}

/** What is known now; of an experiment that has ended what was kept with its decision. */
export function seenNow({ state, facts }: Room, experiment: Experiment): Seen | Problem {
  const { key, state: now, decision } = experiment;
  const data = facts.experiments?.[key] ?? (now === 'running' ? undefined : decision?.data);
  if (now === 'draft')
    return problem('experiment-not-running', `experiment ${key} is a draft: experiment start ${key}`);
  if (!data)
    return problem(
      'data-missing',
      `no numbers of experiment ${key} are known here: --data FILE, or a source that answers by variant`,
    );
  const wrong = dataProblem(experiment, data);
  if (wrong) return wrong;
  return { data, analysis: analyze(experiment, data, { now: facts.now, config: state.config.experiments }) };
}

/** The decision on numbers that came with the command; undefined: none came, and the last one stands. */
export function decisionNow(room: Room, experiment: Experiment): ExperimentDecision | Problem | undefined {
  if (!room.facts.experiments?.[experiment.key] || experiment.state !== 'running') return undefined;
  const seen = seenNow(room, experiment);
  if (isProblem(seen)) return seen;
  return decisionOf(seen.analysis, seen.data, { now: room.asking.now, by: room.asking.actor });
}
