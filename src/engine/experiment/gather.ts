/** The numbers that a command about experiments is decided on: from its file, else from events, else from sources of metrics. */
import type { Command } from '../../core/command/command.ts';
import { type Decision, refuse } from '../../core/decision.ts';
import { findExperiment, runningIn } from '../../core/experiment/find.ts';
import type { Facts } from '../../core/facts.ts';
import { CODES, type Code } from '../../core/model/code.ts';
import type { Experiment, ExperimentData } from '../../core/model/experiment.ts';
import { SECOND } from '../../core/model/time.ts';
import type { ExperimentSource } from '../../ports/experiment-source.ts';
import { stateOf } from '../state.ts';
import type { Wiring } from '../wiring.ts';
import { metricsSource } from './metrics.ts';

/** Commands that take numbers. Whether an answer may be had without them is for their room to say. */
const TAKES: readonly string[] = ['analyze', 'ship', 'stop', 'show', 'list'].map((verb) => `experiment ${verb}`);
/** Those that show what there is: a source that does not answer is said beside it. */
const SHOWS: readonly string[] = ['experiment show', 'experiment list', 'experiment stop'];

/** Those that draw the effect over time. */
const DRAWS: readonly string[] = ['experiment analyze', 'experiment show'];

/** All sources together; reading a large file is not bounded by it. */
const GATHER_TIME = 60 * SECOND;

export interface Gathered {
  readonly seen?: Facts['experiments'];
  readonly unread?: Facts['unread'];
  readonly days?: Facts['days'];
  readonly refusal?: Decision;
}

/** What is known of the experiments that a command is about. A file or source that cannot be read is a refusal with its own code. */
export async function gather(
  wiring: Wiring,
  { command, data }: { readonly command: Command; readonly data?: ExperimentSource | undefined },
): Promise<Gathered> {
  if (wiring.given || !TAKES.includes(command.name)) return {};
  const state = await stateOf(await wiring.store.read(['experiments/']), wiring.config, wiring.store);
  const found: [string, ExperimentData][] = [];
  const unread: [string, string][] = [];
  const days: (readonly [string, readonly ExperimentData[]])[] = [];
  for (const experiment of meant(state, command)) {
    try {
      const seen = await dataOf(wiring, experiment, data);
      if (seen) found.push([experiment.key, seen]);
      if (seen && DRAWS.includes(command.name)) days.push(...(await daysOf(wiring, experiment, data)));
    } catch (error) {
      const refusal = refusalOf(error);
      if (!refusal) throw error;
      if (data !== undefined || !SHOWS.includes(command.name)) return { refusal };
      wiring.log(refusal.outcome.summary);
      unread.push([experiment.key, refusal.outcome.summary]);
    }
  }
  return {
    ...(found.length > 0 && { seen: Object.fromEntries(found) }),
    ...(days.length > 0 && { days: Object.fromEntries(days) }),
    ...(unread.length > 0 && { unread: Object.fromEntries(unread) }),
  };
}

/** Of the first source that can say how it was day by day; a file cannot. */
async function daysOf(
  { experimentSources = [] }: Wiring,
  experiment: Experiment,
  data: ExperimentSource | undefined,
): Promise<readonly (readonly [string, readonly ExperimentData[]])[]> {
  if (data) return [];
  for (const source of experimentSources) {
    const days = (await source.days?.(experiment, AbortSignal.timeout(GATHER_TIME))) ?? [];
    if (days.length > 0) return [[experiment.key, days]];
  }
  return [];
}

/** The first source that knows anything. */
export async function dataOf(
  wiring: Wiring,
  experiment: Experiment,
  data?: ExperimentSource,
): Promise<ExperimentData | undefined> {
  if (data) return data.read(experiment, new AbortController().signal);
  if (experiment.started === undefined) return undefined;
  for (const source of [...(wiring.experimentSources ?? []), metricsSource(wiring)]) {
    const seen = await source.read(experiment, AbortSignal.timeout(GATHER_TIME));
    if (seen) return seen;
  }
  return undefined;
}

function meant(
  state: Parameters<typeof findExperiment>[0] & Parameters<typeof runningIn>[0],
  { args, name }: Command,
): readonly Experiment[] {
  if (name === 'experiment list') return runningIn(state);
  const found = findExperiment(state, typeof args['key'] === 'string' ? args['key'] : undefined);
  return found.ok ? [found.experiment] : [];
}

function refusalOf(error: unknown): Decision | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return Object.hasOwn(CODES, error.code) ? refuse(error.code as Code, error.message) : undefined;
}
