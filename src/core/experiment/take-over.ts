/** A flag that is set by hand while an experiment has it: the experiment ends in the same commit. */
import type { Asking, Change, Decision } from '../decision.ts';
import { environmentOf } from '../flag/ramp.ts';
import { printLine } from '../model/document.ts';
import type { Experiment, ExperimentDecision } from '../model/experiment.ts';
import type { Flag } from '../model/flag.ts';
import type { State } from '../model/state.ts';
import type { Facts } from '../facts.ts';
import { analyze } from './analysis.ts';
import { decisionOf } from './decision.ts';
import { type Ended, ended } from './end.ts';
import { dataProblem } from './sums.ts';

interface Deciding {
  readonly state: State;
  readonly asking: Asking;
  readonly facts: Pick<Facts, 'experiments'>;
  readonly decide: (state: State) => Decision;
}

/** The decision of a flag command, made as if the experiments that it takes the flag from had ended just before. */
export function withExperimentsEnded({ state, asking, facts, decide }: Deciding): Decision {
  const decision = decide(state);
  const taken = decision.outcome.ok ? takenFrom(state, decision.changes) : [];
  if (taken.length === 0) return decision;
  const endings = taken.map((one) => {
    const kept = numbersOf(one, { state, asking, facts });
    return ended(one, state.flags.get(one.flag), { asking, ...(kept && { decision: kept }) });
  });
  const flags = new Map(state.flags);
  const experiments = new Map(state.experiments);
  for (const { flag, experiment } of endings) {
    experiments.set(experiment.key, experiment);
    if (flag) flags.set(flag.key, flag);
  }
  const again = decide({ ...state, flags, experiments });
  return again.outcome.ok
    ? together(again, {
        said: decision,
        endings,
        served: served([...again.changes, ...endings.flatMap(({ changes }) => changes)], taken),
      })
    : again;
}

/** The verdict on numbers that came with the command. None are asked for: what goes back waits for no source. */
function numbersOf(
  experiment: Experiment,
  { state, asking, facts }: Pick<Deciding, 'state' | 'asking' | 'facts'>,
): ExperimentDecision | undefined {
  const data = facts.experiments?.[experiment.key];
  if (!data || dataProblem(experiment, data)) return undefined;
  const { now, actor: by } = asking;
  return decisionOf(analyze(experiment, data, { now, config: state.config.experiments }), data, { now, by });
}

/** `, everybody gets control` where the flag is off from now on. */
function served(changes: readonly Change[], taken: readonly Experiment[]): string {
  const words = taken.flatMap(({ flag: key, environment }) => {
    const flag = changes.find(({ path }) => path === `flags/${key}.json`)?.document as Flag | null | undefined;
    return flag && !environmentOf(flag, environment).enabled ? [`, everybody gets ${flag.off}`] : [];
  });
  return words[0] ?? '';
}

/** Running experiments whose flag gets other settings in their environment. */
function takenFrom(state: State, changes: readonly Change[]): readonly Experiment[] {
  return [...state.experiments.values()].filter(({ state: now, flag, environment }) => {
    const change = changes.find(({ path }) => path === `flags/${flag}.json`);
    const before = state.flags.get(flag);
    if (now !== 'running' || !change || !before) return false;
    const after = change.document as Flag | null;
    return !after || printLine(environmentOf(before, environment)) !== printLine(environmentOf(after, environment));
  });
}

interface Joining {
  /** As the command says it of the running split, which is what it changes. */
  readonly said: Decision;
  readonly endings: readonly Ended[];
  readonly served: string;
}

/** The command's own changes lie over those of the end. */
function together(decision: Decision, { said, endings, served: then }: Joining): Decision {
  const own = new Set(decision.changes.map(({ path }) => path));
  const ends = endings.flatMap(({ changes }) => changes);
  const changes = [...decision.changes, ...ends.filter(({ path }) => !own.has(path))];
  const experiments = endings.map(({ experiment }) => experiment);
  const keys = experiments.map(({ key }) => key).join(', ');
  const verdicts = experiments.flatMap(({ decision: last }) => (last ? [`${last.verdict}: ${last.because}`] : []));
  const stopped = `experiment ${keys} ${experiments.length === 1 ? 'is' : 'are'} stopped${then}`;
  const [first] = experiments;
  const message = said.message ?? {
    title: `experiment ${keys}: stopped in ${first?.environment ?? ''} by a flag command`,
    event: 'experiment.stopped',
    subject: `experiment/${first?.key ?? ''}`,
  };
  const { summary, details } = said.outcome;
  return {
    changes,
    outcome: { ...decision.outcome, code: 'done', summary: `${summary}; ${stopped}`, details },
    message: { ...message, body: [message.body, stopped, ...verdicts].filter((text) => text !== undefined).join('\n') },
  };
}
