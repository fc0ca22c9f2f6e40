/** Commands that show experiments and change nothing. */
import { answer, type Decision } from '../decision.ts';
import { refuseFor } from '../flag/command-frame.ts';
import { isProblem } from '../flag/problem.ts';
import type { Experiment } from '../model/experiment.ts';
import { printAgo, printCount } from '../report/words.ts';
import type { Room } from '../rollout/room.ts';
import { seenNow } from './asked.ts';
import { analysisDetails, experimentDetails } from './details.ts';
import { analysisReport, experimentReport, listReport } from './report.ts';
import type { Analysis } from './results.ts';
import { printEffect, printSplit } from './words.ts';

/** `experiment list`: key, state, users so far, leading variant. */
export function list(room: Room): Decision {
  const all = [...room.state.experiments.values()].toSorted((one, other) => (one.key < other.key ? -1 : 1));
  const told = all.map((experiment) => ({ experiment, analysis: analysisOf(room, experiment) }));
  const running = all.filter(({ state }) => state === 'running').length;
  const summary = `${all.length} experiments, ${running} running`;
  const details = told.map(({ experiment, analysis }) => ({
    ...experimentDetails(experiment),
    users: analysis ? usersOf(analysis) : null,
    leads: analysis ? (leaderOf(analysis)?.variant ?? null) : null,
  }));
  return answer(summary, details, listReport(told.map(rowOf)));
}

function analysisOf(room: Room, experiment: Experiment): Analysis | undefined {
  const seen = seenNow(room, experiment);
  if (!isProblem(seen)) return seen.analysis;
  const kept = experiment.decision?.data;
  const facts = { ...room.facts, experiments: kept ? { [experiment.key]: kept } : {} };
  const then = seenNow({ ...room, facts }, experiment);
  return isProblem(then) ? undefined : then.analysis;
}

function usersOf({ users }: Analysis): number {
  return users.reduce((sum, one) => sum + one.users, 0);
}

/** The variant whose first goal is furthest in the good direction; the control where none is above it. */
function leaderOf({ metrics }: Analysis): { readonly variant: string; readonly effect: number } | undefined {
  const goal = metrics.find(({ role }) => role === 'goal');
  if (!goal) return undefined;
  const lifts = goal.arms.flatMap(({ variant, effect }) =>
    effect
      ? [{ variant, effect: effect.estimate, good: goal.better === 'higher' ? effect.estimate : -effect.estimate }]
      : [],
  );
  const best = lifts.toSorted((one, other) => other.good - one.good)[0];
  if (!best) return undefined;
  return best.good > 0 ? best : { variant: goal.control.variant, effect: 0 };
}

function rowOf({
  experiment,
  analysis,
}: {
  readonly experiment: Experiment;
  readonly analysis: Analysis | undefined;
}): readonly string[] {
  const { key, environment, state, flag, decision } = experiment;
  const leader = analysis && leaderOf(analysis);
  return [
    key,
    environment,
    state,
    flag,
    analysis ? printCount(usersOf(analysis)) : '',
    state === 'draft' ? '' : (analysis?.ruling.verdict ?? decision?.verdict ?? ''),
    leader ? `${leader.variant}${leader.effect === 0 ? '' : ` ${printEffect(leader.effect)}`}` : '',
  ];
}

/** `experiment show KEY`: hypothesis, variants, goals, state. */
export function show({ state: _, asking }: Room, experiment: Experiment): Decision {
  const { key, state, environment, variants, decision, started } = experiment;
  const since = state === 'running' && started !== undefined ? `, started ${printAgo(started, asking.now)}` : '';
  const summary = [
    `experiment ${key}: ${state} in ${environment}, ${printSplit(variants)}${since}`,
    ...(decision ? [`${decision.verdict}: ${decision.because}`] : []),
  ].join('; ');
  return answer(summary, experimentDetails(experiment), experimentReport(experiment, asking.now));
}

/** `experiment analyze KEY`: each variant with users, effect, interval, p, and the verdict. */
export function analyzeNow(room: Room, experiment: Experiment): Decision {
  const seen = seenNow(room, experiment);
  if (isProblem(seen)) return refuseFor(seen);
  const { ruling } = seen.analysis;
  const summary = `experiment ${experiment.key}: ${ruling.verdict}: ${ruling.because}`;
  return answer(summary, analysisDetails(seen.analysis), analysisReport(seen.analysis));
}
