/** Commands that show experiments and change nothing. */
import { answer, type Decision } from '../decision.ts';
import { refuseFor } from '../flag/command-frame.ts';
import { isProblem } from '../flag/problem.ts';
import type { Json } from '../model/document.ts';
import type { Experiment, ExperimentDecision } from '../model/experiment.ts';
import type { Block } from '../report/report.ts';
import { plural, printAgo, printCount } from '../report/words.ts';
import type { Room } from '../rollout/room.ts';
import { seenNow } from './asked.ts';
import { analysisDetails, experimentDetails } from './details.ts';
import { effectsOverTime, overTimeCharts, overTimeDetails } from './over-time.ts';
import { analysisReport, experimentReport, listReport } from './report.ts';
import type { Analysis } from './results.ts';
import { dataProblem } from './sums.ts';
import { printChange, printSplit } from './words.ts';

/** `experiment list`: key, state, users so far, leading variant. */
export function list(room: Room): Decision {
  const all = [...room.state.experiments.values()].toSorted((one, other) => (one.key < other.key ? -1 : 1));
  const told = all.map((experiment) => ({
    experiment,
    analysis: analysisOf(room, experiment),
    problem: problemOf(room, experiment),
  }));
  const running = all.filter(({ state }) => state === 'running').length;
  const problems = told.flatMap(({ experiment, problem: said }) =>
    said === undefined ? [] : [`the numbers of ${experiment.key} cannot be read: ${said}`],
  );
  const summary = [`${plural(all.length, 'experiment')}, ${running} running`, ...problems].join('; ');
  const details = told.map(({ experiment, analysis, problem: said }) => ({
    ...experimentDetails(experiment),
    users: analysis ? usersOf(analysis) : null,
    leads: analysis ? (leaderOf(analysis)?.variant ?? null) : null,
    problem: said ?? null,
  }));
  const { blocks } = listReport(told.map(rowOf));
  const warned: readonly Block[] = problems.length === 0 ? [] : [{ type: 'list', items: problems }];
  return answer(summary, details, { blocks: [...blocks, ...warned] });
}

/** Why a running experiment's numbers are not known although there are some. */
function problemOf(room: Room, experiment: Experiment): string | undefined {
  const { key, state } = experiment;
  if (state !== 'running') return undefined;
  const said = room.facts.unread?.[key];
  if (said !== undefined || room.facts.experiments?.[key] === undefined) return said;
  const seen = seenNow(room, experiment);
  return isProblem(seen) ? seen.message : undefined;
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
function leaderOf({ metrics }: Analysis): { readonly variant: string; readonly change?: string } | undefined {
  const goal = metrics.find(({ role }) => role === 'goal');
  if (!goal) return undefined;
  const lifts = goal.arms.flatMap(({ variant, effect }) =>
    effect
      ? [{ variant, change: printChange(effect), good: goal.better === 'higher' ? effect.estimate : -effect.estimate }]
      : [],
  );
  const best = lifts.toSorted((one, other) => other.good - one.good)[0];
  if (!best) return undefined;
  return best.good > 0 ? best : { variant: goal.control.variant };
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
    leader ? [leader.variant, leader.change ?? ''].join(' ').trim() : '',
  ];
}

/** `experiment show KEY`: hypothesis, variants, goals, state; and the analysis where numbers are known. */
export function show(room: Room, experiment: Experiment): Decision {
  const { asking, command, facts } = room;
  const seen = facts.experiments?.[experiment.key] && seenNow(room, experiment);
  if (seen && isProblem(seen) && command.options['data'] !== undefined) return refuseFor(seen);
  const analysis = seen && !isProblem(seen) ? seen.analysis : undefined;
  const wrong = problemOf(room, experiment);
  const { key, state, environment, variants, decision, started } = experiment;
  const since = state === 'running' && started !== undefined ? `, started ${printAgo(started, asking.now)}` : '';
  const summary = [
    `experiment ${key}: ${state} in ${environment}, ${printSplit(variants)}${since}`,
    ...said(analysis, decision),
    ...(wrong === undefined ? [] : [`its numbers cannot be read: ${wrong}`]),
  ].join('; ');
  const { details: then, charts } = overTime(room, experiment);
  const details = {
    ...experimentDetails(experiment),
    analysis: analysis ? { ...analysisDetails(analysis), ...then } : null,
  };
  const { blocks } = experimentReport(experiment, asking.now);
  return answer(summary, details, {
    blocks: [...blocks, ...(analysis ? analysisReport(analysis).blocks : []), ...charts],
  });
}

/** What is known now; without numbers what was decided last. */
function said(analysis: Analysis | undefined, decision: ExperimentDecision | undefined): readonly string[] {
  const { verdict, because } = analysis?.ruling ?? decision ?? {};
  return verdict === undefined ? [] : [`${verdict}: ${because}`];
}

/** `experiment analyze KEY`: each variant with users, effect, interval, p, and the verdict. */
export function analyzeNow(room: Room, experiment: Experiment): Decision {
  const seen = seenNow(room, experiment);
  if (isProblem(seen)) return refuseFor(seen);
  const { ruling } = seen.analysis;
  const summary = `experiment ${experiment.key}: ${ruling.verdict}: ${ruling.because}`;
  const { details, charts } = overTime(room, experiment);
  const { blocks } = analysisReport(seen.analysis);
  return answer(summary, { ...analysisDetails(seen.analysis), ...details }, { blocks: [...blocks, ...charts] });
}

/** How the effect was known day by day, where that can be said. */
function overTime(
  { facts, state }: Room,
  experiment: Experiment,
): { readonly details: { readonly overTime: Json }; readonly charts: readonly Block[] } {
  const days = (facts.days?.[experiment.key] ?? []).filter((data) => !dataProblem(experiment, data));
  const effects = effectsOverTime(experiment, days, { now: facts.now, config: state.config.experiments });
  return { details: { overTime: overTimeDetails(effects) }, charts: overTimeCharts(effects) };
}
