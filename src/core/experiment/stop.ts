/** `experiment stop`: nobody is drawn any more; the numbers of the last decision are kept. */
import { type Decision, refuse } from '../decision.ts';
import { refuseFor, unchanged } from '../flag/command-frame.ts';
import { isSplit } from '../flag/lower-serve.ts';
import { isProblem } from '../flag/problem.ts';
import type { Experiment } from '../model/experiment.ts';
import type { Room } from '../rollout/room.ts';
import { shortId } from '../rollout/changes.ts';
import { hasEnded } from '../rollout/input.ts';
import { decisionNow } from './asked.ts';
import { ended, printAfter } from './end.ts';
import { committed } from './frame.ts';

export function stop(room: Room, experiment: Experiment): Decision {
  const { key, state: was, environment } = experiment;
  if (was === 'draft')
    return refuse('experiment-not-running', `experiment ${key} is a draft and serves nobody: experiment start ${key}`);
  const refusal = was === 'running' ? undefined : settled(room, experiment);
  if (refusal) return refusal;
  const decision = decisionNow(room, experiment);
  if (decision && isProblem(decision)) return refuseFor(decision);
  const flag = room.state.flags.get(experiment.flag);
  const { asking } = room;
  const end = ended(experiment, flag, { asking, ...(decision && { decision }) });
  const kept = end.experiment.decision;
  const told = printAfter(end.experiment, end.flag);
  const said = kept ? `; its last verdict was ${kept.verdict}: ${kept.because}` : '; nothing was decided on it';
  return committed({
    changes: end.changes,
    summary: `experiment ${key}: stopped in ${environment}, ${told}${said}`,
    details: {
      experiment: key,
      flag: experiment.flag,
      environment,
      state: 'stopped',
      verdict: kept?.verdict ?? null,
      because: kept?.because ?? null,
    },
    message: {
      title: `experiment ${key}: stopped in ${environment}, ${told}`,
      ...(kept && { body: `${kept.verdict}: ${kept.because}` }),
      event: 'experiment.stopped',
      subject: `experiment/${key}`,
    },
  });
}

/** Of an experiment that has ended there is something to stop only where its winner went back to the split. */
function settled({ state }: Room, experiment: Experiment): Decision | undefined {
  const { key, environment, flag, rollout: id, generation } = experiment;
  const rollout = id === undefined ? undefined : state.rollouts.get(id);
  if (rollout && !hasEnded(rollout))
    return refuse('rollout-active', `${shortId(rollout)} ships a variant of ${key}: roll that back first`);
  const serve = state.flags.get(flag)?.environments[environment]?.serve;
  if (experiment.state === 'shipped' && serve !== undefined && isSplit(serve) && serve.generation === generation)
    return undefined;
  return unchanged(`experiment ${key} is ${experiment.state} (it already was so)`, {
    experiment: key,
    environment,
    state: experiment.state,
  });
}
