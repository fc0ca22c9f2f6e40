/** Commands that only look: what they read stands in `inspect/`; none of them commits. */
import type { Command } from '../core/command/command.ts';
import { readTarget } from '../core/command/target.ts';
import { answer, type Decision, refuse } from '../core/decision.ts';
import { needsOf } from '../core/needs.ts';
import type { Rollout } from '../core/model/rollout.ts';
import type { State } from '../core/model/state.ts';
import { DAY } from '../core/model/time.ts';
import { type explainReport, metricsReport } from '../core/report/explain.ts';
import { filterHistory, historyDetails, historyReport } from '../core/report/history.ts';
import { statusDetails, rolloutDetails } from '../core/report/status-details.ts';
import { statusReport, unsure } from '../core/report/status.ts';
import { standing } from '../core/rollout/commands.ts';
import { shortId } from '../core/rollout/changes.ts';
import { doctor } from './inspect/doctor.ts';
import { explained, explainOther } from './inspect/explain.ts';
import { flagCheck, flagShow } from './inspect/flags.ts';
import { rolloutMeant, targetOf, unknownName } from './inspect/meant.ts';
import { releaseList, releaseShow } from './inspect/releases.ts';
import { replay } from './inspect/replay.ts';
import { report } from './inspect/report.ts';
import { observeTraffic } from './observe-platform.ts';
import { stateOf } from './state.ts';
import { timeAt } from './time.ts';
import type { Wiring } from './wiring.ts';

export { lastEnded } from './inspect/ended.ts';

const LOOKS: Readonly<Record<string, (wiring: Wiring, command: Command) => Promise<Decision>>> = {
  status,
  explain,
  metrics,
  history,
  report,
  replay,
  doctor,
  'release list': releaseList,
  'release show': releaseShow,
  'flag check': flagCheck,
  'flag show': flagShow,
};

export function isInspection(name: string): boolean {
  return name in LOOKS;
}

export async function inspect(wiring: Wiring, command: Command): Promise<Decision> {
  const look = LOOKS[command.name];
  return look ? look(wiring, command) : refuse('command-unknown', `${command.name} is not a look`);
}

async function read(wiring: Wiring, command: Command): Promise<{ readonly state: State; readonly now: number }> {
  const snapshot = await wiring.store.read(needsOf(command));
  return { state: await stateOf(snapshot, wiring.config, wiring.store), now: timeAt(wiring.clock, snapshot).now };
}

async function status(wiring: Wiring, command: Command): Promise<Decision> {
  const { state, now } = await read(wiring, command);
  const unknown = unknownName(wiring, command);
  if (unknown) return unknown;
  const only = narrowed(state, command);
  const open = [...only.rollouts.values()].map((rollout) => `${shortId(rollout)} ${standing(rollout, now)}`);
  const live = [...only.places.values()].flatMap((place) =>
    place.live ? [`${place.service} ${place.live.label} in ${place.environment}`] : [],
  );
  const summary = [live.length === 0 ? 'nothing is live yet' : `live: ${live.join(', ')}`, ...open].join('; ');
  const seen = await observeTraffic(wiring, unsure(only));
  return answer(summary, statusDetails(only, now), statusReport(only, now, seen));
}

/** The part of the state that a target or an environment names. */
function narrowed(state: State, command: Command): State {
  const target = targetOf(command);
  const named = target === undefined ? undefined : readTarget(target);
  const service = named?.kind === 'service' ? named.service : undefined;
  const { environment } = command;
  const fits = (one: { readonly service: string; readonly environment: string }): boolean =>
    (environment === undefined || one.environment === environment) &&
    (service === undefined || one.service === service);
  const places = new Map([...state.places].filter(([, place]) => fits(place)));
  const rollouts = new Map(
    [...state.rollouts].filter(([, { subject }]) => {
      if (environment !== undefined && subject.environment !== environment) return false;
      return (
        service === undefined ||
        (subject.type === 'release' ? subject.service === service : subject.services.includes(service))
      );
    }),
  );
  const experiments = new Map(
    [...state.experiments].filter(
      ([, one]) => service === undefined && (environment === undefined || one.environment === environment),
    ),
  );
  return { ...state, places, rollouts, experiments };
}

async function explain(wiring: Wiring, command: Command): Promise<Decision> {
  const { state, now } = await read(wiring, command);
  const found = await rolloutMeant(wiring, { command, state });
  if ('refusal' in found) return unknownName(wiring, command) ?? (await explainOther(wiring, command)) ?? found.refusal;
  return explained(wiring, { ...found, now });
}

async function metrics(wiring: Wiring, command: Command): Promise<Decision> {
  const { metric, window } = command.options;
  const report: Words = (rollout) => metricsReport(typeof metric === 'string' ? onlyMetric(rollout, metric) : rollout);
  const decision = await ofRollout(wiring, command, report);
  const shown = decision.outcome.report;
  if (window === undefined || !shown) return decision;
  const text = 'These are the numbers of the stage so far; sources are asked about other windows only by who judges.';
  return {
    ...decision,
    outcome: { ...decision.outcome, report: { blocks: [...shown.blocks, { type: 'text', text }] } },
  };
}

function onlyMetric(rollout: Rollout, metric: string): Rollout {
  const judges = rollout.plan.stages.flatMap((stage) => stage.judges.filter((judge) => judge.metric === metric));
  return { ...rollout, verdicts: rollout.verdicts.filter(({ judge }) => judges.some(({ id }) => id === judge)) };
}

type Words = (rollout: Rollout, now: number) => ReturnType<typeof explainReport>;

async function ofRollout(wiring: Wiring, command: Command, words: Words): Promise<Decision> {
  const { state, now } = await read(wiring, command);
  const found = await rolloutMeant(wiring, { command, state });
  if ('refusal' in found) return found.refusal;
  const { rollout } = found;
  return answer(
    `${shortId(rollout)}: ${rollout.outcome ?? standing(rollout, now)}`,
    rolloutDetails(rollout, now),
    words(rollout, now),
  );
}

async function history(wiring: Wiring, command: Command): Promise<Decision> {
  const { since, kind, by, limit } = command.options;
  const now = wiring.clock.now();
  const target = targetOf(command);
  const commits = await wiring.store.history({ limit: 5_000, lean: true });
  const shown = filterHistory(commits, {
    since: now - (typeof since === 'number' ? since : 7 * DAY),
    ...(typeof kind === 'string' ? { kind } : {}),
    ...(typeof by === 'string' ? { by } : {}),
    ...(target === undefined ? {} : { subject: target }),
    limit: typeof limit === 'number' ? limit : 20,
  });
  return answer(`${shown.length} changes`, historyDetails(shown), historyReport(shown, now));
}
